"""The paths of this room below /api/v1/."""

from django.urls import path

from assessments.api import (
    adoption,
    assessments,
    evidence,
    github_webhook,
    history,
    organizations,
    reports,
    rubrics,
    ticket_imports,
    tickets,
)

urlpatterns = [
    path("capabilities/", organizations.Capabilities.as_view()),
    path("organizations/", organizations.Organizations.as_view()),
    path("organizations/<str:slug>/", organizations.Organization.as_view()),
    path("triggers/evaluate/", organizations.Triggers.as_view()),
    path("assessments/", assessments.Assessments.as_view()),
    path("organizations/<str:slug>/history/", history.History.as_view()),
    path("organizations/<str:slug>/rubrics/", rubrics.Rubrics.as_view()),
    path("assessments/compare/", history.Comparison.as_view()),
    path("assessments/<int:pk>/", assessments.Assessment.as_view()),
    path("assessments/<int:pk>/publish/", assessments.Publication.as_view()),
    path("assessments/<int:pk>/report/", reports.Report.as_view()),
    path("assessments/<int:pk>/summary/", assessments.Summary.as_view()),
    path("assessments/<int:pk>/evidence/", evidence.Evidence.as_view()),
    path("adoption/", adoption.Overview.as_view()),
    path("adoption/samples/", adoption.Samples.as_view()),
    path("training-runs/", adoption.TrainingRuns.as_view()),
    path("projects/", adoption.Projects.as_view()),
    path("use-cases/", adoption.UseCases.as_view()),
    path("showstoppers/", adoption.Showstoppers.as_view()),
    path("releases/", adoption.Releases.as_view()),
    path("tickets/", tickets.Tickets.as_view()),
    path("tickets/simulate/", tickets.Simulation.as_view()),
    path("tickets/triage/", tickets.Triage.as_view()),
    path("tickets/import/", ticket_imports.Import.as_view()),
    path("tickets/samples/", tickets.Samples.as_view()),
    path("tickets/webhooks/github/", github_webhook.receive),
    path("ticket-imports/", ticket_imports.Imports.as_view()),
    path("ticket-imports/<int:pk>/", ticket_imports.ImportState.as_view()),
    path("tickets/<int:pk>/", tickets.Ticket.as_view()),
]
