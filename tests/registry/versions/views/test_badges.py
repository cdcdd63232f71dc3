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
