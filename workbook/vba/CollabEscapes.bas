Attribute VB_Name = "CollabEscapes"
Option Explicit
Option Private Module

' Texts as ASCII, for cmd.exe and for these modules; private, so that Excel does not offer them as functions.

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
