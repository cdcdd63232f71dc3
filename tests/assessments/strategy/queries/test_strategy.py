"""The strategy of an organization, assembled from what is known."""

from __future__ import annotations

from datetime import date

import pytest

from assessments.organizations.actions import change_organization
from assessments.strategy.actions.strategy import decide_strategy, record_rehearsal
from assessments.strategy.queries.strategy import Sourced, _choices, get_recovery, get_sourcing, strategy_of
from assessments.strategy.rules.sourcing import Depth, proposals
from platform_site.errors import Unknown

pytestmark = pytest.mark.django_db


def test_a_decision_takes_the_place_of_the_proposal_and_moves_the_row(published, organization, lea):
    organization = change_organization(organization, platform_engineers=2, actor=lea)
    before = strategy_of(organization)
    assert "compute_scaling" in [row.capability for row in before.handed_over]
    recovery = {"compute_scaling": {"keeper": "team", "reason": "We run machines."}}
    decide_strategy(organization, recovery=recovery, actor=lea)
    after = strategy_of(organization)
    assert "compute_scaling" in [row.capability for row in after.owned]
    assert {row.capability for row in after.recovery} == {row.capability for row in before.recovery}
    assert get_recovery(organization, "compute_scaling").decision.reason == "We run machines."


@pytest.mark.parametrize("place", [0, 9])
def test_a_group_beyond_the_eight_is_unknown(organization, place):
    with pytest.raises(Unknown, match="choose from 1 to 8"):
        get_sourcing(organization, place)


@pytest.mark.parametrize(("place", "group"), [(1, "Data & Features"), (8, "Governance")])
def test_the_first_and_the_last_group(organization, place, group):
    assert get_sourcing(organization, place).group == group


def test_a_capability_that_does_not_run_has_no_recovery(published, organization):
    with pytest.raises(Unknown, match="does not run feature_parity"):
        get_recovery(organization, "feature_parity")


def test_entered_ways_of_serving_win_over_measured_ones(organization, in_production, lea):
    modes = {fact.name: fact for fact in strategy_of(organization).facts if fact.name.startswith("serves_")}
    assert all(fact.measured for fact in modes.values())
    organization = change_organization(organization, serves_on_device=True, actor=lea)
    modes = {fact.name: fact for fact in strategy_of(organization).facts if fact.name.startswith("serves_")}
    assert (modes["serves_on_device"].value, modes["serves_on_device"].measured) == (True, False)


def test_the_newest_rehearsal_answers_the_question(organization, in_production, lea):
    assert strategy_of(organization).readiness.state == "not_rehearsed"
    rehearsal = {"model": "demand", "version": "v1", "actor": lea}
    record_rehearsal(organization, **rehearsal, rehearsed_on=date(2026, 1, 2), rebuilt=True, hours=3)
    record_rehearsal(organization, **rehearsal, rehearsed_on=date(2026, 1, 1), rebuilt=False, hours=9)
    result = strategy_of(organization)
    assert result.readiness.state == "ready"
    assert [str(row.rehearsed_on) for row in result.rehearsals] == ["2026-01-02", "2026-01-01"]


def test_a_group_without_a_choice_has_none():
    rows = [Sourced(row, None) for row in proposals(Depth.MANAGED, None, None)]
    assert _choices(rows) == {row.proposal.group: row.proposal.choice for row in rows}
