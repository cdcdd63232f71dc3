import pytest

from assessments.organizations.rules.build_depth import Depth
from assessments.organizations.rules.catalogue import Group
from assessments.strategy.rules.sourcing import BY_DEPTH, proposals

MANAGED, CLUSTER, UNKNOWN = Depth.MANAGED, Depth.OWN_CLUSTER, Depth.UNKNOWN


def choices(depth, engineers, compliance) -> dict[str, str]:
    return {
        proposal.group.name: " + ".join(part for part in (str(proposal.choice), proposal.own_part) if part)
        for proposal in proposals(depth, engineers, compliance)
    }


def test_the_worked_case_of_one_engineer_under_regulation():
    assert choices(MANAGED, 1, True) == {
        "DATA": "open_source + own versioning",
        "EXPERIENCE": "buy",
        "TRAINING": "buy",
        "REGISTRY": "open_source + own immutability",
        "EVALUATION": "build",
        "SERVING": "buy + own explanations",
        "OBSERVABILITY": "buy + own fairness",
        "GOVERNANCE": "build",
    }


@pytest.mark.parametrize("engineers", [0, 1, 4, 5, 12, 40, None])
def test_managed_services_buy_four_groups_whatever_the_number_of_engineers(engineers):
    bought = {row.group for row in proposals(MANAGED, engineers, False) if row.choice == "buy"}
    assert bought >= BY_DEPTH


@pytest.mark.parametrize("engineers", [0, 1, 4, 5, 40])
def test_without_regulation_nothing_is_marked_and_nothing_of_ones_own_is_added(engineers):
    assert not any(row.by_compliance or row.own_part or row.ask for row in proposals(MANAGED, engineers, False))


def test_regulation_drives_six_groups():
    driven = {proposal.group for proposal in proposals(CLUSTER, 8, True) if proposal.by_compliance}
    assert driven == set(Group) - {Group.EXPERIENCE, Group.TRAINING}


def test_a_team_with_its_own_cluster_runs_more_itself():
    managed, own = choices(MANAGED, 8, False), choices(CLUSTER, 8, False)
    assert (managed["SERVING"], own["SERVING"]) == ("buy", "open_source")
    assert list(managed.values()).count("buy") > list(own.values()).count("buy")


OPEN = [
    (UNKNOWN, None, None, {"EXPERIENCE", "TRAINING", "EVALUATION", "SERVING", "OBSERVABILITY", "GOVERNANCE"}),
    (UNKNOWN, 8, False, {"EXPERIENCE", "TRAINING", "SERVING", "OBSERVABILITY"}),
    (UNKNOWN, None, True, {"EXPERIENCE", "TRAINING", "SERVING", "OBSERVABILITY"}),
    (MANAGED, 2, None, set()),
]


@pytest.mark.parametrize(("depth", "engineers", "compliance", "open_"), OPEN)
def test_what_a_missing_fact_decides_stays_open_and_is_asked(depth, engineers, compliance, open_):
    result = proposals(depth, engineers, compliance)
    assert {row.group.name for row in result if row.choice is None} == open_
    assert all(row.ask for row in result if row.choice is None)


def test_a_proposal_stands_and_asks_while_compliance_is_unknown():
    open_groups = {row.group for row in proposals(MANAGED, 2, None) if row.ask}
    assert open_groups == set(Group) - {Group.EXPERIENCE, Group.TRAINING}


def test_each_proposal_names_its_rule_and_its_figures():
    assert all(proposal.why.rule and proposal.why.figures for proposal in proposals(MANAGED, 3, True))
