"""A plan says what the values of a file break, each with its line, and an export breaks nothing."""

from __future__ import annotations

import pytest

from platform_site.access import SYSTEM
from platform_site.errors import Invalid
from platform_site.roof.configuration.plan import Effect, plan_of
from registry.versions.actions.policies import save_policy
from tests.platform_site.roof.configuration.test_apply import configured as configured  # the fixture
from tests.platform_site.roof.configuration.test_apply import exported

pytestmark = pytest.mark.django_db
WRONG = """version: 1
teams:
- slug: Data Team
  name: Data
data_sets:
- name: more
  kind: excel
  location: more.xlsx
features:
- name: 3 days
  owner_team: data-platform
  source_table: orders
  computation_logic: AVG(order_count)
  null_handling: median
  data_type: float64
models:
- name: eta
  owner_team: data-platform
  serving_mode: sometimes
policies:
- name: floor
  checks:
  - metric: rmse
    operator: about
    threshold: 1
"""


def test_every_value_that_breaks_a_rule_is_named_with_its_line(configured):
    with pytest.raises(Invalid) as refused:
        plan_of(WRONG)
    faults = [(fault.field, fault.message.partition(".")[0]) for fault in refused.value.faults]
    assert [line for line, _ in faults] == [f"line {number}" for number in (3, 7, 10, 14, 19, 22)]
    assert faults[1][1] == "data_sets more: kind: 'excel' is not known"
    assert "'Data Team' is not." in refused.value.faults[0].message
    assert "Choose from none, forward_fill, zero_fill, drop." in refused.value.faults[3].message
    assert "checks.0.operator" in refused.value.faults[5].message


def test_logic_that_cannot_be_computed_is_named_before_it_is_applied(configured):
    new = """- name: orders_9d
  owner_team: data-platform
  source_table: orders
  computation_logic: NO_SUCH(order_count)
  null_handling: none
  data_type: float64
"""
    [step] = [step for step in plan_of(exported().replace("features:\n", f"features:\n{new}")).steps if step.sentence]
    assert (step.name, step.effect) == ("orders_9d", Effect.CREATE)
    assert step.sentence.startswith("It would be refused: ")


def test_what_is_stored_breaks_nothing(configured):
    save_policy(name="by_name", checks=[], refuses_name_only=True, reason="Names say nothing.", actor=SYSTEM)
    assert not plan_of(exported()).changes_anything


def test_a_policy_without_checks_says_what_else_it_refuses(configured):
    policy = "policies:\n- name: {}\n  checks: []\n  refuses_name_only: {}\n"
    [step] = plan_of("version: 1\n" + policy.format("by_name", "true")).steps
    assert step.effect == Effect.CREATE
    with pytest.raises(Invalid) as refused:
        plan_of("version: 1\n" + policy.format("No Names", "false"))
    assert [fault.field for fault in refused.value.faults] == ["line 3", "line 4"]
