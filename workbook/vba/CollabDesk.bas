Attribute VB_Name = "CollabDesk"
Option Explicit
Option Private Module

' What Python asks of an open workbook, each time by one Application.Run: xl_collab/hosts/live/macro_driver.py.
' Arrays come in flat (they cross processes unharmed whatever their length), answers go out nested. An answer
' starts with what became of it: "ok", "declined" (nothing was begun), "refused" (a tab took no values) or
' "failed". No error leaves a function: Excel would stop and show it in a window that nobody sees.

Private Const PROTOCOL As Long = 1
Private Const STEP_WIDTH As Long = 10
Private Const PLACE_WIDTH As Long = 5
Private Const NOT_TAKEN As Long = 60001
Private Const MANY_CELLS As Double = 500000
Private Const DAYS_TO_1904 As Double = 1462
Private Const XL_MANUAL As Long = -4135
Private Const XL_ERROR_HANDLER As Long = 2
Private Const XL_FILL_FORMATS As Long = 3
Private Const XL_ONE_WORKSHEET As Long = -4167
Private Const XL_XLSX As Long = 51
Private Const MSO_FORM_CONTROL As Long = 8
Private Const XL_DROP_DOWN As Long = 2
Private Const XL_VISIBLE As Long = -1
Private Const XL_NONE As Long = -4142
Private Const VB_GET As Long = 2
Private Const VB_LET As Long = 4
Private Const PAGE As String = "Orientation PaperSize Zoom FitToPagesWide FitToPagesTall PrintArea PrintTitleRows " & _
    "PrintTitleColumns LeftMargin RightMargin TopMargin BottomMargin HeaderMargin FooterMargin CenterHorizontally " & _
    "CenterVertically LeftHeader CenterHeader RightHeader LeftFooter CenterFooter RightFooter"

Public Function CollabDeskHello(ByVal sample As Variant) As Variant
    ' Says what arrived, so that Python relies on nothing that this Excel does otherwise.
    Dim i As Long, said As String
    On Error GoTo Failed
    For i = LBound(sample) To UBound(sample)
        said = said & TypeName(sample(i))
        If VarType(sample(i)) = vbString Then said = said & Len(sample(i))
        said = said & " "
    Next i
    CollabDeskHello = Array("ok", PROTOCOL, said)
    Exit Function
Failed:
    CollabDeskHello = Array("failed", Err.Number, Err.Description)
End Function

' -- reading ---------------------------------------------------------------------------------------------

Public Function CollabDeskOverview(ByVal bookName As String, ByVal marks As String) As Variant
    ' Full name, read-only, structure locked, tabs. Of names that belong to a tab only those among marks.
    Dim book As Object, sheet As Object, tabs As New Collection
    On Error GoTo Failed
    Set book = Workbooks(bookName)
    For Each sheet In book.Worksheets
        tabs.Add TabOf(sheet, marks)
    Next sheet
    CollabDeskOverview = Array("ok", book.FullName, book.ReadOnly, book.ProtectStructure, ListOf(tabs))
    Exit Function
Failed:
    CollabDeskOverview = Array("failed", Err.Number, Err.Description)
End Function

Private Function TabOf(ByVal sheet As Object, ByVal marks As String) As Variant
    Dim used As Object, lastRow As Long, lastCol As Long, merged As New Collection, seen As String
    Set used = sheet.UsedRange
    lastRow = used.Row + used.Rows.Count - 1
    lastCol = used.Column + used.Columns.Count - 1
    ' It counts formats too: a column painted to the last row would be read as a million blanks.
    If CDbl(used.Rows.Count) * used.Columns.Count > MANY_CELLS Then
        lastRow = LastFilled(sheet, used, True)
        lastCol = LastFilled(sheet, used, False)
    End If
    FindMerged sheet, used.Column, used.Row, used.Column + used.Columns.Count - 1, _
        used.Row + used.Rows.Count - 1, merged, seen
    TabOf = Array(sheet.Name, used.Column, used.Row, lastCol, lastRow, sheet.Visible = -1, sheet.ProtectContents, _
        NamesOf(sheet, marks), TablesOf(sheet), ListOf(merged), ObjectsOf(sheet))
End Function

