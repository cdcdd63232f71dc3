"""A check that could not run is refused with every fault, against the data too."""

from __future__ import annotations

import pytest

from platform_site.errors import Invalid
from registry.checks.actions.checks import define_check
from registry.models import Check

pytestmark = pytest.mark.postgresql


BY_DAY = {"reference": "events", "window": "day"}
FAULTS = [
    ("drift", {}, {"reference"}),
    ("drift", {"reference": "nothing", "limits": {"ks_p": 1}, "window": "hour"}, {"limits", "window"}),
    ("drift", {"reference": "events"}, {"current"}),
    ("drift", {"reference": "events", "window": "day", "columns": ["nope"], "label": "calm"}, {"prediction", "columns"}),
    ("drift", {"reference": "events", "window": "day", "columns": ["nope"], "group": "none"}, {"columns", "group", "prediction"}),
    ("drift", BY_DAY | {"prediction": "load", "label": "calm", "group": "country", "prediction_kind": "number"}, {"group"}),
    ("drift", BY_DAY | {"prediction": "country", "label": "load", "favourable": "FR", "threshold": 0.4}, {"label"}),
    ("drift", BY_DAY | {"prediction": "load", "label": "calm", "labels": "nowhere"}, {"labels"}),
    ("drift", BY_DAY | {"prediction": "load", "label": "nope", "labels": "events", "group": "none"}, {"label", "group"}),
    ("drift", BY_DAY | {"prediction": "load", "threshold": 2, "prediction_kind": "ratio"}, {"threshold", "prediction_kind"}),
    ("drift", BY_DAY | {"prediction": "load"}, {"label"}),
    ("drift", {"reference": "elsewhere", "current": "nowhere"}, {"reference", "current"}),
    ("log_parity", {"training": "events"}, {"serving", "entity_key"}),
    ("log_parity", {"training": "events", "serving": "events", "entity_key": ["x"], "tolerance_s": -1}, {"tolerance_s"}),
    ("log_parity", {"training": "events", "serving": "events", "entity_key": ["x"]}, {"entity_key"}),
    ("schema", {"dataset": "events", "columns": [{"nome": "x"}]}, {"columns[0].nome", "columns[0].name"}),
    ("schema", {"dataset": "nowhere", "features": ["nobody"]}, {"dataset", "features"}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "parameters", "fields"), FAULTS)
def test_a_check_that_could_not_run_is_refused_with_every_fault(events, cora, kind, parameters, fields):
    with pytest.raises(Invalid) as refused:
        define_check(kind, name="x", parameters=parameters, schedule="every day", actor=cora)
    assert {fault.field for fault in refused.value.faults} == {*fields, "schedule"}
    assert not Check.objects.exists()
