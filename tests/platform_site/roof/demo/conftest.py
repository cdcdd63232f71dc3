"""The demo's people, as its loaders act for them."""

from __future__ import annotations

import pytest

from platform_site.access import actor_of
from platform_site.people.models import User
from platform_site.roof.demo import people


@pytest.fixture
def actors(db):
    """The actor of each of the demo's people, by name."""
    people.load()
    return {name: actor_of(User.objects.get(username=name)) for name in people.PEOPLE}
