Attribute VB_Name = "CollabRibbon"
Option Explicit

' What the ribbon and the buttons call. Plain ASCII, code page 1252: words are in CollabWords, which
' python -m tools.build writes, as it writes CollabMacros from the declared commands.
' Python is told the workbook's full name, and the file for its answer; its output is never needed.

Private Const ADDIN_FILE As String = "xl_collab.xlam"
Private Const ICON_INFORMATION As Long = 64
Private Const ICON_WARNING As Long = 48
Private Const ICON_ERROR As Long = 16
Private Const ICON_QUESTION As Long = 32
Private Const YES_OR_NO As Long = 4
Private Const SAID_YES As Long = 6
Private Const XL_VISIBLE As Long = -1
Private Const XL_ONE_WORKSHEET As Long = -4167
Private Const XL_EXCEL_LINKS As Long = 1
Private Const TRIES As Long = 5

Public Sub Collab_OnAction(control As Object)
    ' Object, not IRibbonControl: WPS has no such class.
    CollabDispatch control.ID
End Sub

Public Sub Collab_TabVisible(control As Object, ByRef returnedVal)
    ' The workbook's own tab gives way to that of the personal add-in, whose XML does not ask.
    returnedVal = Not AddinIsLoaded()
End Sub

Private Function AddinIsLoaded() As Boolean
    On Error Resume Next
    AddinIsLoaded = (Len(Workbooks(ADDIN_FILE).Name) > 0)
End Function

' -- a click ---------------------------------------------------------------------------------------------

Public Sub CollabRun(ByVal commandId As String)
    ' Runs a command on the active workbook, and says what Python answered.
    ' No error leaves it: who handed the command over would do it a second time.
    Dim bookName As String, chart As Object, added As Object, reason As String
    If RanByAddin(commandId) Then Exit Sub
    On Error GoTo Failure
    If SaysWhatIsMissing() Then Exit Sub
    CollabRelink ActiveWorkbook
    If Not ActiveWorkbook Is Nothing Then bookName = ActiveWorkbook.FullName
    Set chart = ActiveSheet
    Set added = WorksheetInFront()
    AskPython commandId, bookName
    GoBack chart, added
    Exit Sub
Failure:
    ' Kept first: the next call forgets it.
    reason = Err.Description
    GoBack chart, added
    Say reason, ICON_ERROR
End Sub

Private Function RanByAddin(ByVal commandId As String) As Boolean
    ' The add-in knows which Python to start; a workbook that is mailed around must not.
    If LCase$(ThisWorkbook.Name) = ADDIN_FILE Then Exit Function
    If Not AddinIsLoaded() Then Exit Function
    On Error GoTo NotThere
    Application.Run "'" & ADDIN_FILE & "'!CollabRun", commandId
    RanByAddin = True
NotThere:
End Function

Private Function SaysWhatIsMissing() As Boolean
    SaysWhatIsMissing = True
    If InStr(Application.OperatingSystem, "Mac") > 0 Then
        Say CollabNoMac(), ICON_WARNING
    ElseIf Not ScriptingIsThere() Then
        Say CollabNoScripting(), ICON_WARNING
    Else
        SaysWhatIsMissing = False
    End If
End Function

Private Function ScriptingIsThere() As Boolean
    On Error Resume Next
    ScriptingIsThere = Not (CreateObject("Scripting.FileSystemObject") Is Nothing _
        Or CreateObject("WScript.Shell") Is Nothing)
End Function

Private Function WorksheetInFront() As Object
    ' xlwings reads its settings through whatever sheet is in front: a chart sheet has no cells, and without a
    ' workbook there is none. Gives back the workbook that was added for it.
    Dim sheet As Object
    If TypeName(ActiveSheet) = "Worksheet" Then Exit Function
    If Not ActiveWorkbook Is Nothing Then
        For Each sheet In ActiveWorkbook.Worksheets
            If sheet.Visible = XL_VISIBLE Then
                sheet.Activate
                Exit Function
            End If
        Next sheet
    End If
    Set WorksheetInFront = Workbooks.Add(XL_ONE_WORKSHEET)
End Function

Private Sub GoBack(ByVal chart As Object, ByVal added As Object)
    ' Nothing here is worth a message: the command is done.
    On Error Resume Next
    If Not added Is Nothing Then
        If Len(added.Path) = 0 And Application.WorksheetFunction.CountA(added.Worksheets(1).UsedRange) = 0 Then
            added.Close SaveChanges:=False
        End If
    End If
    If chart Is Nothing Then Exit Sub
    If TypeName(chart) = "Worksheet" Then Exit Sub
    If ActiveWorkbook.Name <> chart.Parent.Name Then Exit Sub
    If ActiveSheet.Name = FirstVisible(ActiveWorkbook) Then chart.Activate
End Sub

Private Function FirstVisible(ByVal book As Object) As String
    Dim sheet As Object
    For Each sheet In book.Worksheets
        If sheet.Visible = XL_VISIBLE Then
            FirstVisible = sheet.Name
            Exit Function
        End If
    Next sheet
End Function

Private Sub AskPython(ByVal commandId As String, ByVal bookName As String)
    ' Again with each answer to a question of Python's.
    Dim answerFile As String, told As String, again As Boolean
    Do
        answerFile = NewAnswerFile()
        If Not RanPython("import xl_collab.ui.ribbon as r; r.run(" & CollabPyText(commandId) & ", " & _
            CollabPyText(bookName) & ", " & CollabPyText(answerFile) & ", " & CollabPyText(told) & ")") Then Exit Sub
        again = ShowAnswer(answerFile, told)
    Loop While again
End Sub

