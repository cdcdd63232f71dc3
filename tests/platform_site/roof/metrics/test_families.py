"""The families: each has its samples, also of what nobody did yet; what cannot be read has none."""

from __future__ import annotations

import time

import pytest
from django.core.cache import cache

from platform_site.roof import workers
from platform_site.roof.metrics import families as module
from platform_site.roof.metrics.exposition import COUNTER, Family
from platform_site.roof.metrics.families import families
from platform_site.roof.watched import beat
from registry.models import GateDecision
from tests.registry.conftest import FIXED, register

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody():
    cache.clear()
    yield
    cache.clear()


def by_name() -> dict[str, Family]:
    return {family.name.removeprefix(module.PREFIX): family for family in families()}


def values(family: Family) -> dict[tuple[str, ...], float]:
    return {tuple(sample.labels.values()): sample.value for sample in family.samples}


def test_names_and_help_texts_are_each_used_once_and_counters_end_in_total():
    result = list(families())
    assert len({family.name for family in result}) == len({family.help for family in result}) == len(result)
    assert all(family.help.endswith(".") for family in result)
    assert [family.name for family in result if family.name.endswith("_total") != (family.type == COUNTER)] == []


def test_every_gate_and_outcome_has_a_sample_from_the_start():
    decisions = values(by_name()["gate_decisions_total"])
    assert {gate for gate, _ in decisions} == set(GateDecision.Gate.values)
    assert set(decisions.values()) == {0}


def test_what_is_blocked_is_named_by_organization(in_production, organization, cora):
    team = in_production.model.owner_team
    type(team).objects.filter(pk=team.pk).update(organization=organization)
    register(FIXED, cora)
    assert values(by_name()["production_model_versions_blocked"]) == {("",): 0, (organization.slug,): 1}


def test_processes_have_ages_once_they_were_heard_of(settings, broker):
    settings.REDIS_URL = broker
    assert by_name()["scheduler_age_seconds"].samples == []
    assert by_name()["worker_heartbeat_age_seconds"].samples == []
    cache.set(beat.KEY, {"host": "north", "process": 8, "at": time.time() - 100})
    cache.set(workers.KEY, {"north:7": {"host": "north", "process": 7, "at": time.time() - 200, "walls": None}})
    result = by_name()
    assert values(result["scheduler_age_seconds"]) == {(): pytest.approx(100, abs=5)}
    assert values(result["worker_heartbeat_age_seconds"]) == {("north",): pytest.approx(200, abs=5)}
    assert values(result["broker_up"]) == values(result["cache_up"]) == {(): 1}
    assert values(result["broker_messages"]) == {(): 0}


def test_without_a_broker_and_a_cache_there_are_no_samples_and_both_are_down(settings, monkeypatch):
    class Away:
        def get(self, key: str) -> None:
            raise OSError

    for part in (module, beat, workers):
        monkeypatch.setattr(part, "cache", Away())
    settings.REDIS_URL = "redis://:hunter2@127.0.0.1:1/0"
    result = by_name()
    assert values(result["broker_up"]) == values(result["cache_up"]) == {(): 0}
    for name in ("broker_messages", "scheduler_age_seconds", "worker_heartbeat_age_seconds"):
        assert result[name].samples == []


def test_a_broker_that_is_not_configured_is_down(settings):
    settings.REDIS_URL = None
    assert values(by_name()["broker_up"]) == {(): 0}


def test_health_is_a_ratio_and_a_number_of_levels(published):
    result = by_name()
    ((_, score),) = values(result["health_score_ratio"]).items()
    assert 0 < score < 1
    levels = values(result["health_levels_reached"])
    assert levels[published.organization.slug, "confirmed"] <= levels[published.organization.slug, "provisional"]
