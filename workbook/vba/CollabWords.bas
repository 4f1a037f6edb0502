Attribute VB_Name = "CollabWords"
Option Explicit

' Written by python -m tools.build from xl_collab/commands: do not edit.

Public Function CollabTitle() As String
    Dim said As String
    said = said & CollabText("\u8DE8\u90E8\u95E8\u534F\u540C")
    CollabTitle = said
End Function

Public Function CollabNoPython() As String
    Dim said As String
    said = said & CollabText("\u6CA1\u80FD\u542F\u52A8 Python\u3002\u8BF7\u5728\u547D\u4EE4\u884C\u8FD0\u884C xl-collab doctor\uFF0C\u6309\u63D0\u793A\u4FEE\u597D\u540E\u91CD\u542F Excel\u3002")
    said = said & vbCrLf
    said = said & CollabText("Python could not be started. Run xl-collab doctor in a terminal, follow it, and ")
    said = said & CollabText("restart Excel.")
    CollabNoPython = said
End Function

Public Function CollabNoAnswer() As String
    Dim said As String
    said = said & CollabText("Python \u6CA1\u6709\u7ED9\u51FA\u7ED3\u679C\uFF0C\u5DE5\u4F5C\u7C3F\u53EF\u80FD\u6CA1\u6709\u6539\u52A8\u3002\u8BF7\u5728\u547D\u4EE4\u884C\u8FD0\u884C xl-collab doctor \u67E5\u539F\u56E0\uFF1B\u82E5\u8FD8\u6CA1\u6709\u5B89\u88C5\uFF0C\u8BF7\u5148\u8FD0\u884C xl-collab insta")
    said = said & CollabText("ll\u3002")
    said = said & vbCrLf
    said = said & CollabText("Python gave no answer. Run xl-collab doctor in a terminal to learn why; if nothi")
    said = said & CollabText("ng is installed yet, run xl-collab install.")
    CollabNoAnswer = said
End Function

Public Function CollabNoSheet() As String
    Dim said As String
    said = said & CollabText("\u5F53\u524D\u5DE5\u4F5C\u7C3F\u91CC\u6CA1\u6709\u8FD9\u5F20\u8868\u3002\u8BF7\u5148\u6253\u5F00\u8DDF\u8E2A\u8868\u5DE5\u4F5C\u7C3F\u3002")
    said = said & vbCrLf
    said = said & CollabText("The active workbook has no such sheet. Open a tracker first.")
    CollabNoSheet = said
End Function