Private Function RanPython(ByVal command As String) As Boolean
    ' Without alerts, or Excel says that it waits for another application while Python computes or asks.
    Dim reason As String, alerts As Boolean
    alerts = Application.DisplayAlerts
    On Error GoTo Failure
    Application.DisplayAlerts = False
    RunPython command
    Application.DisplayAlerts = alerts
    RanPython = True
    Exit Function
Failure:
    ' Kept first: the next call forgets it.
    reason = Err.Description
    Application.DisplayAlerts = alerts
    Say CollabNoPython() & vbCrLf & vbCrLf & reason, ICON_ERROR
End Function

Private Function NewAnswerFile() As String
    Dim files As Object
    Set files = CreateObject("Scripting.FileSystemObject")
    NewAnswerFile = files.BuildPath(files.GetSpecialFolder(2).Path, "xl_collab-" & files.GetTempName())
End Function

Private Function ShowAnswer(ByVal answerFile As String, ByRef told As String) As Boolean
    ' The answer is UTF-16: a line with its kind, then what to say. No file: Python did not get so far.
    ' It is shown first: what becomes of the file is nothing to the user. A question is put, and what was told
    ' goes back: then it is True.
    Dim files As Object, answer As String, kind As String, place As Long
    Set files = CreateObject("Scripting.FileSystemObject")
    If Not files.FileExists(answerFile) Then
        Say CollabNoAnswer(), ICON_ERROR
        Exit Function
    End If
    answer = ReadAnswer(files, answerFile)
    place = InStr(answer, vbCrLf)
    If place = 0 Then
        Say CollabNoReading() & vbCrLf & answerFile, ICON_WARNING
        Exit Function
    End If
    kind = Left$(answer, place - 1)
    answer = Mid$(answer, place + 2)
    If kind = "info" Then Say answer, ICON_INFORMATION
    If kind = "warning" Then Say answer, ICON_WARNING
    If kind = "error" Then Say answer, ICON_ERROR
    If kind = "ask" Then
        told = CollabAsked(answer)
        ShowAnswer = True
    End If
    On Error Resume Next ' a virus scanner may hold it
    files.DeleteFile answerFile
End Function

Private Function ReadAnswer(ByVal files As Object, ByVal answerFile As String) As String
    ' A virus scanner that looks at a new file lets it go after a moment.
    Dim i As Long
    On Error Resume Next
    For i = 1 To TRIES
        Err.Clear
        ReadAnswer = files.OpenTextFile(answerFile, 1, False, -1).ReadAll()
        If Err.Number = 0 Then Exit Function
        Application.Wait Now + TimeSerial(0, 0, 1)
    Next i
End Function

Private Sub Say(ByVal text As String, ByVal icon As Long)
    CollabPopup text, icon
End Sub

' -- without Python --------------------------------------------------------------------------------------

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

Public Sub CollabRelink(ByVal book As Object)
    ' Functions in a colleague's workbook point into the folder of that colleague's add-in: to ours instead.
    Dim source As Variant, mine As String
    On Error Resume Next
    mine = Workbooks(ADDIN_FILE).FullName
    If Len(mine) = 0 Or book Is Nothing Then Exit Sub
    For Each source In book.LinkSources(XL_EXCEL_LINKS)
        If LCase$(source) Like "*[\/]" & ADDIN_FILE And LCase$(source) <> LCase$(mine) Then
            book.ChangeLink source, mine, XL_EXCEL_LINKS
        End If
    Next source
End Sub

Public Sub CollabValues(ByVal commandId As String)
    ' Formulas with COLLAB_ functions become the values they show: who has no add-in would see #NAME?.
    Dim found As New Collection, sheet As Object, cell As Object, kept As String
    If ActiveWorkbook Is Nothing Then Exit Sub
    For Each sheet In ActiveWorkbook.Worksheets
        FindOurs sheet, found
    Next sheet
    If found.Count = 0 Then
        Say CollabNoFunctions(), ICON_INFORMATION
        Exit Sub
    End If
    If CollabPopup(Replace(CollabAskValues(), "{count}", found.Count), ICON_QUESTION + YES_OR_NO) <> SAID_YES Then Exit Sub
    For Each cell In found
        If cell.Worksheet.ProtectContents Then kept = kept & vbCrLf & cell.Worksheet.Name Else TurnToValue cell
    Next cell
    If Len(kept) > 0 Then Say CollabProtected() & kept, ICON_WARNING
End Sub

Private Sub FindOurs(ByVal sheet As Object, ByVal found As Collection)
    Dim cell As Object, used As Object
    Set used = sheet.UsedRange
    If Not IsNull(used.HasFormula) Then
        If Not used.HasFormula Then Exit Sub
    End If
    For Each cell In used.Cells
        If cell.HasFormula Then
            If InStr(UCase$(cell.Formula), "COLLAB_") > 0 Then found.Add cell
        End If
    Next cell
End Sub

Private Sub TurnToValue(ByVal cell As Object)
    ' A formula that fills several cells goes with all of them. Texts stay texts, whatever they look like.
    Dim area As Object, one As Object, values As Variant, i As Long
    If Not cell.HasFormula Then Exit Sub ' gone with another
    Set area = FilledBy(cell)
    ReDim values(1 To area.Cells.Count)
    For Each one In area.Cells
        i = i + 1
        values(i) = one.Value
        If VarType(values(i)) = vbString Then values(i) = "'" & values(i)
    Next one
    area.ClearContents
    i = 0
    For Each one In area.Cells
        i = i + 1
        one.Value = values(i)
    Next one
End Sub

Private Function FilledBy(ByVal cell As Object) As Object
    Set FilledBy = cell
    On Error Resume Next ' Excel before 365 does not spill
    If cell.HasArray Then Set FilledBy = cell.CurrentArray
    If cell.HasSpill Then Set FilledBy = cell.SpillingToRange
End Function
