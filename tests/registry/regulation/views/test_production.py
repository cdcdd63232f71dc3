"""The page of what served at a moment, and the button that hands out a regulator pack."""

from __future__ import annotations

from platform_site.audit.models import AuditEvent
from tests.registry.versions.views.test_models import text

PAGE = "/registry/production/"
PACK = "/registry/models/demand/v1/pack/"


def test_a_reader_sees_what_serves_now_and_nothing_years_ago(in_production, browser_of):
    viewer = browser_of("viewer")
    now = text(viewer.get(PAGE))
    assert "demand v1" in now
    assert "production, by its stage (no serving configured)" in now
    assert "Nothing served at that moment" in text(viewer.get(f"{PAGE}?at=2020-03-04T08:00"))


def test_a_moment_that_is_not_one_is_named_and_now_is_shown(in_production, browser_of):
    page = text(browser_of("viewer").get(f"{PAGE}?at=yesterday"))
    assert "Enter a valid date/time" in page
    assert "demand v1" in page


def test_the_button_downloads_the_pack_and_the_download_is_on_record(model_version, browser_of):
    answer = browser_of("viewer").post(PACK)
    assert answer["Content-Disposition"] == 'attachment; filename="demand-v1.zip"'
    event = AuditEvent.objects.get(action="regulator_pack.handed_out")
    assert (event.actor, event.content["bytes"]) == ("viewer", len(answer.content))


def test_a_link_alone_hands_out_nothing(model_version, browser_of):
    assert browser_of("viewer").get(PACK).status_code == 405
    assert not AuditEvent.objects.filter(action="regulator_pack.handed_out").exists()
