"""The registry's pages.

A fixed word that stands where a sibling address has a name begins with `+`, which no name begins with.
Otherwise a feature named `register` would have no page.

A page of a noun shows what nouns above it know in panels, which are named here: the noun itself does not import them.
"""

from django.urls import path

from registry.checks import panels as checks_panels
from registry.checks.views import alerts, checks, runs
from registry.data.views import datasets, source_tables
from registry.features import views as features
from registry.imports import panels as imports_panels
from registry.imports import views as imports
from registry.lineage import panels as lineage_panels
from registry.lineage import views as lineage
from registry.regulation import panels as regulation_panels
from registry.regulation.views import decisions, model_cards, packs, production, regulated
from registry.serving import panels as serving_panels
from registry.serving.views import approval_links, approvals, deployments, graph, standing_approvals
from registry.versions import panels as versions_panels
from registry.versions.views import aliases, approval_requests, badges, comparison, governance, models, registration

FEATURE = {"panels": (versions_panels.of_feature, checks_panels.of_feature)}
MODEL = {
    "panels": {
        "overview": (
            versions_panels.of_model,
            checks_panels.of_model,
            serving_panels.of_model,
            regulation_panels.of_model,
        ),
        "checks": (checks_panels.checks_of_model,),
    }
}
MODEL_VERSION = {"panels": (checks_panels.of_version, serving_panels.of_version)}
SOURCE_TABLE = {"panels": (imports_panels.of_source_table, lineage_panels.of_source_table)}

