"""The paths of assessments below /api/v1/."""

from django.urls import path

from assessments.adoption.api import entries, figures
from assessments.health.api import (
    answers,
    assessments,
    capabilities,
    evidence,
    exemptions,
    health_alerts,
    history,
    reports,
    rubrics,
    targets,
)
from assessments.initiatives import api as initiatives
from assessments.organizations import api as organizations
from assessments.postmortems import api as postmortems
from assessments.review import api as review
from assessments.strategy.api import strategy, triggers
from assessments.strategy.queries.maturity import maturity_of
from assessments.strategy.queries.strategy import plan_of
from assessments.tickets.api import campaigns, github_webhook, hatches, tickets, trackers
from assessments.tickets.api import imports as ticket_imports
from assessments.tickets.api import plans as triage_plans

urlpatterns = [
    path("capabilities/", capabilities.Capabilities.as_view()),
    path("organizations/", organizations.Organizations.as_view()),
    path("organizations/<str:slug>/", organizations.Organization.as_view()),
    path("triggers/evaluate/", triggers.Triggers.as_view()),
    path("assessments/", assessments.Assessments.as_view()),
    path("organizations/<str:slug>/capabilities/<str:name>/", capabilities.OwnCapability.as_view()),
    path("organizations/<str:slug>/retirements/", capabilities.Retirements.as_view()),
    path("organizations/<str:slug>/retirements/<str:name>/", capabilities.Retirement.as_view()),
    path("organizations/<str:slug>/history/", history.History.as_view()),
    path("organizations/<str:slug>/triggers/", triggers.OrganizationTriggers.as_view()),
    path("organizations/<str:slug>/rubrics/", rubrics.Rubrics.as_view()),
    path("organizations/<str:slug>/target/", targets.Target.as_view()),
    path("organizations/<str:slug>/strategy/", strategy.Strategy.as_view()),
    path("organizations/<str:slug>/rehearsals/", strategy.Rehearsals.as_view()),
    path("organizations/<str:slug>/review/", review.Review.as_view()),
    path("organizations/<str:slug>/review/subscription/", review.Subscription.as_view()),
    path("assessments/compare/", history.Comparison.as_view()),
    path("assessments/<int:pk>/", assessments.Assessment.as_view()),
    path("assessments/<int:pk>/publish/", assessments.Publication.as_view()),
    path("assessments/<int:pk>/report/", reports.Report.as_view(plan_of=plan_of)),
    path("assessments/<int:pk>/summary/", assessments.Summary.as_view()),
    path("assessments/<int:pk>/evidence/", evidence.Evidence.as_view()),
    path("assessments/<int:pk>/answers/", answers.TeamAnswers.as_view()),
    path("assessments/<int:pk>/answers/<int:answer>/use/", answers.AnswerUse.as_view()),
    path("health-alerts/", health_alerts.HealthAlerts.as_view()),
    path("health-alerts/<int:pk>/", health_alerts.HealthAlert.as_view()),
    path("health-alerts/<int:pk>/acknowledge/", health_alerts.HealthAlertAcknowledgement.as_view()),
    path("exemptions/", exemptions.Exemptions.as_view()),
    path("exemptions/<int:pk>/", exemptions.Exemption.as_view()),
    path("exemptions/<int:pk>/end/", exemptions.ExemptionEnding.as_view()),
    path("postmortems/", postmortems.Postmortems.as_view()),
    path("postmortems/<int:pk>/", postmortems.Postmortem.as_view()),
    path("postmortems/<int:pk>/publish/", postmortems.Publication.as_view()),
    path("initiatives/", initiatives.Initiatives.as_view()),
    path("initiatives/<int:pk>/", initiatives.Initiative.as_view()),
    path("initiatives/<int:pk>/comments/", initiatives.Comments.as_view()),
    path("adoption/", figures.Overview.as_view(maturity_of=maturity_of)),
    path("adoption/samples/", figures.Samples.as_view()),
    path("adoption/import/", figures.Import.as_view()),
    path("training-runs/", figures.TrainingRuns.as_view()),
    path("training-runs/<int:pk>/", figures.TrainingRun.as_view()),
    path("training-runs/<int:pk>/remove/", figures.TrainingRunRemoval.as_view()),
    path("projects/", entries.Projects.as_view()),
    path("projects/<int:pk>/", entries.Project.as_view()),
    path("projects/<int:pk>/remove/", entries.ProjectRemoval.as_view()),
    path("use-cases/", entries.UseCases.as_view()),
    path("use-cases/<int:pk>/", entries.UseCase.as_view()),
    path("use-cases/<int:pk>/remove/", entries.UseCaseRemoval.as_view()),
    path("showstoppers/", entries.Showstoppers.as_view()),
    path("showstoppers/merge/", entries.Merge.as_view()),
    path("showstoppers/separate/", entries.Separation.as_view()),
    path("showstoppers/<int:pk>/", entries.Showstopper.as_view()),
    path("showstoppers/<int:pk>/remove/", entries.ShowstopperRemoval.as_view()),
    path("releases/", entries.Releases.as_view()),
    path("releases/<int:pk>/", entries.Release.as_view()),
    path("releases/<int:pk>/remove/", entries.ReleaseRemoval.as_view()),
    path("tickets/", tickets.Tickets.as_view()),
    path("tickets/simulate/", tickets.Simulation.as_view()),
    path("tickets/triage/", tickets.Triage.as_view()),
    path("tickets/import/", ticket_imports.Import.as_view()),
    path("tickets/samples/", tickets.Samples.as_view()),
    path("tickets/webhooks/github/", github_webhook.receive),
    path("ticket-imports/", ticket_imports.Imports.as_view()),
    path("ticket-imports/<int:pk>/", ticket_imports.ImportState.as_view()),
    path("ticket-trackers/", trackers.TrackerSyncs.as_view()),
    path("tickets/plans/", triage_plans.Plans.as_view()),
    path("tickets/plans/<int:pk>/", triage_plans.Plan.as_view()),
    path("tickets/campaigns/", campaigns.Campaigns.as_view()),
    path("tickets/campaigns/<int:pk>/", campaigns.Campaign.as_view()),
    path("tickets/campaigns/<int:pk>/end/", campaigns.CampaignEnding.as_view()),
    path("tickets/campaigns/<int:pk>/report/", campaigns.CampaignReport.as_view()),
    path("escape-hatches/", hatches.Hatches.as_view()),
    path("escape-hatches/<int:pk>/", hatches.Hatch.as_view()),
    path("tickets/<int:pk>/", tickets.Ticket.as_view()),
]
