import pytest

from registry.versions.rules.lineage import PARTS, faults

HEX = "0123456789abcdef" * 4
WHOLE = {
    "code_commit": HEX[:40],
    "data_snapshot": HEX,
    "feature_snapshot": {"orders_7d": "37e8f223574c"},
    "container_digest": f"sha256:{HEX}",
    "hyperparameters": {},
    "evaluations": [{"metric": "mae", "value": 1.5}],
}
ARTIFACT = {"uri": "s3://models/demand", "digest": HEX}


def test_a_whole_lineage_has_no_fault():
    assert faults(WHOLE, artifact=ARTIFACT) == ()


@pytest.mark.parametrize("part", PARTS)
def test_each_missing_part_is_named_with_how_to_supply_it(part):
    (fault,) = faults({name: value for name, value in WHOLE.items() if name != part}, artifact=ARTIFACT)
    assert (fault.field, fault.code) == (f"lineage.{part}", "missing")
    assert len(fault.message) > len(part) + 20


def test_everything_missing_is_listed_at_once():
    assert len(faults({}, artifact={})) == len(PARTS) + 2


MALFORMED = [
    ("code_commit", "abc123", "a short commit"),
    ("code_commit", HEX[:40].upper(), "capitals"),
    ("code_commit", HEX[:40] + "\n", "a line break at the end"),
    ("data_snapshot", "latest", "a word"),
    ("feature_snapshot", ["orders_7d"], "a list"),
    ("feature_snapshot", {"orders_7d": 1}, "a number for a version"),
    ("feature_snapshot", {"latest": "orders_7d"}, "latest without a list"),
    ("container_digest", HEX, "no algorithm"),
    ("hyperparameters", [], "a list"),
    ("evaluations", [], "none"),
    ("evaluations", [{"metric": "mae"}], "no value"),
    ("evaluations", [{"metric": "mae", "value": float("nan")}], "not a number"),
    ("evaluations", [{"metric": "mae", "value": True}], "a boolean"),
    ("pipeline_commit", "x", "no commit"),
]


@pytest.mark.parametrize(("part", "value", "why"), MALFORMED)
def test_a_malformed_part_is_refused(part, value, why):
    assert [fault.field for fault in faults(WHOLE | {part: value}, artifact=ARTIFACT)] == [f"lineage.{part}"], why
