Attribute VB_Name = "CollabQuestions"
Option Explicit
Option Private Module

' Python's questions, put by Excel itself: a window of another process may stand behind Excel's, which waits.
' What Python wants to know comes as fields with character 31 between them, answers go back with 30 behind each.

Private Const FOLDER_DIALOG As Long = 4
Private Const FILE_DIALOG As Long = 3
Private Const PRESSED_OK As Long = -1
Private Const TEXT_INPUT As Long = 2
Private Const YES_OR_NO As Long = 4
Private Const QUESTION As Long = 32
Private Const SAID_YES As Long = 6
Private Const ON_TOP As Long = 4096
Private Const LONGEST As Long = 250
Private Const KIND As Long = 0
Private Const TOLD As Long = 1
Private Const MARK As Long = 2
Private Const PROMPT As Long = 3
Private Const BEGIN As Long = 4
Private Const KINDS_OF_FILES As Long = 5

Public Function CollabPopup(ByVal text As String, ByVal kindOfBox As Long) As Long
    ' Not MsgBox where there is better: that loses every character that the system's code page lacks.
    On Error GoTo Plain
    CollabPopup = CreateObject("WScript.Shell").Popup(text, 0, CollabTitle(), kindOfBox + ON_TOP)
    Exit Function
Plain:
    CollabPopup = MsgBox(text, kindOfBox, CollabTitle())
End Function

Public Function CollabAsked(ByVal fields As String) As String
    ' All answers until now, with that to this question. An answer begins with 1, a refusal is 0.
    Dim asked As Variant, answer As String
    asked = Split(fields, ChrW(31))
    Select Case asked(KIND)
        Case "confirm"
            answer = IIf(CollabPopup(asked(PROMPT), QUESTION + YES_OR_NO) = SAID_YES, "1", "0")
        Case "text", "choose"
            answer = Typed(asked(PROMPT), asked(BEGIN))
        Case "folder"
            answer = Picked(FOLDER_DIALOG, asked, False)
        Case "open", "open_many"
            answer = Picked(FILE_DIALOG, asked, asked(KIND) = "open_many")
        Case "save"
            answer = SavedAs(asked)
        Case Else
            Err.Raise 5, "CollabQuestions", "unknown question " & asked(KIND)
    End Select
    CollabAsked = asked(TOLD) & asked(MARK) & "=" & answer & ChrW(30)
End Function

Private Function Typed(ByVal text As String, ByVal usual As String) As String
    ' Excel's own box: that of VBA loses what the system's code page lacks.
    Dim answer As Variant
    answer = Application.InputBox(Left$(text, LONGEST), CollabTitle(), usual, Type:=TEXT_INPUT)
    If VarType(answer) = vbBoolean Then Typed = "0" Else Typed = "1" & answer
End Function

Private Function Picked(ByVal dialogKind As Long, ByVal asked As Variant, ByVal many As Boolean) As String
    Dim dialog As Object, i As Long
    Set dialog = Application.FileDialog(dialogKind)
    dialog.Title = asked(PROMPT)
    If Len(asked(BEGIN)) > 0 Then dialog.InitialFileName = asked(BEGIN) & "\"
    dialog.AllowMultiSelect = many
    If dialogKind = FILE_DIALOG Then
        dialog.Filters.Clear
        For i = KINDS_OF_FILES To UBound(asked) - 1 Step 2
            dialog.Filters.Add asked(i), asked(i + 1)
        Next i
    End If
    Picked = "0"
    If dialog.Show <> PRESSED_OK Then Exit Function
    Picked = "1"
    For i = 1 To dialog.SelectedItems.Count
        Picked = Picked & IIf(i > 1, ChrW(29), "") & dialog.SelectedItems(i)
    Next i
End Function

Private Function SavedAs(ByVal asked As Variant) As String
    Dim answer As Variant, filter As String
    filter = asked(KINDS_OF_FILES) & " (" & asked(KINDS_OF_FILES + 1) & ")," & asked(KINDS_OF_FILES + 1)
    answer = Application.GetSaveAsFilename(asked(BEGIN), filter, 1, asked(PROMPT))
    If VarType(answer) = vbBoolean Then SavedAs = "0" Else SavedAs = "1" & answer
End Function
