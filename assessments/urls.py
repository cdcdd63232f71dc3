"""The pages of this room."""

from django.urls import path

from assessments.views import adoption, assessments, tickets

app_name = "assessments"
urlpatterns = [
    path("assessments/", assessments.assessment_list, name="list"),
    path("assessments/<int:pk>/", assessments.assessment, name="assessment"),
    path("adoption/", adoption.overview, name="adoption"),
    path("adoption/samples/", adoption.remove, name="adoption_samples"),
    path("tickets/", tickets.ticket_list, name="tickets"),
]
