"""The people, teams and accounts of the history."""

from __future__ import annotations

import pytest

from assessments.organizations.actions import add_organization
from platform_site.access import SYSTEM, Role
from platform_site.people.models import Team, User
from platform_site.roof.demo import people
from platform_site.roof.demo.history import cast
from platform_site.roof.demo.history.plan import plan

pytestmark = pytest.mark.django_db


def test_teams_belong_to_their_organizations_and_everybody_to_their_teams():
    people.load()
    for slug in ("exampleco", "meadow"):
        add_organization(slug=slug, name=slug, actor=SYSTEM)
    assert not cast.is_loaded()
    cast.add_teams()
    cast.add_people("a plumb line hangs true")
    cast.actor.cache_clear()
    assert cast.is_loaded()
    assert Team.objects.get(slug="cards").organization.slug == "meadow"
    assert set(cast.names()) <= {user.username for user in User.objects.all()}
    assert cast.person_of("cards").name == "sofia.rossi"
    assert Role.APPROVER in cast.actor("hana.sato").roles
    assert cast.serving_of("cards").is_service
    assert len(cast.names()) == len(plan().people) + len(plan().teams)
    cast.actor.cache_clear()