Private Function ObjectsOf(ByVal sheet As Object) As Long
    ' Charts, pictures, shapes and comments; not the arrow that a drop-down list leaves among the shapes.
    Dim one As Object
    For Each one In sheet.Shapes
        If Not IsListArrow(one) Then ObjectsOf = ObjectsOf + 1
    Next one
    ObjectsOf = ObjectsOf + sheet.Comments.Count
    On Error Resume Next ' Excel before 365 has no threaded ones
    ObjectsOf = ObjectsOf + sheet.CommentsThreaded.Count
End Function

Private Function IsListArrow(ByVal shape As Object) As Boolean
    If shape.Type = MSO_FORM_CONTROL Then IsListArrow = (shape.FormControlType = XL_DROP_DOWN)
End Function

Private Function LastFilled(ByVal sheet As Object, ByVal used As Object, ByVal down As Boolean) As Long
    ' The last row, or column, of a used range with anything in it.
    Dim low As Long, high As Long, middle As Long, rest As Object, lastRow As Long, lastCol As Long
    lastRow = used.Row + used.Rows.Count - 1
    lastCol = used.Column + used.Columns.Count - 1
    low = IIf(down, used.Row, used.Column)
    high = IIf(down, lastRow, lastCol)
    Do While low < high
        middle = (low + high) \ 2
        If down Then
            Set rest = Block(sheet, used.Column, middle + 1, lastCol, high)
        Else
            Set rest = Block(sheet, middle + 1, used.Row, high, lastRow)
        End If
        If Application.WorksheetFunction.CountA(rest) = 0 Then high = middle Else low = middle + 1
    Loop
    LastFilled = low
End Function

Private Sub FindMerged(ByVal sheet As Object, ByVal firstCol As Long, ByVal firstRow As Long, ByVal lastCol As Long, _
        ByVal lastRow As Long, ByVal found As Collection, ByRef seen As String)
    ' By halving: one question where nothing is merged.
    Dim state As Variant, area As Object, middle As Long
    state = Block(sheet, firstCol, firstRow, lastCol, lastRow).MergeCells
    If Not IsNull(state) Then
        If Not state Then Exit Sub
        Set area = sheet.Cells(firstRow, firstCol).MergeArea
        AddMerged area, found, seen
        If area.Row + area.Rows.Count > lastRow And area.Column + area.Columns.Count > lastCol Then Exit Sub
    End If
    If lastRow > firstRow Then
        middle = (firstRow + lastRow) \ 2
        FindMerged sheet, firstCol, firstRow, lastCol, middle, found, seen
        FindMerged sheet, firstCol, middle + 1, lastCol, lastRow, found, seen
    ElseIf lastCol > firstCol Then
        middle = (firstCol + lastCol) \ 2
        FindMerged sheet, firstCol, firstRow, middle, lastRow, found, seen
        FindMerged sheet, middle + 1, firstRow, lastCol, lastRow, found, seen
    End If
End Sub

Private Sub AddMerged(ByVal area As Object, ByVal found As Collection, ByRef seen As String)
    Dim mark As String
    mark = "|" & area.Row & "," & area.Column & "|"
    If InStr(seen, mark) > 0 Then Exit Sub
    seen = seen & mark
    found.Add area.Row
    found.Add area.Column
    found.Add area.Row + area.Rows.Count - 1
    found.Add area.Column + area.Columns.Count - 1
End Sub

Private Function NamesOf(ByVal sheet As Object, ByVal marks As String) As Variant
    Dim one As Object, plain As String, found As New Collection
    For Each one In sheet.Names
        plain = Mid$(one.Name, InStrRev(one.Name, "!") + 1)
        If InStr(marks, "|" & plain & "|") > 0 Then
            found.Add plain
            found.Add one.RefersTo
        End If
    Next one
    NamesOf = ListOf(found)
End Function

Private Function TablesOf(ByVal sheet As Object) As Variant
    Dim table As Object, area As Object, found As New Collection
    For Each table In sheet.ListObjects
        Set area = table.Range
        found.Add table.Name
        found.Add area.Column
        found.Add area.Row
        found.Add area.Column + area.Columns.Count - 1
        found.Add area.Row + area.Rows.Count - 1
        found.Add table.ShowHeaders
        found.Add table.ShowTotals
    Next table
    TablesOf = ListOf(found)
End Function

