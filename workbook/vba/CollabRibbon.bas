Attribute VB_Name = "CollabRibbon"
Option Explicit

' What the ribbon and the buttons call. Plain ASCII, code page 1252: words are in CollabWords, which
' python -m tools.build writes, as it writes CollabMacros from the declared commands.
' Python is told the workbook's full name, and the file for its answer; its output is never needed.

Private Const ADDIN_FILE As String = "xl_collab.xlam"
Private Const ICON_INFORMATION As Long = 64
Private Const ICON_WARNING As Long = 48
Private Const ICON_ERROR As Long = 16
Private Const ON_TOP As Long = 4096

Public Sub Collab_OnAction(control As IRibbonControl)
    CollabDispatch control.ID
End Sub

Public Sub Collab_TabVisible(control As IRibbonControl, ByRef returnedVal)
    ' The workbook's own tab gives way to that of the personal add-in, whose XML does not ask.
    returnedVal = Not AddinIsLoaded()
End Sub

Private Function AddinIsLoaded() As Boolean
    On Error Resume Next
    AddinIsLoaded = (Len(Workbooks(ADDIN_FILE).Name) > 0)
End Function

Public Sub CollabRun(ByVal commandId As String)
    ' Runs a command on the active workbook, and says what Python answered.
    Dim answerFile As String, reason As String
    On Error GoTo Failure
    answerFile = NewAnswerFile()
    RunPython "import xl_collab.ui.ribbon as r; r.run(" & CollabPyText(commandId) & ", " & _
        CollabPyText(ActiveFullName()) & ", " & CollabPyText(answerFile) & ")"
    ShowAnswer answerFile
    Exit Sub
Failure:
    ' Kept first: the next call forgets it.
    reason = Err.Description
    Say CollabNoPython() & vbCrLf & vbCrLf & reason, ICON_ERROR
End Sub

Public Sub CollabShow(ByVal sheetCodeName As String)
    ' Goes to a sheet by its code name, which is the same in both languages and survives renaming.
    Dim sheet As Object
    If Not ActiveWorkbook Is Nothing Then
        For Each sheet In ActiveWorkbook.Worksheets
            If sheet.CodeName = sheetCodeName Then
                sheet.Activate
                Exit Sub
            End If
        Next sheet
    End If
    Say CollabNoSheet(), ICON_WARNING
End Sub

Private Function ActiveFullName() As String
    If Not ActiveWorkbook Is Nothing Then ActiveFullName = ActiveWorkbook.FullName
End Function

Private Function NewAnswerFile() As String
    Dim files As Object
    Set files = CreateObject("Scripting.FileSystemObject")
    NewAnswerFile = files.BuildPath(files.GetSpecialFolder(2).Path, "xl_collab-" & files.GetTempName())
End Function

Private Sub ShowAnswer(ByVal answerFile As String)
    ' The answer is UTF-16: a line with its kind, then what to say. No file: Python did not get so far.
    Dim files As Object, answer As String, kind As String, place As Long
    Set files = CreateObject("Scripting.FileSystemObject")
    If Not files.FileExists(answerFile) Then
        Say CollabNoAnswer(), ICON_ERROR
        Exit Sub
    End If
    answer = files.OpenTextFile(answerFile, 1, False, -1).ReadAll()
    files.DeleteFile answerFile
    place = InStr(answer, vbCrLf)
    kind = Left$(answer, place - 1)
    answer = Mid$(answer, place + 2)
    If kind = "info" Then Say answer, ICON_INFORMATION
    If kind = "warning" Then Say answer, ICON_WARNING
    If kind = "error" Then Say answer, ICON_ERROR
End Sub

Private Sub Say(ByVal text As String, ByVal icon As Long)
    ' Not MsgBox: that loses every character that the system's code page lacks.
    CreateObject("WScript.Shell").Popup text, 0, CollabTitle(), icon + ON_TOP
End Sub

Public Function CollabPyText(ByVal text As String) As String
    ' A Python literal in ASCII: no quote, percent sign or Chinese character reaches cmd.exe.
    Dim i As Long, code As Long, made As String
    For i = 1 To Len(text)
        code = AscW(Mid$(text, i, 1))
        If code < 0 Then code = code + 65536
        Select Case code
            Case 48 To 57, 65 To 90, 97 To 122, 32, 45, 46, 47, 58, 95
                made = made & ChrW(code)
            Case Else
                made = made & "\u" & Right$("000" & Hex$(code), 4)
        End Select
    Next i
    CollabPyText = "'" & made & "'"
End Function

Public Function CollabText(ByVal escaped As String) As String
    ' Text whose characters beyond ASCII are written as \uXXXX.
    Dim place As Long, made As String
    Do
        place = InStr(escaped, "\u")
        If place = 0 Then Exit Do
        made = made & Left$(escaped, place - 1) & ChrW(CLng("&H" & Mid$(escaped, place + 2, 4)))
        escaped = Mid$(escaped, place + 6)
    Loop
    CollabText = made & escaped
End Function
