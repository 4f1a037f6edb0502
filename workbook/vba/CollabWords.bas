Attribute VB_Name = "CollabWords"
Option Explicit
Option Private Module

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

Public Function CollabNoReading() As String
    Dim said As String
    said = said & CollabText("\u547D\u4EE4\u5DF2\u7ECF\u505A\u5B8C\uFF0C\u4F46\u7ED3\u679C\u6587\u4EF6\u88AB\u522B\u7684\u7A0B\u5E8F\uFF08\u591A\u534A\u662F\u6740\u6BD2\u8F6F\u4EF6\uFF09\u5360\u7528\uFF0C\u8BFB\u4E0D\u5230\u3002\u8BF7\u67E5\u770B\u5DE5\u4F5C\u7C3F\u7684\u6539\u52A8\uFF1A")
    said = said & vbCrLf
    said = said & CollabText("The command is done, but another program, probably a virus scanner, holds the fi")
    said = said & CollabText("le with its answer. See what changed in the workbook:")
    CollabNoReading = said
End Function

Public Function CollabNoMac() As String
    Dim said As String
    said = said & CollabText("Mac \u7248 Excel \u4E0D\u80FD\u542F\u52A8 Python\u3002\u8BF7\u5728 Windows \u4E0A\u70B9\u6309\u94AE\uFF0C\u6216\u5728\u7EC8\u7AEF\u7528\u547D\u4EE4\u884C xl-collab\u3002")
    said = said & vbCrLf
    said = said & CollabText("Excel for Mac cannot start Python. Use the buttons on Windows, or the command li")
    said = said & CollabText("ne xl-collab.")
    CollabNoMac = said
End Function

Public Function CollabNoScripting() As String
    Dim said As String
    said = said & CollabText("\u8FD9\u53F0\u7535\u8111\u505C\u7528\u4E86 Windows \u811A\u672C\u7EC4\u4EF6\uFF08WScript.Shell \u6216 Scripting.FileSystemObject\uFF09\uFF0C\u6309\u94AE\u542F\u52A8\u4E0D\u4E86 Python\u3002\u8BF7")
    said = said & CollabText("\u7528\u547D\u4EE4\u884C xl-collab\uFF0C\u6216\u8BF7 IT \u6062\u590D\u3002")
    said = said & vbCrLf
    said = said & CollabText("Windows scripting (WScript.Shell or Scripting.FileSystemObject) is disabled on t")
    said = said & CollabText("his computer, so no button can start Python. Use the command line xl-collab, or ")
    said = said & CollabText("ask IT to enable both.")
    CollabNoScripting = said
End Function

Public Function CollabNoFunctions() As String
    Dim said As String
    said = said & CollabText("\u8FD9\u4E2A\u5DE5\u4F5C\u7C3F\u91CC\u6CA1\u6709 COLLAB_ \u51FD\u6570\uFF0C\u53EF\u4EE5\u76F4\u63A5\u53D1\u7ED9\u522B\u4EBA\u3002")
    said = said & vbCrLf
    said = said & CollabText("There are no COLLAB_ functions in this workbook: it can be sent as it is.")
    CollabNoFunctions = said
End Function

Public Function CollabAskValues() As String
    Dim said As String
    said = said & CollabText("\u6709 {count} \u4E2A\u5355\u5143\u683C\u7528\u4E86 COLLAB_ \u51FD\u6570\uFF0C\u6CA1\u6709\u88C5\u52A0\u8F7D\u9879\u7684\u4EBA\u4F1A\u770B\u5230 #NAME?\u3002\u73B0\u5728\u6539\u4E3A\u6570\u503C\uFF1F\u8FD9\u4E00\u6B65\u4E0D\u80FD\u64A4\u9500\uFF0C\u516C\u5F0F\u8981\u7559\u7740\u8BF7\u5148\u53E6\u5B58\u4E00\u4EFD\u3002")
    said = said & vbCrLf
    said = said & CollabText("{count} cells use COLLAB_ functions; who lacks the add-in sees #NAME?. Turn them")
    said = said & CollabText(" into values now? This cannot be undone: save a copy first if you want to keep t")
    said = said & CollabText("he formulas.")
    CollabAskValues = said
End Function

Public Function CollabProtected() As String
    Dim said As String
    said = said & CollabText("\u8FD9\u4E9B\u5DE5\u4F5C\u8868\u6709\u4FDD\u62A4\uFF0C\u5176\u4E2D\u7684\u51FD\u6570\u6CA1\u6709\u6539\uFF1A")
    said = said & vbCrLf
    said = said & CollabText("These sheets are protected; their functions were left alone:")
    CollabProtected = said
End Function

Public Function CollabNoSheet() As String
    Dim said As String
    said = said & CollabText("\u5F53\u524D\u5DE5\u4F5C\u7C3F\u91CC\u6CA1\u6709\u8FD9\u5F20\u8868\u3002\u8BF7\u5148\u6253\u5F00\u8DDF\u8E2A\u8868\u5DE5\u4F5C\u7C3F\u3002")
    said = said & vbCrLf
    said = said & CollabText("The active workbook has no such sheet. Open a tracker first.")
    CollabNoSheet = said
End Function
