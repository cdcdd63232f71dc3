"""The list of models: how each stands, and what searches, states and orders leave of it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from platform_site.access import Actor, Role
from registry.models import Alert, RegisteredModel
from registry.versions.actions.pins import pin_features
from registry.versions.actions.policies import save_policy
from registry.versions.actions.registration import register_model
from registry.versions.queries import model_list
from registry.versions.queries.policies import current, policies_for
from registry.versions.queries.snapshots import recorded_snapshot
from tests.registry.conftest import FIXED, HEX, register
from tests.registry.serving.story import approved
from tests.registry.versions.alerts import opened

pytestmark = pytest.mark.postgresql
LEA = Actor("lea", frozenset({Role.LEAD}), frozenset({"forecasting"}))


@pytest.fixture
def another(cora):
    """A model without a version, of the other team."""
    return register_model(name="another", owner_team="data-platform", model_type="ranking", actor=cora)


def rows(**fields) -> list[str]:
    return [row.name for row in model_list.models(**fields).order_by("name")]


def in_state(*states: str) -> list[str]:
    return [row.name for row in model_list.in_states(model_list.models(), states).order_by("name")]


def listed() -> dict[str, model_list.ListedModel]:
    figures = model_list.with_figures(model_list.models())
    return {entry.model.name: entry for entry in model_list.listed(figures)}


def test_a_model_without_a_version_has_no_state_of_serving(another, model_version):
    entries = listed()
    assert (entries["another"].state, entries["another"].stage) == ("no_version", "")
    assert (entries["demand"].state, entries["demand"].stage) == ("not_in_production", "registered")
    assert in_state("serving") == in_state("not_deployed") == in_state("blocked") == []


def test_what_is_in_production_serves_only_once_it_is_deployed(in_production, cora):
    assert listed()["demand"].state == "not_deployed"
    assert in_state("not_deployed") == ["demand"]
    approved(in_production, cora, percent=100)
    entry = listed()["demand"]
    assert (entry.state, entry.stage) == ("serving", "production")
    assert [(share.model_version.version, share.percent) for share in entry.shares] == [("v1", 100)]
    assert (in_state("serving"), in_state("not_deployed")) == (["demand"], [])
    assert entry.model.last_deployed_at is not None


def test_what_runs_as_shadow_alone_is_neither_serving_nor_undeployed(in_production, cora):
    approved(in_production, cora, percent=0)
    assert listed()["demand"].state == "in_shadow"
    assert {state: in_state(state) for state in ("in_shadow", "serving", "not_deployed")} == {
        "in_shadow": ["demand"],
        "serving": [],
        "not_deployed": [],
    }
    approved(in_production, cora, percent=100)
    assert (in_state("in_shadow"), in_state("serving")) == ([], ["demand"])


def test_a_changed_definition_blocks_until_it_is_pinned(serving, another, cora):
    register(FIXED, cora)
    version = serving.model_version
    assert (listed()["demand"].state, in_state("blocked")) == ("blocked", ["demand"])
    pin_features(version, recorded_snapshot(version), actor=cora)
    assert (listed()["demand"].state, in_state("blocked")) == ("serving", [])


def test_an_alert_that_closes_the_gate_blocks_what_is_in_production(in_production, another, cora):
    opened(in_production.model, cora, name="calm", blocking=False)
    assert listed()["demand"].state == "not_deployed"
    opened(in_production.model, cora, name="closing")
    opened(another, cora, name="elsewhere")
    entries = listed()
    assert (entries["demand"].state, entries["demand"].alerts) == ("blocked", 2)
    assert (entries["another"].state, entries["another"].alerts) == ("no_version", 1)
    assert (in_state("blocked"), in_state("alert"), in_state("skew")) == (["demand"], ["another", "demand"], [])
    assert in_state("blocked", "no_policy", "a word that is none") == in_state("no_policy", "blocked")


def test_a_search_reads_owners_versions_and_hashes(model_version, another):
    for search in ("DEM", "v1", HEX[:8], f"sha256:{HEX[:8]}", "forecasting"):
        assert rows(search=search) == ["demand"], search
    assert rows(search="data-plat") == ["another"]
    assert rows(search="abcdef99") == rows(search=HEX[4:12]) == []
    assert (rows(owner_team="forecasting"), rows(stage="registered")) == (["demand"], ["demand"])
    assert rows(stage="production") == rows(tag="risk") == []


@pytest.mark.parametrize(
    "applies",
    [{}, {"model_type": "ranking"}, {"model_type": "other"}, {"subject_team": "forecasting"}, {"regulated": True}],
)
def test_a_policy_covers_in_the_list_what_it_covers_at_the_gate(model, another, applies):
    check = {"metric": "auc", "slice": "", "operator": ">=", "threshold": 0.5}
    save_policy(name="floor", owner_team="forecasting", checks=[check], actor=LEA, **applies)
    RegisteredModel.objects.filter(pk=another.pk).update(regulated=True)
    covered = model_list.covered_by(current().filter(name="floor"))
    gated = [row for row in RegisteredModel.objects.all() if policies_for(row).filter(name="floor").exists()]
    assert list(RegisteredModel.objects.filter(covered)) == gated


def test_every_order_is_by_its_column_and_then_by_name(in_production, another, cora):
    register_model(name="aside", owner_team="forecasting", actor=cora)
    opened(another, cora)
    opened(in_production.model, cora, name="over", state=Alert.State.RESOLVED)  # counts no more

    def in_order(sort):
        return [row.name for row in model_list.in_order(model_list.models(), sort)]

    assert in_order("") == in_order("name") == in_order("nonsense") == ["another", "aside", "demand"]
    assert in_order("-name") == ["demand", "aside", "another"]
    assert in_order("alerts") == ["aside", "demand", "another"]
    assert in_order("team") == ["another", "aside", "demand"]
    assert in_order("-stage") == in_order("-versions") == ["demand", "another", "aside"]
    assert in_order("-alerts") == ["another", "aside", "demand"]
    approved(in_production, cora, percent=100)
    assert in_order("deployed") == in_order("-deployed") == ["demand", "another", "aside"]


def test_the_rows_of_a_page_cost_the_same_however_many(serving, cora):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            listed()
        return len(captured)

    few = queries()
    for number in range(5):
        opened(register_model(name=f"m{number}", owner_team="forecasting", actor=cora), cora, name=f"c{number}")
    assert queries() == few
