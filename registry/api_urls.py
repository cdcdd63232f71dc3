"""The registry's paths below /api/v1/."""

from django.urls import include, path

from registry.checks import api as checks
from registry.checks import panels as checks_panels
from registry.data import api as datasets
from registry.features import api as features
from registry.imports import api as imports
from registry.imports import views as imports_views
from registry.lineage import api as lineage
from registry.regulation.api import decisions, model_cards, packs, production, regulated
from registry.serving import panels as serving_panels
from registry.serving.api import deployments, standing_approvals
from registry.serving.api import reports as serving
from registry.versions import panels as versions_panels
from registry.versions.api import aliases, approval_requests, comparison, governance, models, scorecards

SCORECARD = {"panels": (versions_panels.of_model, checks_panels.of_model, serving_panels.of_model)}

feature = [
    path("", features.Feature.as_view()),
    path("versions/", features.Versions.as_view()),
    path("versions/<str:version>/", features.Version.as_view()),
    path("versions/<str:version>/accept/", features.Acceptance.as_view()),
    path("current/", features.Current.as_view()),
    path("impact/", features.Impact.as_view()),
    path("sql/", features.Sql.as_view()),
]
model_version = [
    path("", models.Version.as_view()),
    path("parts/", models.Parts.as_view()),
    path("snapshot/", models.Snapshot.as_view()),
    path("compatibility/", models.Compatibility.as_view()),
    path("deployment-gate/", models.DeploymentGate.as_view()),
    path("confirm-no-features/", models.NoFeatures.as_view()),
    path("promote/", models.Promotion.as_view()),
    path("pins/", models.Pins.as_view()),
    path("serving-features/", models.ServingFeatures.as_view()),
    path("model-card/", model_cards.ModelCard.as_view()),
    path("regulator-pack/", packs.RegulatorPack.as_view()),
    path("regulator-pack/receipts/", packs.Receipts.as_view()),
    path("regulator-pack/receipts/<int:event>/", packs.Receipt.as_view()),
    path("evaluations/", models.Evaluations.as_view()),
    path("fairness/", models.Fairness.as_view()),
    path("decisions/", decisions.Decisions.as_view()),
    path("decisions/<int:pk>/", decisions.Decision.as_view()),
]
urlpatterns = [
    path("datasets/", datasets.Datasets.as_view()),
    path("datasets/<str:name>/", datasets.Dataset.as_view()),
    path("datasets/<str:name>/snapshots/", datasets.Snapshots.as_view()),
    path("source-tables/", datasets.SourceTables.as_view()),
    path("source-tables/<str:name>/", datasets.SourceTable.as_view()),
    path("source-tables/<str:name>/versions/", datasets.SourceVersions.as_view()),
    path("source-tables/<str:name>/versions/<str:version>/", datasets.SourceVersion.as_view()),
    path("source-tables/<str:name>/current/", datasets.CurrentSource.as_view()),
    path("features/", features.Features.as_view()),
    path("features/bulk/", features.Bulk.as_view(), {"name": "bulk"}),
    path("features/<str:name>/", include(feature)),
    path("models/", models.Models.as_view()),
    path("events/mlflow/", imports_views.receive),
    path("models/coverage/", models.Coverage.as_view()),
    path("models/<str:name>/", models.Model.as_view()),
    path("models/<str:name>/regulated/", regulated.Regulated.as_view()),
    path("models/<str:name>/aliases/", aliases.Aliases.as_view()),
    path("models/<str:name>/aliases/<str:alias>/", aliases.Alias.as_view()),
    path("models/<str:name>/card-texts/", model_cards.CardTexts.as_view()),
    path("models/<str:name>/card-texts/review/", model_cards.CardReview.as_view()),
    path("models/<str:name>/fast-lane/", standing_approvals.FastLane.as_view()),
    path("models/<str:name>/versions/", models.Versions.as_view()),
    path("models/<str:name>/compare/", comparison.VersionComparison.as_view()),
    path("models/<str:name>/versions/<str:version>/", include(model_version)),
    path("lineage", lineage.Intake.as_view()),  # without a slash: OpenLineage clients call it so
    path("lineage/events/", lineage.Events.as_view()),
    path("lineage/jobs/", lineage.Jobs.as_view()),
    path("lineage/datasets/", lineage.Datasets.as_view()),
    path("lineage/export/", lineage.Export.as_view()),
    path("lineage/deliveries/", lineage.Deliveries.as_view()),
    path("lineage/observations/", lineage.Observations.as_view()),
    path("lineage/observations/<int:pk>/", lineage.Observation.as_view()),
    path("lineage/observations/<int:pk>/accept/", lineage.Acceptance.as_view()),
    path("lineage/observations/<int:pk>/dismiss/", lineage.Dismissal.as_view()),
    path("imports/", imports.Imports.as_view()),
    path("imports/mlflow/", imports.TrackingServerImport.as_view()),
    path("imports/feast/", imports.FeastImport.as_view()),
    path("imports/dbt/", imports.DbtImport.as_view()),
    path("imports/<int:pk>/", imports.Import.as_view()),
    path("imports/<int:pk>/apply/", imports.Application.as_view()),
    path("imported-records/", imports.ImportedRecords.as_view()),
    path("scorecards/<str:name>/", scorecards.Scorecard.as_view(), SCORECARD),
    path("production/", production.Production.as_view()),
    path("deployments/", deployments.Deployments.as_view()),
    path("deployments/<int:pk>/", deployments.Deployment.as_view()),
    path("deployments/<int:pk>/rollback/", deployments.Rollback.as_view()),
    path("change-requests/", deployments.ChangeRequests.as_view()),
    path("change-requests/<int:pk>/", deployments.ChangeRequest.as_view()),
    path("change-requests/<int:pk>/approve/", deployments.Approval.as_view()),
    path("change-requests/<int:pk>/reject/", deployments.Rejection.as_view()),
    path("change-requests/<int:pk>/links/", deployments.ApprovalLinks.as_view()),
    path("change-requests/<int:pk>/withdraw/", deployments.Withdrawal.as_view()),
    path("standing-approvals/", standing_approvals.StandingApprovals.as_view()),
    path("standing-approvals/<int:pk>/", standing_approvals.StandingApproval.as_view()),
    path("standing-approvals/<int:pk>/approve/", standing_approvals.StandingApprovalApproval.as_view()),
    path("standing-approvals/<int:pk>/reject/", standing_approvals.StandingApprovalRejection.as_view()),
    path("standing-approvals/<int:pk>/revoke/", standing_approvals.StandingApprovalRevocation.as_view()),
    path("rollouts/", deployments.Rollouts.as_view()),
    path("rollouts/<int:pk>/", deployments.Rollout.as_view()),
    path("rollouts/<int:pk>/resume/", deployments.Resumption.as_view()),
    path("rollouts/<int:pk>/abort/", deployments.End.as_view()),
    path("serving-reports/", serving.ServingReports.as_view()),
    path("gate-policies/", governance.Policies.as_view()),
    path("gate-settings/", governance.Settings.as_view()),
    path("approval-requests/", approval_requests.ApprovalRequests.as_view()),
    path("approval-requests/<int:pk>/", approval_requests.ApprovalRequest.as_view()),
    path("approval-requests/<int:pk>/approve/", approval_requests.RequestApproval.as_view()),
    path("approval-requests/<int:pk>/reject/", approval_requests.RequestRejection.as_view()),
    path("approval-requests/<int:pk>/withdraw/", approval_requests.RequestWithdrawal.as_view()),
    path("overrides/", governance.Overrides.as_view()),
    path("overrides/<int:pk>/", governance.Override.as_view()),
    path("overrides/<int:pk>/approve/", governance.Approval.as_view()),
    path("overrides/<int:pk>/reject/", governance.Rejection.as_view()),
    path("checks/", checks.Checks.as_view()),
    path("checks/<int:pk>/", checks.Check.as_view()),
    path("checks/<int:pk>/runs/", checks.Runs.as_view()),
    path("check-runs/<int:pk>/", checks.Run.as_view()),
    path("check-runs/<int:pk>/markdown/", checks.Summary.as_view()),
    path("check-runs/<int:pk>/columns/", checks.Columns.as_view()),
    path("check-runs/<int:pk>/cancel/", checks.CancelRun.as_view()),
    path("parity/", checks.Parity.as_view()),
    path("alerts/", checks.Alerts.as_view()),
    path("alerts/<int:pk>/", checks.Alert.as_view()),
]