app_name = "registry"
urlpatterns = [
    path("features/", features.feature_list, name="features"),
    path("features/+register/", features.register, name="feature_register"),
    path("features/<str:name>/", features.feature, FEATURE, name="feature"),
    path("features/<str:name>/edit/", features.edit, name="feature_edit"),
    path("features/<str:name>/graph/", graph.of_feature, name="feature_graph"),
    path("features/<str:name>/compare/", features.compare, name="feature_compare"),
    path("features/<str:name>/current/", features.make_current, name="feature_current"),
    path("features/<str:name>/parity-first/", features.set_parity_first, name="feature_parity_first"),
    path("features/<str:name>/accept/", features.accept, name="feature_accept"),
    path("models/", models.list_models, {"panels": (checks_panels.of_models,)}, name="models"),
    path("models/+add/", registration.add, name="model_add"),
    path("models/+coverage/", models.coverage, name="coverage"),
    path("models/<str:name>/+version/", registration.add_version, name="version_add"),
    path("models/<str:name>/", models.model, MODEL, name="model"),
    path("models/<str:name>/+edit/", models.edit, name="model_edit"),
    path("models/<str:name>/+card/", model_cards.edit_texts, name="card_texts"),
    path("models/<str:name>/+card/review/", model_cards.review_texts, name="card_review"),
    path("badges/<str:key>/<str:name>.svg", badges.model_badge, name="badge"),
    path("models/<str:name>/+aliases/", aliases.alias_page, name="aliases"),
    path("models/<str:name>/+aliases/remove/", aliases.remove, name="alias_remove"),
    path("models/<str:name>/+compare/", comparison.compare, name="versions_compare"),
    path("models/<str:name>/+graph/", graph.of_model, name="model_graph"),
    path("models/<str:name>/+regulated/", regulated.set_regulated, name="model_regulated"),
    path("models/<str:name>/+serving/", deployments.serving, name="serving"),
    path("models/<str:name>/+serving/change/", deployments.change, name="serving_change"),
    path("models/<str:name>/+serving/fast-lane/", standing_approvals.fast_lane, name="fast_lane"),
    path("standing-approvals/<int:pk>/<str:decision>/", standing_approvals.decide, name="standing_approval_decide"),
    path("source-tables/", source_tables.source_table_list, name="source_tables"),
    path("source-tables/+add/", source_tables.add, name="source_table_add"),
    path("source-tables/<str:name>/", source_tables.source_table, SOURCE_TABLE, name="source_table"),
    path("source-tables/<str:name>/edit/", source_tables.edit, name="source_table_edit"),
    path("source-tables/<str:name>/describe/", source_tables.describe, name="source_table_describe"),
    path("source-tables/<str:name>/versions/", source_tables.version_list, name="source_versions"),
    path("source-tables/<str:name>/versions/<str:version>/", source_tables.version, name="source_version"),
    path("source-tables/<str:name>/graph/", graph.of_source, name="source_graph"),
    path("lineage/<int:pk>/<str:decision>/", lineage.decide, name="lineage_decide"),
    path("models/<str:name>/<str:version>/", models.model_version, MODEL_VERSION, name="model_version"),
    path("models/<str:name>/<str:version>/gate/", models.evaluate_gate, name="model_gate"),
    path("models/<str:name>/<str:version>/pins/", models.set_pin, name="model_pins"),
    path("models/<str:name>/<str:version>/confirm-no-features/", models.confirm, name="model_confirm"),
    path("models/<str:name>/<str:version>/promote/", models.promote_version, name="model_promote"),
    path("models/<str:name>/<str:version>/override/", governance.override_request, name="override_ask"),
    path("models/<str:name>/<str:version>/decisions/", decisions.decision_list, name="decisions"),
    path("models/<str:name>/<str:version>/decisions/<int:pk>/", decisions.decision, name="decision"),
    path("models/<str:name>/<str:version>/card/", model_cards.model_card, name="model_card"),
    path("models/<str:name>/<str:version>/pack/", packs.regulator_pack, name="regulator_pack"),
    path("models/<str:name>/<str:version>/receipts/", packs.receipt_list, name="pack_receipts"),
    path("models/<str:name>/<str:version>/receipts/<int:event>/", packs.receipt_download, name="pack_receipt"),
    path("verify.py", packs.verifier, name="pack_verifier"),
    path("deployments/", deployments.deployment_list, name="deployments"),
    path("deployments/<int:pk>/rollback/", deployments.roll_back, name="rollback"),
    path("rollouts/<int:pk>/<str:decision>/", deployments.end_rollout, name="rollout_end"),
    path("inbox/", approvals.inbox, name="inbox"),
    path("change-requests/<int:pk>/", approvals.change_request, name="change_request"),
    path("approval-links/<str:token>/", approval_links.open_link, name="approval_link"),
    path("approval-links/<str:token>/<str:decision>/", approval_links.decide, name="approval_link_decide"),
    path("change-requests/<int:pk>/<str:decision>/", approvals.decide, name="change_request_decide"),
    path("approval-requests/<int:pk>/", approval_requests.approval_request, name="approval_request"),
    path("approval-requests/<int:pk>/<str:decision>/", approval_requests.decide, name="approval_request_decide"),
    path("production/", production.serving_at, name="production"),
    path("overrides/", governance.override_list, name="overrides"),
    path("overrides/<int:pk>/<str:decision>/", governance.decide_override, name="override_decide"),
    path("policies/", governance.policy_list, name="policies"),
    path("gate-settings/", governance.save_settings, name="gate_settings"),
    path("datasets/", datasets.dataset_list, name="datasets"),
    path("datasets/+add/", datasets.add, name="dataset_add"),
    path("datasets/+upload/", datasets.upload, name="dataset_upload"),
    path("datasets/<str:name>/reading/", datasets.reading, name="dataset_reading"),
    path("datasets/<str:name>/snapshot/", datasets.snapshot, name="dataset_snapshot"),
    path("datasets/<str:name>/", datasets.dataset, {"panels": (checks_panels.of_dataset,)}, name="dataset"),
    path("checks/", checks.check_list, name="checks"),
    path("checks/new/", checks.new, name="check_new"),
    path("checks/<int:pk>/", checks.check, name="check"),
    path("checks/<int:pk>/run/", runs.run_again, name="check_run"),
    path("checks/<int:pk>/change/", checks.change, name="check_change"),
    path("checks/runs/<int:pk>/", runs.run, name="run"),
    path("checks/runs/<int:pk>/columns/<int:rank>/", runs.column, name="run_column"),
    path("checks/runs/<int:pk>/progress/", runs.progress, name="run_progress"),
    path("checks/runs/<int:pk>/cancel/", runs.cancel, name="run_cancel"),
    path("checks/runs/<int:pk>/columns.csv", runs.columns, name="run_columns"),
    path("checks/runs/<int:pk>/worst-rows.csv", runs.worst_rows, name="run_rows"),
    path("checks/runs/<int:pk>/differing-rows.csv", runs.differing_rows, name="run_differing"),
    path("imports/", imports.import_list, name="imports"),
    path("imports/<int:pk>/", imports.import_page, name="import"),
    path("imports/<int:pk>/apply/", imports.apply, name="import_apply"),
    path("imports/<int:pk>/drop/", imports.drop, name="import_drop"),
    path("imports/from/<str:system>/", imports.offer, name="import_offer"),
    path("alerts/", alerts.alert_list, name="alerts"),
    path("alerts/<int:pk>/", alerts.alert_page, name="alert"),
    path("alerts/<int:pk>/acknowledge/", alerts.acknowledge_alert, name="alert_acknowledge"),
]
