"""The fields of owner and tags, and the form over them."""

from __future__ import annotations

import pytest

from platform_site.owned_forms import DetailsForm, OwnerField, TagsField
from platform_site.people.models import Team
from registry.models import Feature

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(db):
    return Team.objects.create(slug="forecasting", name="Forecasting")


def test_the_owner_is_one_of_the_teams_read_once(team, django_assert_num_queries):
    with django_assert_num_queries(1):
        form = DetailsForm({"owner_team": "forecasting", "tags": "a, B"})
        str(form["owner_team"])
        assert form.is_valid()
    assert form.cleaned_data == {"owner_team": "forecasting", "description": "", "tags": ["a", "B"]}
    assert DetailsForm({"owner_team": "ghosts"}).errors.keys() == {"owner_team"}


def test_where_there_is_no_team_the_field_says_who_adds_one_and_where(db):
    Team.objects.all().delete()
    shown = DetailsForm()["owner_team"]
    assert shown.help_text == (
        'There is no team yet. A lead or an administrator adds one on <a href="/teams/">Teams</a>.'
    )
    assert "no team yet" not in OwnerField(help_text="The team.").help_text


@pytest.mark.parametrize(
    ("text", "tags"), [("", []), ("a", ["a"]), (" a ,b,, ", ["a", "b"]), ("tier 1, a", ["tier 1", "a"])]
)
def test_tags_are_written_with_commas(text, tags):
    assert TagsField(required=False).clean(text) == tags


def test_a_record_is_shown_as_it_would_be_written(team):
    feature = Feature(owner_team=team, tags=["demand", "risk"])
    form = DetailsForm(initial=DetailsForm.initial_of(feature))
    assert form["owner_team"].value() == "forecasting"
    assert 'value="demand, risk"' in str(form["tags"])
    assert not DetailsForm({"owner_team": "forecasting", "tags": "demand, risk"}, initial=form.initial).has_changed()
