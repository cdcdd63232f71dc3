"""The paths of this room below /api/v1/."""

from django.urls import path

from assessments.api import assessments, organizations, tickets

urlpatterns = [
    path("capabilities/", organizations.Capabilities.as_view()),
    path("organizations/", organizations.Organizations.as_view()),
    path("organizations/<str:slug>/", organizations.Organization.as_view()),
    path("triggers/evaluate/", organizations.Triggers.as_view()),
    path("assessments/", assessments.Assessments.as_view()),
    path("assessments/<int:pk>/", assessments.Assessment.as_view()),
    path("assessments/<int:pk>/publish/", assessments.Publication.as_view()),
    path("assessments/<int:pk>/summary/", assessments.Summary.as_view()),
    path("tickets/", tickets.Tickets.as_view()),
    path("tickets/simulate/", tickets.Simulation.as_view()),
    path("tickets/triage/", tickets.Triage.as_view()),
    path("tickets/<int:pk>/", tickets.Ticket.as_view()),
]
