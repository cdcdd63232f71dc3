"""The page of adoption: what it says of nothing, of figures, of samples, and how much it asks."""

from __future__ import annotations

import base64
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments.adoption.actions import add_entry, import_file, record_training_runs
from assessments.adoption.queries.importing import MODELS
from assessments.adoption.rules.files import KINDS, read
from assessments.models import Release, ShowstopperAnswer, TrainingRun, UseCase
from platform_site.access import SYSTEM
from platform_site.audit.models import AuditEvent
from platform_site.roof.demo import adoption as samples

pytestmark = pytest.mark.django_db
PAGE, BUDGET = "/adoption/", 22


def text(visitor, path=PAGE) -> str:
    answer = visitor.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def count_queries(visitor) -> int:
    with CaptureQueriesContext(connection) as queries:
        text(visitor)
    return len(queries)


def test_nothing_reported_is_said_and_not_shown_as_zero(browser_of):
    page = text(browser_of("viewer"))
    assert "Nothing is reported yet" in page
    assert "data-chart" not in page


def test_one_kind_alone_leaves_the_others_unknown(browser_of):
    add_entry(UseCase, name="Streaming", supported=False, on_platform=False, actor=SYSTEM)
    page = text(browser_of("viewer"))
    assert "no supported use case is on record" in page
    assert "no training run is reported" in page
    assert "No release is reported" in page
    assert page.count("Unknown</span>") == 3 + 11, "three findings and their signals"


def test_an_answer_is_text(browser_of):
    script = "<script>alert(1)</script>"
    add_entry(ShowstopperAnswer, team="ads", answer=script, day=timezone.now().date(), actor=SYSTEM)
    page = text(browser_of("viewer"))
    assert script not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_samples_tell_a_story_and_go_with_one_button(browser_of, actor):
    samples.load(actor("lead"))
    counted = TrainingRun.objects.count()
    samples.load(actor("lead"))
    assert TrainingRun.objects.count() == counted > 600
    lead = browser_of("lead")
    page = text(lead)
    assert "These figures suggest an adoption problem and a bottleneck." in page
    assert "6 of 8 supported use cases" in page
    assert "This quarter's showstopper: <strong>GPUs without a ticket" in page
    assert "Remove sample data" in page
    assert "Remove sample data" not in text(browser_of("viewer"))
    gone = lead.post("/adoption/samples/", follow=True).content.decode()
    assert "samples were removed" in gone
    assert "Nothing is reported yet" in gone
    assert AuditEvent.objects.filter(action="adoption_samples.removed").count() == 1


def test_nobody_but_a_lead_takes_samples_away(browser_of, actor):
    add_entry(UseCase, name="x", supported=True, on_platform=True, actor=SYSTEM, sample=True)
    assert browser_of("contributor").post("/adoption/samples/").status_code == 403
    assert UseCase.objects.exists()


def test_the_page_keeps_to_its_budget_however_much_is_reported(browser_of):
    visitor, now = browser_of("lead"), timezone.now()
    days = {"started_on": now.date() - timedelta(days=70), "released_on": now.date()}

    def report(number):
        run = {"team": f"t{number}", "model": "m", "started_at": now - timedelta(days=number), "succeeded": True}
        record_training_runs([run], actor=SYSTEM)
        answer = add_entry(ShowstopperAnswer, team=f"t{number}", answer=f"{number}", day=now.date(), actor=SYSTEM)
        add_entry(Release, name=str(number), **days, answers=[answer], actor=SYSTEM)

    report(0)
    count_queries(visitor)
    few = count_queries(visitor)
    for number in range(1, 13):
        report(number)
    assert few <= BUDGET
    assert count_queries(visitor) <= few


def test_the_dashboard_has_it_in_brief(browser_of, published):
    page = text(browser_of("viewer"), "/")
    assert 'id="adoption"' in page
    assert "Nothing is reported yet" in page


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
    assert event["changes"] in ({"team": ["ads", "maps"]}, {"name": ["eta", "b"]})
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