Public Function CollabDeskRead(ByVal bookName As String, ByVal places As Variant, _
        ByVal withFormulas As Boolean) As Variant
    ' places: tab, left, top, right, bottom of each block. Of each: values, and formulas where there are any.
    Dim book As Object, cells As Object, formulas As Variant, found As New Collection, at As Long
    On Error GoTo Failed
    Set book = Workbooks(bookName)
    For at = LBound(places) To UBound(places) Step PLACE_WIDTH
        Set cells = Block(book.Worksheets(places(at)), places(at + 1), places(at + 2), places(at + 3), places(at + 4))
        formulas = Empty
        If withFormulas Then
            If HasAnyFormula(cells) Then formulas = cells.Formula
        End If
        found.Add Array(cells.Value, formulas)
    Next at
    CollabDeskRead = Array("ok", ListOf(found))
    Exit Function
Failed:
    CollabDeskRead = Array("failed", Err.Number, Err.Description)
End Function

Private Function HasAnyFormula(ByVal cells As Object) As Boolean
    ' HasFormula is Null where some cells have one.
    Dim state As Variant
    state = cells.HasFormula
    HasAnyFormula = True
    If Not IsNull(state) Then HasAnyFormula = state
End Function

' -- writing ---------------------------------------------------------------------------------------------

Public Function CollabDeskCarryOut(ByVal bookName As String, ByVal steps As Variant, ByVal stepCount As Long, _
        ByVal kinds As String, ByVal values As Variant, ByVal valueCount As Long) As Variant
    ' steps: STEP_WIDTH fields each, see DoStep. What a step writes stands in values, its kinds letter by letter.
    Dim book As Object, before As Variant, at As Long, tabName As String, reason As Variant
    If CountOf(steps) <> stepCount * STEP_WIDTH Or CountOf(values) <> valueCount Or Len(kinds) <> valueCount Then
        CollabDeskCarryOut = Array("declined", 0, "")
        Exit Function
    End If
    On Error GoTo Failed
    before = StateOfExcel()
    BeQuiet
    Set book = Workbooks(bookName)
    For at = LBound(steps) To UBound(steps) Step STEP_WIDTH
        tabName = steps(at + 1)
        DoStep book, steps, at, kinds, values
    Next at
    book.Activate
    Restore before
    CollabDeskCarryOut = Array("ok")
    Exit Function
Failed:
    ' Kept first: the next call forgets it.
    reason = Array(IIf(Err.Number = NOT_TAKEN, "refused", "failed"), Err.Number, Err.Description, tabName)
    Restore before
    CollabDeskCarryOut = reason
End Function

Private Sub DoStep(ByVal book As Object, ByRef steps As Variant, ByVal at As Long, ByRef kinds As String, _
        ByRef values As Variant)
    ' what, tab, left, top, right, bottom, first of its values (from 0), text, source, replaces.
    Select Case steps(at)
        Case "put"
            PutValues BlockOf(book, steps, at), kinds, values, steps(at + 6)
        Case "fill"
            FillFormula BlockOf(book, steps, at), steps(at + 7)
        Case "resize"
            ResizeTable book.Worksheets(steps(at + 1)), steps(at + 7), BlockOf(book, steps, at), steps(at + 6)
        Case "remove"
            book.Worksheets(steps(at + 1)).Delete
        Case "sheet"
            PutSheet book, steps(at + 1), steps(at + 7), steps(at + 8), steps(at + 9), values, steps(at + 6)
        Case Else
            Err.Raise 5, "CollabDesk", "unknown step " & steps(at)
    End Select
End Sub

Private Sub PutValues(ByVal cells As Object, ByRef kinds As String, ByRef values As Variant, ByVal first As Long)
    ' Kinds: s text, l long text, n number, b truth value, d date, e nothing. Long texts go in by themselves:
    ' older Excels refuse them within an array.
    Dim wanted() As Variant, i As Long, base As Long
    base = LBound(values) + first - 1
    ReDim wanted(1 To cells.Rows.Count, 1 To 1)
    For i = 1 To UBound(wanted)
        Select Case Mid$(kinds, first + i, 1)
            Case "d"
                wanted(i, 1) = CDate(values(base + i))
            Case "s", "n", "b"
                wanted(i, 1) = values(base + i)
        End Select
    Next i
    cells.Value = wanted
    For i = 1 To UBound(wanted)
        If Mid$(kinds, first + i, 1) = "l" Then wanted(i, 1) = values(base + i)
    Next i
    SeeToValues cells, wanted
End Sub

