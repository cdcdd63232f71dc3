"""The pages of this room."""

from django.urls import path

from assessments.views import assessments, editing, history, tickets

app_name = "assessments"
urlpatterns = [
    path("assessments/", assessments.assessment_list, name="list"),
    path("assessments/new/", editing.begin, name="begin"),
    path("assessments/<int:pk>/", assessments.assessment, name="assessment"),
    path("assessments/<int:pk>/report.<str:kind>", assessments.report, name="report"),
    path("assessments/<int:pk>/edit/", editing.edit, name="edit"),
    path("assessments/<int:pk>/items/<int:item>/", editing.cell, name="cell"),
    path("assessments/<int:pk>/publish/", editing.publish, name="publish"),
    path("assessments/compare/", history.compare, name="compare"),
    path("organizations/<str:slug>/", history.organization, name="organization"),
    path("tickets/", tickets.ticket_list, name="tickets"),
]