def test_a_file_is_previewed_then_stored(browser_of):
    visitor = browser_of("contributor")
    content = "name,supported,on_platform,cost\nbatch,yes,no,1\n<b>stream</b>,perhaps,no,1\n"
    file = SimpleUploadedFile("cases.csv", content.encode())
    preview = visitor.post("/adoption/import/", {"kind": "use-cases", "file": file})
    page = preview.content.decode()
    assert preview.status_code == 200
    assert "Write yes or no." in page
    assert "Not used: cost." in page
    assert "&lt;b&gt;stream" not in page, "a bad row is not among the new records"
    assert "Store the good rows" in page
    assert not UseCase.objects.exists()
    again = {"kind": "use-cases", "content": base64.b64encode(content.encode()).decode(), "zone": "UTC"}
    assert visitor.post("/adoption/import/", again | {"store": "all"}).status_code == 422
    _, page = answered(visitor, "/adoption/import/", **again, store="good")
    assert "1 record added, 0 changed, 0 as they were. 1 bad row left out." in page
    _, page = answered(visitor, "/adoption/import/", **again)
    assert "No row can be stored" in page


def test_a_change_is_previewed_with_old_and_new(browser_of):
    add_entry(UseCase, name="batch", supported=True, on_platform=False, actor=SYSTEM)
    file = SimpleUploadedFile("cases.csv", b"name,supported,on_platform\nbatch,yes,yes\n")
    page = browser_of("lead").post("/adoption/import/", {"kind": "use-cases", "file": file}).content.decode()
    assert "On platform: no → yes" in page


@pytest.mark.parametrize("fields", [{}, {"content": "!"}, {"zone": "Mars", "content": "YQ=="}, {"content": "YQ=="}])
def test_what_is_not_a_file_is_refused_at_its_field(browser_of, fields):
    assert browser_of("lead").post("/adoption/import/", {"kind": "use-cases"} | fields).status_code == 422


def test_a_lead_merges_answers_on_the_page_and_takes_it_back(browser_of):
    for team, words in (("ads", "own container"), ("maps", "C++ <serving>")):
        add_entry(ShowstopperAnswer, team=team, answer=words, day=timezone.now().date(), actor=SYSTEM)
    lead = browser_of("lead")
    merge = {"wordings": ["own container", "C++ <serving>"], "into": "Own container"}
    assert "C++ &lt;serving&gt;" in text(lead, "/adoption/answers/")
    _, page = answered(lead, "/adoption/answers/", **merge)
    assert "in the words C++ &lt;serving&gt;; own container" in page
    assert "2 wordings, merged" in text(lead)
    assert answered(browser_of("contributor"), "/adoption/answers/", **merge)[0] in (403, 422)
    _, page = answered(lead, "/adoption/answers/separate/", merged="Own container")
    assert "by their own words again" in page


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
    assert AuditEvent.objects.get(action="release.changed").content["changes"] == {"answers": [["ads: GPUs"], []]}


def test_names_of_teams_and_gaps_are_on_the_page_and_every_table_is_a_file(browser_of, actor):
    samples.load(actor("lead"))
    lead = browser_of("lead")
    page = text(lead)
    for name in ("Streaming features", "Shadow deployment", "payments", "What to do", "not supported"):
        assert name in page
    files = set(re.findall(r"\?csv=([a-z-]+)", page))
    assert files == {
        "diagnosis", "teams", "use-cases", "active-teams", "new-projects", "release-weeks", "first-successes", "answers",
        "years", "effects",
    }  # fmt: skip
    for name in files:
        rows = lead.get(f"{PAGE}?csv={name}").content.decode().splitlines()
        assert len(rows) > 1, name


def test_the_dashboard_has_the_figures_behind_the_diagnosis_and_who_left(browser_of, published):
    now = timezone.now()
    months = {"ads": range(1, 8), "maps": range(6, 8), "fraud": range(6, 8)}
    runs = [
        {"team": team, "model": "m", "started_at": now - timedelta(days=30 * back), "succeeded": True}
        for team, backs in months.items()
        for back in backs
    ]
    record_training_runs(runs, organization=published.organization, actor=SYSTEM)
    page = text(browser_of("viewer"), "/")
    assert "These figures suggest an adoption problem" in page
    assert re.search(r"Lost:\s+fraud, maps", page)
    assert re.search(r"of\s+\d+ teams active in the last full month", page)
