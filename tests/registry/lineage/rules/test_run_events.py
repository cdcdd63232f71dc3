"""Our own events validate against the published specification."""

from __future__ import annotations

import hashlib
import re

import pytest

from registry.lineage.rules.run_events import APPLIED, GATE, TRAINED, Logged, Place, Source, run_events
from tests.registry.lineage.specification import FOLDER, problems

PLACE = Place("plumbline", "https://plumbline.example")
AT = "2026-11-05T08:00:00.000000+00:00"
LINEAGE = {"code_commit": "a" * 40, "data_snapshot": "b" * 64, "hyperparameters": {"depth": 3}, "evaluations": []}
EVENTS = {
    "training": Logged(7, AT, TRAINED, "model_version:demand/v1", "cora", {"lineage": LINEAGE, "feature_snapshot": {"orders_3d": "c" * 12}}),
    "proceed": Logged(8, AT, GATE, "model_version:demand/v1", "cora", {"decision": "PROCEED", "gate": "deployment", "reasons": []}),
    "blocked": Logged(9, AT, GATE, "model_version:demand/v1", "cora", {"decision": "BLOCKED", "reasons": ["orders_3d changed."]}),
    "deployment": Logged(10, AT, APPLIED, "model_version:demand/v1", "cora", {"environment": "production", "revision": 3, "content": {"weights": {"v1": 100}}}),
}  # fmt: skip


def test_the_specification_is_as_published():
    text = (FOLDER / "README.md").read_text()
    listed = dict(re.findall(r"\| `([^`]+)` \| `([0-9a-f]{64})` \|", text))
    assert {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in FOLDER.glob("*.json")} == listed


@pytest.mark.parametrize("name", EVENTS)
def test_each_is_a_valid_start_and_end_of_one_run(name):
    start, end = run_events(EVENTS[name], PLACE, [Source("postgres://warehouse:5432", "shop.public.orders")])
    assert [problems(start), problems(end)] == [[], []]
    assert (start["eventType"], end["eventType"]) == ("START", "FAIL" if name == "blocked" else "COMPLETE")
    assert start["run"]["runId"] == end["run"]["runId"]
    assert run_events(EVENTS[name], PLACE)[0]["run"]["runId"] == start["run"]["runId"], "made again it is the same run"


def test_a_training_names_features_data_and_what_is_behind_them():
    _, end = run_events(EVENTS["training"], PLACE, [Source("postgres://warehouse:5432", "shop.public.orders")])
    assert [(data["namespace"], data["name"]) for data in end["inputs"]] == [
        ("plumbline", "features/orders_3d"), ("plumbline", f"data-snapshots/{'b' * 12}"),
        ("postgres://warehouse:5432", "shop.public.orders"),
    ]  # fmt: skip
    assert [data["name"] for data in end["outputs"]] == ["models/demand"]


def test_a_blocked_gate_says_why():
    assert run_events(EVENTS["blocked"], PLACE)[1]["run"]["facets"]["errorMessage"]["message"] == "orders_3d changed."


def test_an_event_that_is_not_a_run_makes_none():
    assert run_events(EVENTS["training"]._replace(action="alert.opened"), PLACE) == []
    assert run_events(EVENTS["training"]._replace(subject="model:demand"), PLACE) == []


def test_the_specification_itself_refuses_what_is_not_an_event():
    _, end = run_events(EVENTS["training"], PLACE)
    assert problems(end | {"eventType": "DONE"}) != []
    assert problems(end | {"run": {"runId": "7"}}) != []
