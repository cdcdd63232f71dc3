"""Which team owns what an import creates."""

from __future__ import annotations

import pytest

from platform_site.access import Actor, Role
from platform_site.errors import Invalid, NotAllowed
from registry.imports.queries.owners import owner_named, owner_of_new_tables
from registry.imports.rules.candidates import Candidate, Extract
from tests.registry.conftest import contributor

LEA = Actor("lea", frozenset({Role.LEAD}), frozenset())
ROOT = Actor("root", frozenset({Role.ADMINISTRATOR}), frozenset())
VERA = Actor("vera", frozenset({Role.VIEWER}), frozenset({"forecasting"}))


def extract(*names: str) -> Extract:
    tables = [Candidate("source_table", name, name, {}) for name in names]
    return Extract("shop", (*tables, Candidate("model", "churn", "churn", {})))


@pytest.mark.parametrize("system", ["mlflow", "feast", "dbt"])
@pytest.mark.parametrize("actor", [contributor("forecasting"), ROOT])
def test_who_contributes_for_a_team_imports_for_it(teams, system, actor):
    assert owner_named(system, "forecasting", actor).slug == "forecasting"


@pytest.mark.parametrize(
    ("system", "name", "code"), [("mlflow", "", "missing"), ("feast", "", "missing"), ("dbt", "nobody", "unknown")]
)
def test_an_owner_that_is_needed_or_named_must_be_there(teams, system, name, code):
    with pytest.raises(Invalid) as refused:
        owner_named(system, name, contributor("forecasting"))
    assert [(fault.field, fault.code) for fault in refused.value.faults] == [("owner_team", code)]


def test_dbt_needs_no_owner(teams):
    assert owner_named("dbt", "", VERA) is None


@pytest.mark.parametrize(
    ("system", "actor", "may"),
    [
        ("dbt", LEA, True),
        ("mlflow", LEA, False),
        ("mlflow", contributor("data-platform"), False),
        ("dbt", contributor("data-platform"), False),
        ("dbt", VERA, False),
    ],
)
def test_a_lead_gives_source_tables_to_others_and_nothing_else(teams, system, actor, may):
    if may:
        assert owner_named(system, "forecasting", actor).slug == "forecasting"
        return
    with pytest.raises(NotAllowed, match="Only contributors of team forecasting import for it"):
        owner_named(system, "forecasting", actor)


@pytest.mark.parametrize(
    ("names", "actor", "owner"),
    [
        (("visits",), contributor("forecasting"), "forecasting"),
        (("visits",), LEA, None),
        (("visits",), VERA, None),
        (("orders",), contributor("forecasting"), None),  # it is there already
        (("orders",), contributor("forecasting", "data-platform"), None),
        ((), contributor("forecasting"), None),
    ],
)
def test_new_source_tables_belong_to_the_only_team_of_who_imports(orders, names, actor, owner):
    team = owner_of_new_tables(extract(*names), actor)
    assert (team and team.slug) == owner


def test_of_several_teams_one_is_chosen(orders):
    with pytest.raises(Invalid) as refused:
        owner_of_new_tables(extract("orders", "visits", "sales"), contributor("forecasting", "data-platform"))
    assert str(refused.value.faults[0].message) == (
        "2 source tables will be added, and you are in several teams. Choose data-platform or forecasting."
    )
