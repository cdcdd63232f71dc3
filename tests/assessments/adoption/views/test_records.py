"""The lists of what is recorded, and the pages on which each record is added, changed and removed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.adoption.actions import add_entry, import_file, record_training_runs
from assessments.adoption.queries.importing import MODELS
from assessments.adoption.rules.files import KINDS, read
from assessments.models import Release, ShowstopperAnswer, UseCase
from platform_site.access import SYSTEM
from platform_site.audit.models import AuditEvent

pytestmark = pytest.mark.django_db
PAGE, BUDGET = "/adoption/", 22


def text(visitor, path=PAGE) -> str:
    answer = visitor.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def answered(visitor, path, **fields):
    answer = visitor.post(path, fields, follow=True)
    return answer.status_code, answer.content.decode()


FIELDS = {
    "projects": {"name": "eta", "team": "ads", "started_on": "2026-11-02", "on_platform": "on"},
    "use-cases": {"name": "eta", "team": "ads", "supported": "on"},
    "showstoppers": {"team": "ads", "answer": "eta", "day": "2026-11-02"},
    "releases": {"name": "eta", "started_on": "2026-10-02", "released_on": "2026-11-02"},
    "training-runs": {"team": "ads", "model": "eta", "started_at": "2026-11-02T09:00", "ended_at": "2026-11-02T09:10"},
}


@pytest.mark.parametrize("noun", FIELDS)
def test_a_record_is_added_changed_and_removed_on_its_page(browser_of, noun):
    visitor, place = browser_of("contributor"), f"/adoption/records/{noun}/"
    assert "Nothing is recorded yet" in text(visitor, place)
    status, page = answered(visitor, f"{place}add/", **FIELDS[noun])
    assert (status, "was added" in page, "eta" in page) == (200, True, True)
    pk = MODELS[noun].objects.get().pk
    assert f'value="{"eta" if noun == "releases" else "ads"}"' in text(visitor, f"{place}{pk}/")
    status, page = answered(
        visitor, f"{place}{pk}/", **FIELDS[noun] | ({"team": "maps"} if noun != "releases" else {"name": "b"})
    )
    assert "was changed" in page
    event = AuditEvent.objects.get(action__endswith=".changed").content
    assert event["changes"] in ({"team": {"from": "ads", "to": "maps"}}, {"name": {"from": "eta", "to": "b"}})
    status, page = answered(visitor, f"{place}{pk}/remove/", reason=" ")
    assert status == 422
    status, page = answered(visitor, f"{place}{pk}/remove/", reason="Recorded twice.")
    assert "was removed" in page
    assert not MODELS[noun].objects.exists()
    assert AuditEvent.objects.get(action__endswith=".removed").content["reason"] == "Recorded twice."


def test_every_fault_of_a_form_stands_at_its_field(browser_of):
    visitor = browser_of("contributor")
    answer = visitor.post("/adoption/records/releases/add/", {"started_on": "2026-11-02", "released_on": "2026-10-02"})
    assert answer.status_code == 422
    assert {"name"} <= set(answer.context["form"].errors)
    answer = visitor.post("/adoption/records/releases/add/", FIELDS["releases"] | {"released_on": "2026-09-02"})
    assert "does not come before its start" in answer.content.decode()


def test_a_viewer_reads_lists_and_changes_nothing(browser_of):
    viewer = browser_of("viewer")
    assert "Add project" not in text(viewer, "/adoption/records/projects/")
    for path in ("/adoption/records/projects/add/", "/adoption/import/"):
        assert viewer.get(path).status_code == 403
    assert viewer.get("/adoption/records/cars/").status_code == 404


def test_a_list_is_searched_paged_and_downloaded_as_an_import_reads_it(browser_of):
    UseCase.objects.bulk_create(
        UseCase(name=f"case {n:04}", team="ads", supported=n % 2 == 0, recorded_by="x") for n in range(3_000)
    )
    visitor = browser_of("contributor")
    page = text(visitor, "/adoption/records/use-cases/")
    assert "3,000 on record" in page
    assert "case 0049" in page
    assert "case 0050" not in page
    assert "1 on record" in text(visitor, "/adoption/records/use-cases/?search=case+2999")
    content = visitor.get("/adoption/records/use-cases/?csv=use-cases").content
    assert content.startswith(b"name,team,supported,on_platform\r\ncase 0000,ads,yes,no\r\n")
    table = read(content, KINDS["use-cases"])
    assert (len(table.rows), table.faults) == (3_000, [])


@pytest.mark.parametrize("noun", FIELDS)
def test_what_a_list_gives_an_import_takes_back_as_it_is(browser_of, noun, actor):
    visitor = browser_of("contributor")
    answered(visitor, f"/adoption/records/{noun}/add/", **FIELDS[noun])
    content = visitor.get(f"/adoption/records/{noun}/?csv={noun}").content
    assert import_file(content, KINDS[noun], organization=None, actor=actor("lead")) == (0, 0, 1, 0)


def test_a_release_takes_what_it_serves_and_the_page_says_who_switched(browser_of):
    now = timezone.now()
    add_entry(ShowstopperAnswer, team="ads", answer="GPUs", day=now.date(), actor=SYSTEM)
    record_training_runs([{"team": "ads", "model": "m", "started_at": now, "succeeded": True}], actor=SYSTEM)
    lead, days = browser_of("lead"), {"started_on": "2026-01-05", "released_on": str(now.date() - timedelta(days=40))}
    assert "GPUs (ads)" in text(lead, "/adoption/records/releases/add/")
    answered(lead, "/adoption/records/releases/add/", name="Quota", **days, answers=["gpus"])
    assert "1 of 1 team switched: ads." in text(lead)
    pk = Release.objects.get().pk
    assert "checked" in text(lead, f"/adoption/records/releases/{pk}/")
    answered(lead, f"/adoption/records/releases/{pk}/", name="Quota", **days)
    assert AuditEvent.objects.get(action="release.changed").content["changes"] == {
        "answers": {"from": ["ads: GPUs"], "to": []}
    }
