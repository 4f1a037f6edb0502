Attribute VB_Name = "CollabMacros"
Option Explicit

' Written by python -m tools.build from xl_collab/commands: do not edit.

Public Sub CollabDo_New()
    CollabRun "new"
End Sub

Public Sub CollabDo_Validate()
    CollabRun "validate"
End Sub

Public Sub CollabDo_Fix()
    CollabRun "fix"
End Sub

Public Sub CollabDo_Variance()
    CollabRun "variance"
End Sub

Public Sub CollabDo_Risks()
    CollabRun "risks"
End Sub

Public Sub CollabDo_Explain()
    CollabRun "explain"
End Sub

Public Sub CollabDo_WhatIf()
    CollabRun "what_if"
End Sub

Public Sub CollabDo_Freeze()
    CollabRun "freeze"
End Sub

Public Sub CollabDo_Run()
    CollabRun "run"
End Sub

Public Sub CollabDo_Minutes()
    CollabRun "minutes"
End Sub

Public Sub CollabDo_Issue()
    CollabRun "issue"
End Sub

Public Sub CollabDo_Review()
    CollabRun "review"
End Sub

Public Sub CollabDo_Gantt()
    CollabRun "gantt"
End Sub

Public Sub CollabDo_Adjust()
    CollabRun "adjust"
End Sub

Public Sub CollabDo_Acceptance()
    CollabRun "acceptance"
End Sub

Public Sub CollabDo_Raci()
    CollabRun "raci"
End Sub

Public Sub CollabDo_Lessons()
    CollabRun "lessons"
End Sub

Public Sub CollabDo_Proposals()
    CollabRun "proposals"
End Sub

Public Sub CollabDo_Packets()
    CollabRun "packets"
End Sub

Public Sub CollabDo_Send()
    CollabRun "send"
End Sub

Public Sub CollabDo_Collect()
    CollabRun "collect"
End Sub

Public Sub CollabDo_Resolve()
    CollabRun "resolve"
End Sub

Public Sub CollabDo_UndoReply()
    CollabRun "undo_reply"
End Sub

Public Sub CollabDo_Log()
    CollabRun "log"
End Sub

Public Sub CollabDo_Undo()
    CollabRun "undo"
End Sub

Public Sub CollabDo_CalendarImport()
    CollabRun "calendar_import"
End Sub

Public Sub CollabDo_Doctor()
    CollabRun "doctor"
End Sub

Public Sub CollabDo_Values()
    CollabValues "values"
End Sub

Public Sub CollabDo_GotoHome()
    CollabShow "SheetHome"
End Sub

Public Sub CollabDo_GotoRequest()
    CollabShow "SheetRequest"
End Sub

Public Sub CollabDo_GotoDuties()
    CollabShow "SheetDuties"
End Sub

Public Sub CollabDo_GotoMilestones()
    CollabShow "SheetMilestones"
End Sub

Public Sub CollabDo_GotoTracker()
    CollabShow "SheetTracker"
End Sub

Public Sub CollabDo_GotoPlans()
    CollabShow "SheetPlans"
End Sub

Public Sub CollabDo_GotoRisks()
    CollabShow "SheetRisks"
End Sub

Public Sub CollabDo_GotoSync()
    CollabShow "SheetSync"
End Sub

Public Sub CollabDo_GotoMeetings()
    CollabShow "SheetMeetings"
End Sub

Public Sub CollabDo_GotoActions()
    CollabShow "SheetActions"
End Sub

Public Sub CollabDo_GotoAdjustments()
    CollabShow "SheetAdjustments"
End Sub

Public Sub CollabDo_GotoAcceptance()
    CollabShow "SheetAcceptance"
End Sub

Public Sub CollabDo_GotoLessons()
    CollabShow "SheetLessons"
End Sub

Public Sub CollabDo_GotoContacts()
    CollabShow "SheetContacts"
End Sub

Public Sub CollabDo_GotoCalendar()
    CollabShow "SheetCalendar"
End Sub

Public Sub CollabDo_GotoSettings()
    CollabShow "SheetSettings"
End Sub

Public Sub CollabDispatch(ByVal controlId As String)
    Select Case controlId
        Case "collab_new"
            CollabDo_New
        Case "collab_validate"
            CollabDo_Validate
        Case "collab_fix"
            CollabDo_Fix
        Case "collab_variance"
            CollabDo_Variance
        Case "collab_risks"
            CollabDo_Risks
        Case "collab_explain"
            CollabDo_Explain
        Case "collab_what_if"
            CollabDo_WhatIf
        Case "collab_freeze"
            CollabDo_Freeze
        Case "collab_run"
            CollabDo_Run
        Case "collab_minutes"
            CollabDo_Minutes
        Case "collab_issue"
            CollabDo_Issue
        Case "collab_review"
            CollabDo_Review
        Case "collab_gantt"
            CollabDo_Gantt
        Case "collab_adjust"
            CollabDo_Adjust
        Case "collab_acceptance"
            CollabDo_Acceptance
        Case "collab_raci"
            CollabDo_Raci
        Case "collab_lessons"
            CollabDo_Lessons
        Case "collab_proposals"
            CollabDo_Proposals
        Case "collab_packets"
            CollabDo_Packets
        Case "collab_send"
            CollabDo_Send
        Case "collab_collect"
            CollabDo_Collect
        Case "collab_resolve"
            CollabDo_Resolve
        Case "collab_undo_reply"
            CollabDo_UndoReply
        Case "collab_log"
            CollabDo_Log
        Case "collab_undo"
            CollabDo_Undo
        Case "collab_calendar_import"
            CollabDo_CalendarImport
        Case "collab_doctor"
            CollabDo_Doctor
        Case "collab_values"
            CollabDo_Values
        Case "collab_goto_home"
            CollabDo_GotoHome
        Case "collab_goto_request"
            CollabDo_GotoRequest
        Case "collab_goto_duties"
            CollabDo_GotoDuties
        Case "collab_goto_milestones"
            CollabDo_GotoMilestones
        Case "collab_goto_tracker"
            CollabDo_GotoTracker
        Case "collab_goto_plans"
            CollabDo_GotoPlans
        Case "collab_goto_risks"
            CollabDo_GotoRisks
        Case "collab_goto_sync"
            CollabDo_GotoSync
        Case "collab_goto_meetings"
            CollabDo_GotoMeetings
        Case "collab_goto_actions"
            CollabDo_GotoActions
        Case "collab_goto_adjustments"
            CollabDo_GotoAdjustments
        Case "collab_goto_acceptance"
            CollabDo_GotoAcceptance
        Case "collab_goto_lessons"
            CollabDo_GotoLessons
        Case "collab_goto_contacts"
            CollabDo_GotoContacts
        Case "collab_goto_calendar"
            CollabDo_GotoCalendar
        Case "collab_goto_settings"
            CollabDo_GotoSettings
        Case Else
            Err.Raise 5, "CollabMacros", "unknown control " & controlId
    End Select
End Sub
