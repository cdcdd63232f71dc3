"""Requests of Opsgenie's Alert API: one alert by its alias."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given, settings

from platform_site.webhooks.rules.formats.opsgenie import ADDRESS, address_of, as_opsgenie
from tests.platform_site.webhooks.rules.formats.limits import OPSGENIE_CREATE, OPSGENIE_DETAILS, OPSGENIE_ENDING, fits
from tests.platform_site.webhooks.rules.formats.notices import BLOCKED, OPENED, notices

KEY, SOURCE = "https://plumbline.example/gate:deployment:model_version:demand/v1", "https://plumbline.example"


def test_what_opens_an_alert_says_everything():
    content = fits(as_opsgenie(BLOCKED, key=KEY, step="trigger", source=SOURCE), OPSGENIE_CREATE)
    assert (content["message"], content["alias"]) == ("BLOCKED, 1 conflict blocks: demand v1", KEY)
    assert (content["priority"], content["entity"]) == ("P2", "model_version:demand/v1")
    assert content["details"] == {"Model": "demand", "Version": "v1", "Link": BLOCKED.link}
    assert "changed       by dana" in content["description"]
    assert content["description"].endswith(BLOCKED.link)


@pytest.mark.parametrize(("step", "word"), [("acknowledge", "acknowledge"), ("resolve", "close")])
def test_what_ends_it_is_sent_to_its_alias(step, word):
    content = fits(as_opsgenie(OPENED, key=KEY, step=step, source=SOURCE), OPSGENIE_ENDING)
    assert content["note"].startswith("Serving skew of v1")
    parts = urlsplit(address_of(ADDRESS, key=KEY, step=step))
    *_, alias, last = parts.path.split("/")
    assert (unquote(alias), last) == (KEY, word)
    assert parse_qs(parts.query) == {"identifierType": ["alias"]}
    assert address_of("https://api.eu.opsgenie.com/v2/alerts/", key="a", step=step).startswith(
        f"https://api.eu.opsgenie.com/v2/alerts/a/{word}?"
    )


def test_a_new_one_is_sent_to_the_collection():
    assert address_of(ADDRESS, key=KEY, step="trigger") == "https://api.opsgenie.com/v2/alerts"


@settings(deadline=None, max_examples=60)
@given(notices())
def test_every_notice_is_within_the_limits(notice):
    content = fits(as_opsgenie(notice, key=KEY, step="trigger", source=SOURCE), OPSGENIE_CREATE)
    assert sum(len(name) + len(value) for name, value in content["details"].items()) <= OPSGENIE_DETAILS
    fits(as_opsgenie(notice, key=KEY, step="resolve", source=SOURCE), OPSGENIE_ENDING)
