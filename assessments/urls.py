"""The pages of this room."""

from django.urls import path

from assessments.views import (
    adoption,
    assessments,
    editing,
    evidence,
    history,
    organizations,
    ticket_imports,
    ticket_queue,
    tickets,
    triggers,
)

app_name = "assessments"
urlpatterns = [
    path("assessments/", assessments.assessment_list, name="list"),
    path("assessments/new/", editing.begin, name="begin"),
    path("assessments/<int:pk>/", assessments.assessment, name="assessment"),
    path("assessments/<int:pk>/report.<str:kind>", assessments.report, name="report"),
    path("assessments/<int:pk>/edit/", editing.edit, name="edit"),
    path("assessments/<int:pk>/items/<int:item>/", editing.cell, name="cell"),
    path("assessments/<int:pk>/publish/", editing.publish, name="publish"),
    path("assessments/<int:pk>/evidence/<str:capability>/", evidence.behind, name="evidence"),
    path("assessments/<int:pk>/evidence/<str:capability>/take-over/", evidence.take_over, name="take_over_evidence"),
    path("assessments/compare/", history.compare, name="compare"),
    path("organizations/", organizations.organization_list, name="organizations"),
    path("organizations/add/", organizations.add, name="add_organization"),
    path("organizations/<str:slug>/edit/", organizations.change, name="change_organization"),
    path("organizations/<str:slug>/levels/", organizations.levels, name="levels"),
    path("organizations/<str:slug>/triggers/", triggers.triggers, name="triggers"),
    path("organizations/<str:slug>/triggers/keep/", triggers.keep, name="keep_triggers"),
    path("organizations/<str:slug>/", history.organization, name="organization"),
    path("adoption/", adoption.overview, name="adoption"),
    path("adoption/samples/", adoption.remove, name="adoption_samples"),
    path("tickets/", tickets.ticket_list, name="tickets"),
    path("tickets/import/", ticket_imports.import_tickets, name="import_tickets"),
    path("tickets/imports/<int:pk>/", ticket_imports.ticket_import, name="ticket_import"),
    path("tickets/imports/<int:pk>/mapping/", ticket_imports.mapping, name="map_import"),
    path("tickets/imports/<int:pk>/confirm/", ticket_imports.confirm, name="confirm_import"),
    path("tickets/imports/<int:pk>/drop/", ticket_imports.drop, name="drop_import"),
    path("tickets/imports/<int:pk>/progress/", ticket_imports.progress, name="import_progress"),
    path("tickets/imports/<int:pk>/bad-rows.csv", ticket_imports.bad_rows, name="import_bad_rows"),
    path("tickets/queue/", ticket_queue.queue, name="ticket_queue"),
    path("tickets/queue/<int:pk>/", ticket_queue.say, name="say_type"),
    path("tickets/queue/undo/", ticket_queue.undo, name="undo_type"),
    path("tickets/samples/remove/", tickets.remove_samples, name="remove_samples"),
]
