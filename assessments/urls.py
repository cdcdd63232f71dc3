"""The pages of this room."""

from django.urls import path

from assessments import views

app_name = "assessments"
urlpatterns = [
    path("assessments/", views.assessment_list, name="list"),
    path("assessments/<int:pk>/", views.assessment, name="assessment"),
    path("tickets/", views.ticket_list, name="tickets"),
]
