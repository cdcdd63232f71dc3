"""The admin's forms of teams and people call their actions as the person who fills them in."""

from __future__ import annotations

import pytest

from platform_site.errors import Invalid, NotAllowed
from platform_site.people.forms import PersonForm, TeamForm
from platform_site.people.models import Team
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db


def test_a_team_keeps_its_slug_when_it_is_renamed(people, actor):
    team = Team.objects.get(slug="forecasting")
    form = TeamForm({"slug": "other", "name": "Forecasts"}, instance=team, actor=actor("admin"))
    assert form.is_valid()
    form.perform(form.cleaned_data)
    assert Team.objects.get(pk=team.pk).name == "Forecasts"
    assert not Team.objects.filter(slug="other").exists()


@pytest.mark.parametrize(("slug", "valid"), [("x" * 63, True), ("x" * 64, False), ("Team", False), ("1st", False)])
def test_a_slug_is_short_and_begins_with_a_small_letter(slug, valid, people):
    assert TeamForm({"slug": slug, "name": "A team"}).is_valid() is valid


def test_a_persons_form_begins_with_what_they_have(people):
    form = PersonForm(instance=people["contributor"])
    assert (form.initial["roles"], form.initial["teams"]) == (["contributor"], ["data-platform", "forecasting"])
    assert "password" not in form.fields
    assert form.fields["username"].disabled


def test_a_new_person_needs_a_password_that_keeps_its_spaces(people, actor):
    fields = {"username": "dana", "roles": ["viewer"], "teams": ["forecasting"], "is_active": "on"}
    assert PersonForm(fields).errors.keys() == {"password"}
    form = PersonForm(fields | {"password": f" {PASSWORD} "}, actor=actor("admin"))
    assert form.is_valid()
    assert form.perform(form.cleaned_data).check_password(f" {PASSWORD} ")


def test_what_the_action_refuses_is_raised(people, actor):
    fields = {"username": "dana", "password": "short", "roles": [], "teams": []}
    for who, refusal in (("lead", NotAllowed), ("admin", Invalid)):
        form = PersonForm(fields, actor=actor(who))
        assert form.is_valid()
        with pytest.raises(refusal):
            form.perform(form.cleaned_data)
