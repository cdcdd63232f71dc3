"""Adaptive Cards within the published schema and the size that Teams takes; people's text is never Markdown."""

from __future__ import annotations

from hypothesis import given, settings

from platform_site.webhooks.rules.formats.teams import as_teams
from tests.platform_site.webhooks.rules.formats.limits import TEAMS, TEAMS_BYTES, fits
from tests.platform_site.webhooks.rules.formats.notices import BLOCKED, OPENED, notices


def lines(content) -> list[str]:
    card = content["attachments"][0]["content"]
    return ["".join(run["text"] for run in block["inlines"]) for block in card["body"]]


def test_a_blocked_gate_as_people_read_it():
    content = fits(as_teams(BLOCKED), TEAMS)
    title, model, version, cause, heading, pin, retrain, footer = lines(content)
    assert (title, model, version) == ("BLOCKED, 1 conflict blocks: demand v1", "Model: demand", "Version: v1")
    assert "by dana, 2026-11-29 12:00 UTC: <fix>" in cause
    assert (heading, pin, retrain) == ("Ways out", "• pin Pin it.", "• retrain Train a new model version.")
    assert footer == "gate.blocked, error, by cora, 2026-03-01 12:00 UTC"
    card = content["attachments"][0]["content"]
    assert card["actions"] == [{"type": "Action.OpenUrl", "title": "Open in Plumbline", "url": BLOCKED.link}]
    assert card["body"][0]["inlines"][0]["color"] == "attention"
    assert "actions" not in fits(as_teams(OPENED), TEAMS)["attachments"][0]["content"]


def test_what_exceeds_the_size_is_left_out_from_the_end_and_counted():
    body = as_teams(BLOCKED._replace(sections=tuple(f"{number} {'x' * 1_900}" for number in range(20))))
    shown = lines(fits(body, TEAMS))
    left = next(line for line in shown if line.startswith("… and "))
    assert len(body.encode()) <= 20 * 1024
    assert int(left.split()[2]) + sum(line.endswith("xxx") for line in shown) == 20


@settings(deadline=None, max_examples=60)
@given(notices())
def test_every_notice_fits_the_schema_and_the_size(notice):
    body = as_teams(notice)
    fits(body, TEAMS)
    assert len(body.encode()) <= TEAMS_BYTES
