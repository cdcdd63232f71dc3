"""What an import says of source tables: above all, that the code behind one changed, and whose gates that closes."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from registry.imports.queries import plans
from registry.imports.queries.steps import Step
from registry.models import Import, SourceTable, SourceTableVersion
from tests.registry.conftest import contributor
from tests.registry.imports.documents import DBT
from tests.registry.imports.steps import applied, counts, effects, offered

STAGE = "select id, last_value(amount ignore nulls) over (order by at) as amount from raw"


def project(orders: str = "select * from stage", stage: str = STAGE, **more: Any) -> dict[str, Any]:
    """The project of the tests, its table built on a stage."""
    document = copy.deepcopy(DBT)
    document["metadata"]["adapter_type"] = "duckdb"
    document["nodes"]["model.shop.orders"] |= {"raw_code": "{{ x }}", "compiled_code": orders} | more
    document["nodes"]["model.shop.orders"]["depends_on"] = {"nodes": ["model.shop.staging"]}
    document["nodes"]["model.shop.staging"] |= {"raw_code": "{{ x }}", "original_file_path": "models/stage.sql"}
    document["nodes"]["model.shop.staging"]["compiled_code"] = stage
    return document


def step_of(proposed: Import, actor) -> Step:
    return next(step for step in plans.shown(proposed, actor)[0] if step.name == "orders")


@pytest.fixture
def imported(model_version, cora) -> SourceTable:
    """The table of a model in staging, imported before, so that what computes it is known."""
    applied(offered("dbt", project(), cora), cora)
    return SourceTable.objects.select_related("current").get(name="orders")


def test_to_learn_what_computes_a_table_closes_no_gate(in_production, cora):
    step = step_of(offered("dbt", project(), cora), cora)
    assert step.effect == "change"
    assert step.sentence == "Upstream is known from now on: models/orders.sql, built on 1 more."
    assert (step.diffs, step.would_block) == ([], [])


CHANGES = [
    ({"orders": "select id, coalesce(amount, 0) as amount from stage"}, "logic (models/orders.sql)", "models/orders.sql"),
    ({"stage": STAGE.replace("last_value(amount ignore nulls) over (order by at)", "coalesce(amount, 0)")},
     "null handling (models/stage.sql)", "models/stage.sql"),
    ({"stage": f"{STAGE} where amount > 0"}, "filter (models/stage.sql)", "models/stage.sql"),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "what", "file"), CHANGES)
def test_a_change_of_code_is_named_shown_and_said_to_close_gates(imported, in_production, cora, changed, what, file):
    proposed = offered("dbt", project(**changed), cora)
    step = step_of(proposed, cora)
    what = what.replace("logic", "null handling")
    assert step.effect == "change"
    assert step.sentence == f"Upstream changed: {what}. It would close the gates of {in_production}."
    assert [code["name"] for code in step.diffs] == [file]
    assert f"--- {file}" in step.diffs[0]["diff"]
    assert step.would_block == [str(in_production)]


def test_applying_adds_a_version_whose_reason_names_the_import_and_the_change(imported, cora):
    before = imported.current
    proposed = applied(offered("dbt", project(stage=f"{STAGE} where amount > 0"), cora), cora)
    imported.refresh_from_db()
    after = imported.current
    assert after.number == before.number + 1
    assert after.reason == (
        f"Imported from dbt, shop: model.shop.orders (import {proposed.pk}). Upstream changed: filter (models/stage.sql)"
    )
    assert after.upstream["ancestors"][0]["text"].endswith("where amount > 0")
    assert step_of(proposed, cora).diffs, "the outcome keeps what was shown"
    assert effects(offered("dbt", project(stage=f"{STAGE} where amount > 0"), cora), cora)["orders"] == "already_there"


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"orders": "SELECT *\nFROM stage -- all of them"},
        {"stage": f"/* amounts */ {STAGE.replace('select', 'SELECT ')}"},
        {"original_file_path": "models/marts/orders.sql"},
    ],
)
def test_formatting_and_moved_files_add_no_version(imported, cora, other):
    proposed = offered("dbt", project(**other), cora)
    assert effects(proposed, cora)["orders"] in ("already_there", "keep_origin")
    applied(proposed, cora)
    assert SourceTableVersion.objects.filter(source_table=imported).count() == imported.current.number


def test_code_that_was_not_compiled_is_not_compared_and_says_so(imported, cora):
    document = project()
    document["nodes"]["model.shop.staging"]["compiled_code"] = None
    step = step_of(offered("dbt", document, cora), cora)
    assert step.effect == "cannot"
    assert step.sentence == (
        "Upstream not compared: the manifest has no compiled SQL of models/stage.sql. Run dbt compile, then import again."
    )
    moved = project(config={"event_time": "order_id"})
    moved["nodes"]["model.shop.staging"]["compiled_code"] = None
    proposed = offered("dbt", moved, cora)
    assert step_of(proposed, cora).sentence.startswith("Event time: date → order_id. Upstream not compared:")
    applied(proposed, cora)
    assert SourceTable.objects.get(name="orders").current.upstream == imported.current.upstream


def test_another_teams_table_is_left_alone(imported, cora):
    stranger = contributor("forecasting", name="stan")
    proposed = offered("dbt", project(stage="select 1"), stranger, team="")
    assert (step_of(proposed, stranger).effect, step_of(proposed, stranger).sentence) == (
        "cannot", "Source table orders belongs to team data-platform. Only its contributors can change it.",
    )  # fmt: skip
    assert counts(applied(proposed, stranger), stranger).get("changed") is None
