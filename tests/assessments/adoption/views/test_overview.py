"""The page of adoption: what it says of nothing, of figures, of samples, and how much it asks."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments.adoption.actions import add_entry, record_training_runs
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
    count_queries(visitor)  # the navigation counts what waits once after each change
    assert count_queries(visitor) <= few


def test_the_dashboard_has_it_in_brief(browser_of, published):
    page = text(browser_of("viewer"), "/")
    assert 'id="adoption"' in page
    assert "Nothing is reported yet" in page


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
    assert re.search(r"Lost:(</strong>)?\s+fraud, maps", page)
    assert re.search(r"\d of \d+ teams ran a training in", page)
