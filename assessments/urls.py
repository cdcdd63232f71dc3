"""The pages of this room."""

from django.urls import path

from assessments.views import assessments, evidence, tickets

app_name = "assessments"
urlpatterns = [
    path("assessments/", assessments.assessment_list, name="list"),
    path("assessments/<int:pk>/", assessments.assessment, name="assessment"),
    path("assessments/<int:pk>/evidence/<str:capability>/", evidence.behind, name="evidence"),
    path("assessments/<int:pk>/evidence/<str:capability>/take-over/", evidence.take_over, name="take_over_evidence"),
    path("tickets/", tickets.ticket_list, name="tickets"),
]