Private Sub SeeToValues(ByVal cells As Object, ByRef wanted As Variant)
    ' Excel may pass over rows that a filter hides: those are written one by one, and looked at again. In a
    ' cell with the format Text a date would be a text: it takes a date's format. What a Chinese Excel reads as
    ' a formula or a date (full-width signs, Chinese numerals) is told by an apostrophe to be a text.
    Dim found As Variant, i As Long, again As Boolean
    found = InRows(cells.Value2)
    For i = 1 To UBound(wanted)
        If Not Took(found(i, 1), wanted(i, 1)) Then
            If VarType(wanted(i, 1)) = vbDate Then
                If cells.Cells(i, 1).NumberFormat = "@" Then cells.Cells(i, 1).NumberFormat = "yyyy-mm-dd"
            End If
            cells.Cells(i, 1).Value = wanted(i, 1)
            If VarType(wanted(i, 1)) = vbString Then
                If Not Took(cells.Cells(i, 1).Value2, wanted(i, 1)) Then cells.Cells(i, 1).Value = "'" & wanted(i, 1)
            End If
            again = True
        End If
    Next i
    If Not again Then Exit Sub
    found = InRows(cells.Value2)
    For i = 1 To UBound(wanted)
        If Not Took(found(i, 1), wanted(i, 1)) Then Err.Raise NOT_TAKEN, "CollabDesk", "values"
    Next i
End Sub

Private Function Took(ByVal found As Variant, ByVal wanted As Variant) As Boolean
    ' A text may be wanted with an apostrophe, which the cell then does not show. Dates are read as numbers,
    ' which count from another day where the workbook says so.
    Dim difference As Double
    If IsError(found) Then Exit Function
    If IsEmpty(wanted) Then
        Took = (Len(found) = 0)
    ElseIf VarType(wanted) = vbString Then
        If VarType(found) = vbString Then Took = (found = wanted Or "'" & found = wanted)
        If IsEmpty(found) Then Took = (Len(wanted) = 0)
    ElseIf VarType(wanted) = vbBoolean Or VarType(found) = vbBoolean Then
        If VarType(wanted) = VarType(found) Then Took = (wanted = found)
    ElseIf VarType(found) <> vbString And Not IsEmpty(found) Then
        difference = Abs(CDbl(found) - CDbl(wanted))
        Took = difference <= 0.000000001 * (1 + Abs(CDbl(wanted)))
        If VarType(wanted) = vbDate Then Took = difference < 0.00001 Or Abs(difference - DAYS_TO_1904) < 0.00001
    End If
End Function

Private Sub FillFormula(ByVal cells As Object, ByVal formula As String)
    ' As copying it down does. A formula in a cell formatted as text would stay a text: that is refused.
    Dim relative As String, found As Variant, i As Long
    cells.Cells(1, 1).Formula = formula
    If Not cells.Cells(1, 1).HasFormula Then Err.Raise NOT_TAKEN, "CollabDesk", "formulas"
    If cells.Rows.Count = 1 Then Exit Sub
    relative = cells.Cells(1, 1).FormulaR1C1
    cells.FormulaR1C1 = relative
    found = InRows(cells.FormulaR1C1)
    For i = 1 To UBound(found)
        If found(i, 1) <> relative Then
            cells.Cells(i, 1).FormulaR1C1 = relative
            If cells.Cells(i, 1).FormulaR1C1 <> relative Then Err.Raise NOT_TAKEN, "CollabDesk", "formulas"
        End If
    Next i
End Sub

Private Sub ResizeTable(ByVal sheet As Object, ByVal tableName As String, ByVal area As Object, _
        ByVal oldLast As Long)
    ' New rows get the looks of the last one, without the clipboard, which belongs to the user.
    Dim model As Object, whole As Object, lastRow As Long, lastCol As Long
    sheet.ListObjects(tableName).Resize area
    lastRow = area.Row + area.Rows.Count - 1
    If lastRow <= oldLast Or oldLast <= area.Row Then Exit Sub
    lastCol = area.Column + area.Columns.Count - 1
    Set model = Block(sheet, area.Column, oldLast, lastCol, oldLast)
    Set whole = Block(sheet, area.Column, oldLast, lastCol, lastRow)
    model.AutoFill whole, XL_FILL_FORMATS
End Sub

