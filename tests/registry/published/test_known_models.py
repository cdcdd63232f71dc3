"""Production models that are known from anywhere, of one organization."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.models import Organization
from platform_site.people.models import Team
from registry.models import Import, ImportedRecord, RegisteredModel, ServingReport
from registry.published.known_models import deployed_models, observed_models, production_versions
from tests.registry.serving.story import approved
from tests.registry.versions.observations import observed

NOBODY = None


def reported(version, environment: str, days: float) -> None:
    """Serving reported the version from an environment, these days ago."""
    at = timezone.now() - timedelta(days=days)
    ServingReport.objects.create(
        model_version=version,
        environment=environment,
        window_start=at - timedelta(minutes=5),
        window_end=at,
        features=[],
        reported_by="edge",
        reported_at=at,
    )


def known(organization=NOBODY) -> tuple[list[str], list[str]]:
    now = timezone.now()
    versions, models = production_versions(organization, now), deployed_models(organization, now)
    return sorted(version.version for version in versions), sorted(model.name for model in models)


def test_a_version_in_development_is_known_from_nowhere(model_version):
    assert known() == ([], [])


def test_a_stage_makes_a_production_version_and_traffic_a_deployed_model(in_production, cora):
    assert known() == (["v1"], [])
    approved(in_production, cora, percent=100)
    assert known() == (["v1"], ["demand"])


@pytest.mark.parametrize(
    ("environment", "days", "is_known"),
    [("production", 1, True), ("edge", 29.9, True), ("production", 30.1, False), ("staging", 1, False)],
)
def test_what_serving_reported_in_thirty_days_is_known_whatever_its_stage(model_version, environment, days, is_known):
    reported(model_version, environment, days)
    assert known() == ((["v1"], ["demand"]) if is_known else ([], []))


def test_what_one_organization_has_is_known_to_no_other(in_production, serving):
    shop, bank = (Organization.objects.create(slug=slug, name=slug) for slug in ("shop", "bank"))
    Team.objects.filter(slug="forecasting").update(organization=shop)
    assert known(shop.pk) == (["v1"], ["demand"])
    assert known(bank.pk) == known(NOBODY) == ([], [])


def test_a_model_that_mlflow_knows_without_a_version_is_observed(model):
    assert not observed_models(NOBODY).exists()
    at = timezone.now()
    looked = Import.objects.create(system="mlflow", found={}, requested_by="cora", requested_at=at)
    ImportedRecord.objects.create(
        system="mlflow",
        kind="model",
        external_id="Demand",
        name="demand",
        imported_in=looked,
        imported_by="cora",
        imported_at=at,
    )
    assert [*observed_models(NOBODY)] == [RegisteredModel.objects.get(name="demand")]


def test_the_newest_observed_version_of_a_model_is_known_and_each_with_an_alias(model, feature, orders, cora):
    for version, aliases in (("1", ()), ("2", ("champion",)), ("3", ()), ("4", ())):
        observed(model, orders, cora, version, *aliases)
    assert known() == (["2", "4"], [])
