"""Every table of the registry, as a new database gets them at once.

A database that applied some of the migrations listed in `replaces` applies the rest of them instead. What those did to
rows that were there already is not needed here.
"""

from django.db import migrations

from registry.migrations.tables import (
    alerts,
    checks,
    datasets,
    decisions,
    deployments,
    features,
    gates,
    imports,
    model_versions,
    rollouts,
    serving,
)


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("registry", "0001_initial"),
        ("registry", "0002_write_once"),
        ("registry", "0003_governance"),
        ("registry", "0004_serving_reports"),
        ("registry", "0005_checks"),
        ("registry", "0006_tables"),
        ("registry", "0007_regulated"),
        ("registry", "0008_serving_configuration"),
        ("registry", "0009_reported_decisions"),
        ("registry", "0010_imports"),
        ("registry", "0011_silence"),
        ("registry", "0012_version_names"),
        ("registry", "0013_pipeline_commits"),
        ("registry", "0014_canonical_equivalence"),
        ("registry", "0015_source_versions"),
        ("registry", "0016_source_tables_by_version"),
        ("registry", "0017_rests_on"),
        ("registry", "0018_tolerances_by_kind"),
        ("registry", "0019_details"),
        ("registry", "0020_looks_at_views"),
        ("registry", "0021_gate_settings"),
        ("registry", "0022_engine_logic"),
    ]
    dependencies = [("audit", "0002_append_only"), ("people", "0001_squashed_0005_teams_on_the_platform")]
    operations = [
        *datasets.OPERATIONS,
        *features.OPERATIONS,
        *model_versions.OPERATIONS,
        *gates.OPERATIONS,
        *serving.OPERATIONS,
        *deployments.OPERATIONS,
        *rollouts.OPERATIONS,
        *checks.OPERATIONS,
        *alerts.OPERATIONS,
        *decisions.OPERATIONS,
        *imports.OPERATIONS,
    ]