Private Sub PutSheet(ByVal book As Object, ByVal tabName As String, ByVal path As String, ByVal source As String, _
        ByVal replaces As Boolean, ByRef values As Variant, ByVal first As Long)
    ' values: the tab that it goes behind, then names of its own and their texts as formulas.
    Dim anchor As Object, made As Object, i As Long
    i = LBound(values) + first
    Set anchor = book.Worksheets(values(i))
    CopySheet path, source, anchor
    Set made = book.Sheets(anchor.Index + 1)
    If replaces Then
        TakeContent made, anchor
        made.Delete
        Set made = anchor
    End If
    If made.Name <> tabName Then made.Name = tabName
    For i = i + 1 To i + 5 Step 2
        made.Names.Add Name:=values(i), RefersTo:=values(i + 1), Visible:=False
    Next i
End Sub

Private Sub CopySheet(ByVal path As String, ByVal source As String, ByVal anchor As Object)
    ' The file is closed again whatever happens.
    Dim drawn As Object, number As Long, reason As String
    Set drawn = Workbooks.Open(Filename:=path, UpdateLinks:=0, ReadOnly:=True)
    On Error GoTo Failed
    If Len(source) > 0 Then
        drawn.Worksheets(source).Copy After:=anchor
    Else
        drawn.Worksheets(1).Copy After:=anchor
    End If
    drawn.Close SaveChanges:=False
    Exit Sub
Failed:
    number = Err.Number
    reason = Err.Description
    drawn.Close SaveChanges:=False
    Err.Raise number, "CollabDesk", reason
End Sub

Private Sub TakeContent(ByVal drawn As Object, ByVal kept As Object)
    ' A sheet that is drawn anew stays the sheet it was: deleting it would make #REF! of all that points to it.
    ' Copying to a destination leaves the clipboard alone.
    EmptySheet kept
    drawn.Cells.Copy Destination:=kept.Cells(1, 1)
    LetChartsFollow kept, drawn.Name
    TakePage drawn.PageSetup, kept.PageSetup
    If drawn.Tab.ColorIndex = XL_NONE Then kept.Tab.ColorIndex = XL_NONE Else kept.Tab.Color = drawn.Tab.Color
    If drawn.Visible = XL_VISIBLE And kept.Visible = XL_VISIBLE Then TakeFrozen drawn, kept
End Sub

Private Sub EmptySheet(ByVal sheet As Object)
    ' Filters and groups go too, because they hide rows, and a protection without a password; a table of people's
    ' becomes cells, which are pointed at as before. The arrow of a drop-down list belongs to Excel.
    Dim i As Long
    If sheet.ProtectContents Then sheet.Unprotect ""
    If sheet.AutoFilterMode Then sheet.AutoFilterMode = False
    For i = sheet.ListObjects.Count To 1 Step -1
        sheet.ListObjects(i).Unlist
    Next i
    For i = sheet.Shapes.Count To 1 Step -1
        If Not IsListArrow(sheet.Shapes(i)) Then sheet.Shapes(i).Delete
    Next i
    sheet.Cells.ClearOutline
    sheet.Cells.EntireRow.Hidden = False
    sheet.Cells.EntireColumn.Hidden = False
    sheet.Cells.UnMerge
    sheet.Cells.Clear
End Sub

Private Sub LetChartsFollow(ByVal sheet As Object, ByVal source As String)
    ' A chart that was copied with its cells goes on to show those that they were copied from.
    Dim shape As Object, series As Object
    For Each shape In sheet.Shapes
        If shape.HasChart Then
            For Each series In shape.Chart.SeriesCollection
                series.Formula = Replace(series.Formula, SheetPrefix(source), SheetPrefix(sheet.Name))
            Next series
        End If
    Next shape
End Sub

Private Function SheetPrefix(ByVal tabName As String) As String
    SheetPrefix = "'" & Replace(tabName, "'", "''") & "'!"
End Function

Private Sub TakePage(ByVal drawn As Object, ByVal kept As Object)
    ' Only what differs: each of these asks the printer. Without one Excel refuses, and the page is as it was.
    Dim one As Variant
    On Error Resume Next
    For Each one In Split(PAGE, " ")
        If CallByName(kept, one, VB_GET) <> CallByName(drawn, one, VB_GET) Then
            CallByName kept, one, VB_LET, CallByName(drawn, one, VB_GET)
        End If
    Next one
End Sub

