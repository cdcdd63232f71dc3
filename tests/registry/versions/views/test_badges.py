"""The badge of a model needs its own address and no sign-in, and is cached."""

from __future__ import annotations

import pytest
from django.test import Client

from registry.versions.queries.model_list import badge_key

pytestmark = pytest.mark.django_db


def test_who_has_the_address_sees_the_state(in_production):
    answer = Client().get(f"/registry/badges/{badge_key('demand')}/demand.svg")
    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (200, "image/svg+xml", "max-age=60")
    assert "demand: Not deployed" in answer.content.decode()
    for address in (f"{badge_key('other')}/demand", f"{badge_key('none')}/none", "x/demand"):
        assert Client().get(f"/registry/badges/{address}.svg").status_code == 404


def test_an_address_of_an_earlier_key_opens_until_the_key_is_forgotten(model_version, settings):
    address = f"/registry/badges/{badge_key('demand')}/demand.svg"
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "the next secret key, long enough", [settings.SECRET_KEY]
    assert Client().get(address).status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert Client().get(address).status_code == 404
