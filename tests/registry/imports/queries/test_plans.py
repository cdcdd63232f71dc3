"""The plan of an import: each record compared with the registry."""

from __future__ import annotations

import copy

import pytest

from platform_site.errors import Unknown
from registry.data.actions.source_tables import register_source_table
from registry.data.rules.source import Source
from registry.imports.queries import plans
from registry.imports.rules.candidates import RecordKind
from tests.registry.imports.documents import FEAST
from tests.registry.imports.steps import applied, counts, effects, offered, sentences


def test_the_digest_is_of_the_plan(cora):
    first = offered("feast", FEAST, cora)
    digest = plans.plan(first, cora).digest
    assert plans.plan(first, cora).digest == digest
    register_source_table("driver_stats", Source(None, ["other"], "at"), owner_team="data-platform", actor=cora)
    assert plans.plan(first, cora).digest != digest


def test_a_source_table_that_differs_says_from_what_to_what(cora):
    register_source_table("driver_stats", Source(None, ["other"], "at"), owner_team="data-platform", actor=cora)
    plan = offered("feast", FEAST, cora)
    assert effects(plan, cora)["driver_stats"] == "change"
    assert sentences(plan, cora)["driver_stats"].startswith("Entity key: other → driver_id; event time: at → ")


def test_a_description_that_changed_is_recorded_and_nothing_else(cora):
    applied(offered("feast", FEAST, cora), cora)
    assert effects(offered("feast", FEAST, cora), cora)["driver_stats"] == "already_there"
    changed = copy.deepcopy(FEAST)
    for view in changed["featureViews"]:
        if "batchSource" in view["spec"]:
            view["spec"]["batchSource"]["description"] = "Another description."
    again = offered("feast", changed, cora)
    assert effects(again, cora)["driver_stats"] == "keep_origin"
    assert counts(applied(again, cora), cora)["origin_kept"] == 1
    record = plans.origin_record(RecordKind.SOURCE_TABLE, "driver_stats")
    assert record.about["description"] == "Another description."


def test_what_was_not_imported_has_no_origin(db):
    assert plans.origin_record(RecordKind.SOURCE_TABLE, "nobody") is None
    with pytest.raises(Unknown, match="There is no import 999"):
        plans.get_import(999)
