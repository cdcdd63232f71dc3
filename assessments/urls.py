"""The pages of the assessments.

A fixed word that stands where a sibling address has a name begins with `+`, which no name begins with.
A page of a noun shows what nouns above it know in panels, which are named here: the noun itself does not import them.
"""

from django.urls import path

from assessments.adoption.views import answers as adoption_answers
from assessments.adoption.views import importing as adoption_import
from assessments.adoption.views import overview as adoption
from assessments.adoption.views import records as adoption_records
from assessments.health.views import (
    answers,
    assessments,
    editing,
    evidence,
    exemptions,
    health_alerts,
    history,
    organizations,
    targets,
)
from assessments.initiatives import panels as initiatives_panels
from assessments.initiatives import views as initiatives
from assessments.organizations import views as organization_forms
from assessments.postmortems import panels as postmortems_panels
from assessments.postmortems import views as postmortems
from assessments.review import views as review
from assessments.strategy import panels as strategy_panels
from assessments.strategy.queries.maturity import maturity_of
from assessments.strategy.queries.strategy import plan_of
from assessments.strategy.views import strategy, triggers
from assessments.tickets.views import campaigns, hatches, label_queue, tickets, triage
from assessments.tickets.views import imports as ticket_imports

app_name = "assessments"
ASSESSMENT = {
    "panels": (postmortems_panels.of_assessment, strategy_panels.of_assessment, initiatives_panels.of_assessment)
}
STRATEGY = {"panels": (initiatives_panels.of_organization,)}
ADOPTION = {"maturity_of": maturity_of}
urlpatterns = [
    path("assessments/", assessments.assessment_list, name="list"),
    path("assessments/new/", editing.begin, name="begin"),
    path("assessments/<int:pk>/", assessments.assessment, ASSESSMENT, name="assessment"),
    path("assessments/<int:pk>/report.<str:kind>", assessments.report, {"plan_of": plan_of}, name="report"),
    path("assessments/<int:pk>/edit/", editing.edit, name="edit"),
    path("assessments/<int:pk>/items/<int:item>/", editing.cell, name="cell"),
    path("assessments/<int:pk>/publish/", editing.publish, name="publish"),
    path("assessments/<int:pk>/discard/", editing.discard, name="discard"),
    path("assessments/<int:pk>/correct/", editing.correct, name="correct"),
    path("assessments/<int:pk>/evidence/<str:capability>/", evidence.behind, name="evidence"),
    path("assessments/<int:pk>/evidence/<str:capability>/take-over/", evidence.take_over, name="take_over_evidence"),
    path("assessments/<int:pk>/answers/", answers.answers, name="answers"),
    path("assessments/<int:pk>/answers/<int:answer>/use/", answers.use, name="use_answer"),
    path("assessments/compare/", history.compare, name="compare"),
    path("organizations/", organizations.organization_list, name="organizations"),
    path("organizations/+add/", organization_forms.add, name="add_organization"),
    path("organizations/+assign/", organization_forms.assign, name="assign_unassigned"),
    path("organizations/<str:slug>/archive/", organization_forms.archive, name="archive_organization"),
    path("organizations/<str:slug>/edit/", organization_forms.change, name="change_organization"),
    path("organizations/<str:slug>/capabilities/", organization_forms.capabilities, name="capabilities"),
    path(
        "organizations/<str:slug>/capabilities/<str:name>/retire/",
        organization_forms.retire_capability,
        name="retire_capability",
    ),
    path("organizations/<str:slug>/retirements/", organization_forms.retire_standard_one, name="retire_standard"),
    path(
        "organizations/<str:slug>/retirements/<str:name>/restore/",
        organization_forms.restore_standard_one,
        name="restore_standard",
    ),
    path("organizations/<str:slug>/matrix/", history.matrix, name="matrix"),
    path("organizations/<str:slug>/levels/", organizations.levels, name="levels"),
    path("health-alerts/", health_alerts.health_alerts, name="health_alerts"),
    path("health-alerts/<int:pk>/", health_alerts.health_alert, name="health_alert"),
    path("health-alerts/<int:pk>/acknowledge/", health_alerts.acknowledge, name="acknowledge_health_alert"),
    path("organizations/<str:slug>/target/", targets.target, name="target"),
    path("organizations/<str:slug>/target/remove/", targets.remove, name="remove_target"),
    path("organizations/<str:slug>/exemptions/", exemptions.exemptions, name="exemptions"),
    path("organizations/<str:slug>/exemptions/<int:pk>/end/", exemptions.end, name="end_exemption"),
    path("organizations/<str:slug>/triggers/", triggers.triggers, name="triggers"),
    path("organizations/<str:slug>/triggers/keep/", triggers.keep, name="keep_triggers"),
    path("organizations/<str:slug>/strategy/", strategy.strategy, STRATEGY, name="strategy"),
    path("organizations/<str:slug>/strategy/strategy.md", strategy.markdown, name="strategy_file"),
    path("organizations/<str:slug>/strategy/sourcing/<int:place>/", strategy.sourcing, name="decide_sourcing"),
    path("organizations/<str:slug>/strategy/recovery/<str:capability>/", strategy.recovery, name="decide_recovery"),
    path("organizations/<str:slug>/strategy/rehearsals/", strategy.rehearse, name="rehearse"),
    path("organizations/<str:slug>/review/", review.review, name="review"),
    path("organizations/<str:slug>/review/subscribe/", review.subscribe, name="subscribe_to_review"),
    path("organizations/<str:slug>/review/unsubscribe/", review.unsubscribe, name="unsubscribe_from_review"),
    path("unsubscribe/<str:key>/", review.unsubscribe_by_link, name="unsubscribe_by_link"),
    path("organizations/<str:slug>/review/review.<str:kind>", review.file, name="review_file"),
    path("organizations/<str:slug>/", history.organization, name="organization"),
    path("strategy/", strategy.strategy_now, name="strategy_now"),
    path("postmortems/", postmortems.postmortem_list, name="postmortems"),
    path("postmortems/write/", postmortems.write, name="write_postmortem"),
    path("postmortems/linked/", postmortems.linked, name="linked_postmortems"),
    path("postmortems/<int:pk>/", postmortems.postmortem, name="postmortem"),
    path("postmortems/<int:pk>/postmortem.md", postmortems.markdown, name="postmortem_file"),
    path("postmortems/<int:pk>/edit/", postmortems.edit, name="edit_postmortem"),
    path("postmortems/<int:pk>/publish/", postmortems.publish, name="publish_postmortem"),
    path("initiatives/", initiatives.initiative_list, name="initiatives"),
    path("initiatives/new/", initiatives.propose, name="propose_initiative"),
    path("initiatives/<int:pk>/", initiatives.initiative, name="initiative"),
    path("initiatives/<int:pk>/comments/", initiatives.write_comment, name="comment_initiative"),
    path("adoption/", adoption.overview, ADOPTION, name="adoption"),
    path("adoption/samples/", adoption.remove, name="adoption_samples"),
    path("adoption/import/", adoption_import.import_records, name="adoption_import"),
    path("adoption/answers/", adoption_answers.merge, name="adoption_answers"),
    path("adoption/answers/separate/", adoption_answers.separate, name="adoption_separate"),
    path("adoption/records/<str:noun>/", adoption_records.record_list, name="adoption_records"),
    path("adoption/records/<str:noun>/add/", adoption_records.add, name="adoption_add"),
    path("adoption/records/<str:noun>/<int:pk>/", adoption_records.change, name="adoption_change"),
    path("adoption/records/<str:noun>/<int:pk>/remove/", adoption_records.remove, name="adoption_remove"),
    path("tickets/", triage.triage, name="tickets"),
    path("tickets/list/", tickets.ticket_list, name="ticket_list"),
    path("tickets/new/", tickets.add, name="add_ticket"),
    path("tickets/<int:pk>/", tickets.ticket, name="ticket"),
    path("tickets/<int:pk>/row/", tickets.row, name="ticket_row"),
    path("escape-hatches/", hatches.catalogue, name="hatches"),
    path("escape-hatches/+add/", hatches.add, name="add_hatch"),
    path("escape-hatches/<int:pk>/", hatches.hatch, name="hatch"),
    path("tickets/simulator/", triage.simulator, name="simulator"),
    path("tickets/plans/", triage.keep_plan, name="keep_triage_plan"),
    path("tickets/plans/<int:pk>/", triage.plan, name="triage_plan"),
    path("tickets/import/", ticket_imports.import_tickets, name="import_tickets"),
    path("tickets/imports/<int:pk>/", ticket_imports.ticket_import, name="ticket_import"),
    path("tickets/imports/<int:pk>/mapping/", ticket_imports.mapping, name="map_import"),
    path("tickets/imports/<int:pk>/confirm/", ticket_imports.confirm, name="confirm_import"),
    path("tickets/imports/<int:pk>/drop/", ticket_imports.drop, name="drop_import"),
    path("tickets/imports/<int:pk>/progress/", ticket_imports.progress, name="import_progress"),
    path("tickets/imports/<int:pk>/bad-rows.csv", ticket_imports.bad_rows, name="import_bad_rows"),
    path("tickets/queue/", label_queue.queue, name="ticket_queue"),
    path("tickets/queue/<int:pk>/", label_queue.say, name="say_type"),
    path("tickets/queue/undo/", label_queue.undo, name="undo_type"),
    path("tickets/campaigns/", campaigns.campaign_list, name="campaigns"),
    path("tickets/campaigns/+start/", campaigns.start, name="start_campaign"),
    path("tickets/campaigns/<int:pk>/", campaigns.campaign, name="campaign"),
    path("tickets/campaigns/<int:pk>/end/", campaigns.end, name="end_campaign"),
    path("tickets/campaigns/<int:pk>/campaign.md", campaigns.markdown, name="campaign_file"),
    path("tickets/samples/remove/", tickets.remove_samples, name="remove_samples"),
]
