"""Who is offered the form that marks a model as regulated, and what it starts with."""

from __future__ import annotations

import pytest

from platform_site.people.models import Team
from registry.regulation.panels import of_model


@pytest.fixture
def panel(rf, people, model):
    """`panel("lead")`: what the page of `demand` shows that person."""

    def of(name):
        request = rf.get("/")
        request.user = people[name]
        return of_model(request, model)

    return of


@pytest.mark.parametrize(
    ("name", "may"), [("lead", True), ("approver", True), ("contributor", False), ("viewer", False), ("admin", False)]
)
def test_leads_and_approvers_may_mark_a_model(panel, name, may):
    assert panel(name)["may_regulate"] is may


def test_the_form_proposes_the_other_state(panel, model):
    assert panel("lead")["form"].initial["regulated"] is True
    model.regulated = True
    assert panel("lead")["form"].initial["regulated"] is False


def test_only_another_team_may_remove_the_flag(panel, model):
    model.regulated = True
    assert panel("lead")["may_regulate"] is True
    model.owner_team = Team.objects.get(slug="ml-platform")
    assert panel("lead")["may_regulate"] is False
