import pytest

from assessments.organizations.rules.catalogue import Group
from assessments.strategy.rules.sourcing import proposals


def choices(engineers, compliance) -> dict[str, str]:
    return {
        proposal.group.name: " + ".join(part for part in (str(proposal.choice), proposal.own_part) if part)
        for proposal in proposals(engineers, compliance)
    }


def test_the_worked_case_of_one_engineer_under_regulation():
    assert choices(1, True) == {
        "DATA": "open_source + own versioning",
        "EXPERIENCE": "buy",
        "TRAINING": "buy",
        "REGISTRY": "open_source + own immutability",
        "EVALUATION": "build",
        "SERVING": "buy + own explanations",
        "OBSERVABILITY": "buy + own fairness",
        "GOVERNANCE": "build",
    }


@pytest.mark.parametrize("engineers", [0, 1, 4, 5, 40])
def test_without_regulation_nothing_is_marked_and_nothing_of_ones_own_is_added(engineers):
    assert not any(
        proposal.by_compliance or proposal.own_part or proposal.ask for proposal in proposals(engineers, False)
    )


def test_regulation_drives_six_groups():
    driven = {proposal.group for proposal in proposals(8, True) if proposal.by_compliance}
    assert driven == set(Group) - {Group.EXPERIENCE, Group.TRAINING}


def test_a_larger_team_runs_more_itself():
    small, large = choices(4, False), choices(5, False)
    assert (small["SERVING"], large["SERVING"]) == ("buy", "open_source")
    assert list(small.values()).count("buy") > list(large.values()).count("buy")


UNKNOWN = [
    (None, None, {group.name for group in Group}, "nothing is known"),
    (2, None, {group.name for group in Group} - {"EXPERIENCE", "TRAINING"}, "compliance decides six"),
    (None, True, {group.name for group in Group} - {"EVALUATION", "GOVERNANCE"}, "two are built whatever the size"),
]


@pytest.mark.parametrize(("engineers", "compliance", "open_", "why"), UNKNOWN)
def test_what_a_missing_fact_decides_stays_open_and_is_asked(engineers, compliance, open_, why):
    result = proposals(engineers, compliance)
    assert {row.group.name for row in result if row.choice is None} == open_, why
    assert all((row.ask is not None) == (row.choice is None) for row in result)


def test_each_proposal_names_its_rule_and_its_figures():
    assert all(proposal.why.rule and proposal.why.figures for proposal in proposals(3, True))
