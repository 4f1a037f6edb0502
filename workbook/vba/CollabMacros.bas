Attribute VB_Name = "CollabMacros"
Option Explicit

' Written by python -m xl_collab.build from xl_collab/faces/commands.py: do not edit.

Public Sub Collab_New()
    CollabRun "new"
End Sub

Public Sub Collab_Validate()
    CollabRun "validate"
End Sub

Public Sub Collab_Variance()
    CollabRun "variance"
End Sub

Public Sub Collab_Risks()
    CollabRun "risks"
End Sub

Public Sub Collab_Explain()
    CollabRun "explain"
End Sub

Public Sub Collab_WhatIf()
    CollabRun "what_if"
End Sub

Public Sub Collab_Freeze()
    CollabRun "freeze"
End Sub

Public Sub Collab_Run()
    CollabRun "run"
End Sub

Public Sub Collab_Minutes()
    CollabRun "minutes"
End Sub

Public Sub Collab_Issue()
    CollabRun "issue"
End Sub

Public Sub Collab_Review()
    CollabRun "review"
End Sub

Public Sub Collab_Gantt()
    CollabRun "gantt"
End Sub

Public Sub Collab_Adjust()
    CollabRun "adjust"
End Sub

Public Sub Collab_Acceptance()
    CollabRun "acceptance"
End Sub

Public Sub Collab_Proposals()
    CollabRun "proposals"
End Sub

Public Sub Collab_Undo()
    CollabRun "undo"
End Sub

Public Sub Collab_CalendarImport()
    CollabRun "calendar_import"
End Sub

Public Sub Collab_Doctor()
    CollabRun "doctor"
End Sub

Public Sub Collab_GotoHome()
    CollabShow "SheetHome"
End Sub

Public Sub Collab_GotoRequest()
    CollabShow "SheetRequest"
End Sub

Public Sub Collab_GotoDuties()
    CollabShow "SheetDuties"
End Sub

Public Sub Collab_GotoMilestones()
    CollabShow "SheetMilestones"
End Sub

Public Sub Collab_GotoTracker()
    CollabShow "SheetTracker"
End Sub

Public Sub Collab_GotoPlans()
    CollabShow "SheetPlans"
End Sub

Public Sub Collab_GotoRisks()
    CollabShow "SheetRisks"
End Sub

Public Sub Collab_GotoSync()
    CollabShow "SheetSync"
End Sub

Public Sub Collab_GotoMeetings()
    CollabShow "SheetMeetings"
End Sub

Public Sub Collab_GotoActions()
    CollabShow "SheetActions"
End Sub

Public Sub Collab_GotoAdjustments()
    CollabShow "SheetAdjustments"
End Sub

Public Sub Collab_GotoAcceptance()
    CollabShow "SheetAcceptance"
End Sub

Public Sub Collab_GotoLessons()
    CollabShow "SheetLessons"
End Sub

Public Sub Collab_GotoContacts()
    CollabShow "SheetContacts"
End Sub

Public Sub Collab_GotoCalendar()
    CollabShow "SheetCalendar"
End Sub

Public Sub Collab_GotoSettings()
    CollabShow "SheetSettings"
End Sub

Public Sub CollabDispatch(ByVal controlId As String)
    Select Case controlId
        Case "collab_new"
            Collab_New
        Case "collab_validate"
            Collab_Validate
        Case "collab_variance"
            Collab_Variance
        Case "collab_risks"
            Collab_Risks
        Case "collab_explain"
            Collab_Explain
        Case "collab_what_if"
            Collab_WhatIf
        Case "collab_freeze"
            Collab_Freeze
        Case "collab_run"
            Collab_Run
        Case "collab_minutes"
            Collab_Minutes
        Case "collab_issue"
            Collab_Issue
        Case "collab_review"
            Collab_Review
        Case "collab_gantt"
            Collab_Gantt
        Case "collab_adjust"
            Collab_Adjust
        Case "collab_acceptance"
            Collab_Acceptance
        Case "collab_proposals"
            Collab_Proposals
        Case "collab_undo"
            Collab_Undo
        Case "collab_calendar_import"
            Collab_CalendarImport
        Case "collab_doctor"
            Collab_Doctor
        Case "collab_goto_home"
            Collab_GotoHome
        Case "collab_goto_request"
            Collab_GotoRequest
        Case "collab_goto_duties"
            Collab_GotoDuties
        Case "collab_goto_milestones"
            Collab_GotoMilestones
        Case "collab_goto_tracker"
            Collab_GotoTracker
        Case "collab_goto_plans"
            Collab_GotoPlans
        Case "collab_goto_risks"
            Collab_GotoRisks
        Case "collab_goto_sync"
            Collab_GotoSync
        Case "collab_goto_meetings"
            Collab_GotoMeetings
        Case "collab_goto_actions"
            Collab_GotoActions
        Case "collab_goto_adjustments"
            Collab_GotoAdjustments
        Case "collab_goto_acceptance"
            Collab_GotoAcceptance
        Case "collab_goto_lessons"
            Collab_GotoLessons
        Case "collab_goto_contacts"
            Collab_GotoContacts
        Case "collab_goto_calendar"
            Collab_GotoCalendar
        Case "collab_goto_settings"
            Collab_GotoSettings
        Case Else
            Err.Raise 5, "CollabMacros", "unknown control " & controlId
    End Select
End Sub