Private Sub TakeFrozen(ByVal drawn As Object, ByVal kept As Object)
    ' Rows and columns that do not scroll; how large the sheet is shown is the user's choice.
    Dim frozen As Boolean, down As Long, across As Long
    drawn.Parent.Activate
    drawn.Activate
    frozen = ActiveWindow.FreezePanes
    down = ActiveWindow.SplitRow
    across = ActiveWindow.SplitColumn
    kept.Activate
    With ActiveWindow
        If .FreezePanes = frozen And .SplitRow = down And .SplitColumn = across Then Exit Sub
        .FreezePanes = False
        .ScrollRow = 1
        .ScrollColumn = 1
        .SplitRow = down
        .SplitColumn = across
        .FreezePanes = frozen
    End With
End Sub

Public Function CollabDeskKeep(ByVal bookName As String, ByVal tabNames As Variant, ByVal path As String) As Variant
    ' Copies of tabs in a new workbook file.
    Dim book As Object, other As Object, before As Variant, reason As Variant, i As Long
    On Error GoTo Failed
    before = StateOfExcel()
    BeQuiet
    Set book = Workbooks(bookName)
    Set other = Workbooks.Add(XL_ONE_WORKSHEET)
    other.Worksheets(1).Name = "xl_collab"
    For i = LBound(tabNames) To UBound(tabNames)
        book.Worksheets(tabNames(i)).Copy After:=other.Worksheets(other.Worksheets.Count)
    Next i
    other.Worksheets("xl_collab").Delete
    other.SaveAs Filename:=path, FileFormat:=XL_XLSX
    reason = Array("ok")
Done:
    On Error Resume Next
    If Not other Is Nothing Then other.Close SaveChanges:=False
    book.Activate
    Restore before
    CollabDeskKeep = reason
    Exit Function
Failed:
    reason = Array("failed", Err.Number, Err.Description)
    Resume Done
End Function

' -- Excel itself ----------------------------------------------------------------------------------------

Private Function StateOfExcel() As Variant
    With Application
        StateOfExcel = Array(.ScreenUpdating, .DisplayAlerts, .Calculation, .AutoCorrect.AutoFillFormulasInLists, _
            .CopyObjectsWithCells)
    End With
End Function

Private Sub BeQuiet()
    ' Esc becomes an error, so that everything below is put back. A formula written into one cell of a table
    ' must not spread over its column by itself. Charts go where their cells are copied.
    With Application
        .EnableCancelKey = XL_ERROR_HANDLER
        .ScreenUpdating = False
        .DisplayAlerts = False
        .Calculation = XL_MANUAL
        .AutoCorrect.AutoFillFormulasInLists = False
        .CopyObjectsWithCells = True
    End With
End Sub

Private Sub Restore(ByVal before As Variant)
    ' One that cannot be put back must not keep the others from it. Nothing of the workbook is written here.
    On Error Resume Next
    With Application
        .CopyObjectsWithCells = before(4)
        .AutoCorrect.AutoFillFormulasInLists = before(3)
        .Calculation = before(2)
        .DisplayAlerts = before(1)
        .ScreenUpdating = before(0)
    End With
End Sub

' -- pieces ----------------------------------------------------------------------------------------------

Private Function Block(ByVal sheet As Object, ByVal firstCol As Long, ByVal firstRow As Long, ByVal lastCol As Long, _
        ByVal lastRow As Long) As Object
    Set Block = sheet.Range(sheet.Cells(firstRow, firstCol), sheet.Cells(lastRow, lastCol))
End Function

Private Function BlockOf(ByVal book As Object, ByRef steps As Variant, ByVal at As Long) As Object
    Set BlockOf = Block(book.Worksheets(steps(at + 1)), steps(at + 2), steps(at + 3), steps(at + 4), steps(at + 5))
End Function

Private Function InRows(ByVal found As Variant) As Variant
    ' One cell's value is no array.
    Dim made(1 To 1, 1 To 1) As Variant
    If IsArray(found) Then
        InRows = found
    Else
        made(1, 1) = found
        InRows = made
    End If
End Function

Private Function ListOf(ByVal found As Collection) As Variant
    ' Empty when there is nothing: an array without elements does not cross processes well.
    Dim made() As Variant, i As Long, one As Variant
    If found.Count = 0 Then Exit Function
    ReDim made(1 To found.Count)
    For Each one In found
        i = i + 1
        made(i) = one
    Next one
    ListOf = made
End Function

Private Function CountOf(ByRef list As Variant) As Long
    If IsArray(list) Then CountOf = UBound(list) - LBound(list) + 1
End Function
