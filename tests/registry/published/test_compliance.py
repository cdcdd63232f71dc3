"""What a regulator may ask for, of one organization."""

from __future__ import annotations

import pytest
from django.utils import timezone

from assessments.models import Organization
from platform_site.access import SYSTEM
from platform_site.audit.record import record
from platform_site.people.models import Team
from registry.models import ReportedDecision
from registry.published import rebuilding
from registry.published.compliance import held

ON_RECORD = rebuilding.Record(3, 5, {})


@pytest.mark.django_db
def test_what_was_read_of_versions_is_passed_on_and_nothing_else_is_there():
    result = held(None, ON_RECORD)
    assert (result.decisions, result.explained, result.complete, result.versions, result.packs) == (0, 0, 3, 5, 0)


def test_decisions_are_those_of_the_organizations_models_with_and_without_an_explanation(in_production):
    for name, method in (("a", "shap"), ("b", ""), ("c", "shap")):
        ReportedDecision.objects.create(
            model_version=in_production,
            external_id=name,
            decided_at=timezone.now(),
            environment="production",
            method=method,
            content="{}",
            digest="a" * 64,
            reported_by="edge",
            reported_at=timezone.now(),
        )
    shop, bank = (Organization.objects.create(slug=slug, name=slug) for slug in ("shop", "bank"))
    Team.objects.filter(slug="forecasting").update(organization=shop)
    assert held(shop.pk, ON_RECORD)[:2] == (3, 2)
    assert held(bank.pk, ON_RECORD)[:2] == (0, 0)


def test_events_and_packs_are_those_of_the_installation(in_production):
    before = held(None, ON_RECORD)
    record("regulator_pack.handed_out", subject="model:demand", actor=SYSTEM, payload={})
    after = held(None, ON_RECORD)
    assert (after.events, after.packs) == (before.events + 1, before.packs + 1)
    assert before.events > 0


def test_three_queries_are_enough(in_production, django_assert_num_queries):
    with django_assert_num_queries(3):
        held(None, ON_RECORD)
