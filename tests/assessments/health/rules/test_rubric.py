import pytest

from assessments.health.rules.maturity import Level, confirmed_level, ladder
from assessments.health.rules.rubric import level_faults
from assessments.health.rules.scoring import Item

KNOWN = {"lineage", "audit_log", "artifact_store"}
FIRST = Level("1", "Begun", ("lineage",))


@pytest.mark.parametrize(
    ("levels", "places", "why"),
    [
        ([FIRST], [], "one level will do"),
        ([FIRST, Level("2", "Done", ("lineage", "audit_log"))], [], "each contains the one below"),
        ([], [""], "none at all"),
        ([FIRST] * 7, [""], "more than six"),
        ([Level("0", "Ground", ("lineage",))], ["0.level"], "0 is the ground below every ladder"),
        ([Level("1", " ", ())], ["0.label", "0.requires"], "nameless and asking for nothing"),
        ([Level("1", "Begun", ("magic",))], ["0.requires"], "no such capability"),
        ([FIRST, Level("2", "Done", ("audit_log",))], ["1.requires"], "what the lower asks for is lost"),
        ([FIRST, Level("2", "Done", ("lineage",))], ["1.requires"], "nothing is added"),
        ([FIRST, Level("1", "Done", ("lineage", "audit_log"))], ["1.level"], "one name twice"),
    ],
)
def test_what_may_be_a_ladder(levels, places, why):
    assert [place for place, _ in level_faults(levels, KNOWN)] == places, why


def test_a_platform_is_judged_by_the_ladder_it_is_given():
    stated = [Item("lineage", "", "implemented")]
    assert confirmed_level(stated).level == "0"
    assert confirmed_level(stated, [FIRST]) == FIRST


def test_a_rung_shows_what_it_asks_for_beyond_the_one_below():
    second = Level("2", "Done", ("lineage", "audit_log"))
    rungs = ladder([Item("lineage", "", "implemented")], [FIRST, second])
    assert [(rung.reached, [item.capability for item in rung.items]) for rung in rungs] == [
        (True, ["lineage"]),
        (False, ["audit_log"]),
    ]
