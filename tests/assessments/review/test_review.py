"""The review of one organization, as a page, as files and over the API."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments.adoption.actions import add_entry, record_training_runs
from assessments.health.actions.assessments import begin_assessment, publish_assessment
from assessments.initiatives.actions.initiatives import change_initiative, propose_initiative
from assessments.models import Release
from assessments.organizations.actions import add_organization
from assessments.postmortems.actions import publish_postmortem, write_postmortem
from assessments.review.queries import KINDS, day_in, review_of
from assessments.review.rules.sections import MOST_SHOWN
from assessments.tickets.actions.plans import make_plan
from assessments.tickets.actions.tickets import record_ticket
from platform_site.access import SYSTEM
from platform_site.errors import Invalid
from registry.models import GateDecision, Override
from registry.published import gates
from tests.assessments.conftest import INCIDENT, LESSONS
from tests.platform_site.documents.reading import about, tags_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_both]
PAGE, API = "/organizations/exampleco/review/", "/api/v1/organizations/exampleco/review/"
WORD = "zebrafish"
NAMES = [
    "score", "target", "evidence", "initiatives", "exemptions", "incidents", "tickets", "teams", "releases", "blocked", "overrides",
]  # fmt: skip


@pytest.fixture
def eventful(organization, published, incident, in_production, lea):
    """Something in every section of the organization's review, since its first assessment."""
    now, ours = timezone.now(), {"organization": organization, "actor": SYSTEM}
    for place, days in enumerate((1, 2, 100)):
        record_ticket(
            source="jira", external_id=f"{WORD}-{place}", title=WORD, team=WORD, type="bug",
            opened_at=now - timedelta(days=days), resolved_at=now, effort_hours=3, **ours,
        )  # fmt: skip
    runs = [(f"{WORD} won", 0), (f"{WORD} stays", 0), (f"{WORD} stays", 130), (f"{WORD} lost", 100)]
    record_training_runs(
        [
            {"team": team, "model": WORD, "started_at": now - timedelta(days=days), "succeeded": True}
            for team, days in runs
        ],
        **ours,
    )
    released = {"started_on": now.date() - timedelta(days=21), "released_on": now.date()}
    add_entry(Release, name=f"{WORD} release", **released, **ours)
    publish_postmortem(incident, actor=lea)
    about = {"title": f"{WORD} work", "capabilities": ["slice_evaluation"], "due_on": now.date() + timedelta(days=9)}
    work = propose_initiative(organization, **about, target="implemented", actor=lea)
    propose_initiative(organization, **about | {"due_on": now.date() - timedelta(days=1)}, target="partial", actor=lea)
    make_plan(published, reductions={"bug": 0.5}, actor=lea)
    _use_override(in_production, now)
    items = [{"capability": "feature_parity", "status": "implemented"}]
    second = publish_assessment(
        begin_assessment(organization, assessed_on=now.date(), items=items, actor=lea), actor=lea
    )
    change_initiative(work, state="done", actor=lea)
    return second


def _use_override(version, now):
    override = Override.objects.create(
        model_version=version, causes=[], reason=f"{WORD} reason", state="approved", requested_by="cora",
        requested_at=now, expires_at=now + timedelta(days=1), decided_by="ada", decided_at=now,
    )  # fmt: skip
    for decision in ("PROCEED", "BLOCKED"):
        GateDecision.objects.create(
            model_version=version, gate="deployment", decision=decision, decided_by="cora", decided_at=now,
            overridden=[{"sentence": "x", "override": override.pk}],
        )  # fmt: skip


def by_name(review) -> dict:
    return {section.name: section for section in review.sections}


def test_everything_since_the_assessment_before_is_told(eventful, organization, published):
    review = review_of(organization)
    assert (review.before, review.after, review.period.since) == (published, eventful, published.assessed_on)
    shown = by_name(review)
    assert list(shown) == NAMES
    [moved] = shown["score"].rows
    assert (moved.values["after"], moved.values["points"]) == ("implemented", 5.9)
    assert shown["initiatives"].sentence == "Without an owner: 1 done, 1 overdue."
    assert [row.values["title"] for row in shown["incidents"].rows] == ["Zeros where it had learned the last value"]
    assert shown["incidents"].sentence == (
        "1 postmortem published. Would have prevented them: Training and serving compute the same feature values (1)."
    )
    assert [row.values["as_planned"] for row in shown["tickets"].rows] == ["too_early"]
    assert {(row.values["team"], row.values["change"]) for row in shown["teams"].rows} == {
        (f"{WORD} won", "won"), (f"{WORD} lost", "lost"),
    }  # fmt: skip
    assert [row.values["weeks"] for row in shown["releases"].rows] == [3.0]
    assert [(row.values["model"], row.values["approved_by"]) for row in shown["overrides"].rows] == [("demand", "ada")]


def test_a_review_since_today_compares_the_assessment_with_itself(eventful, organization):
    review = review_of(organization, timezone.now().date())
    assert review.before == review.after == eventful
    assert by_name(review)["score"].sentence.startswith("No assessment was published since")


def test_a_corrected_assessment_is_at_neither_end(eventful, organization, published, lea):
    today = timezone.now().date()
    begun = begin_assessment(organization, assessed_on=today, corrects=eventful, actor=lea)
    correction = publish_assessment(begun, actor=lea)
    review = review_of(organization)
    assert (review.before, review.after) == (published, correction)


def test_the_first_review_covers_ninety_days(organization, published):
    review = review_of(organization)
    assert (review.before, review.after) == (None, published)
    assert (review.period.until - review.period.since).days == 90


def test_a_first_assessment_older_than_ninety_days_is_not_said_to_be_missing(organization, lea):
    day = timezone.now().date() - timedelta(days=120)
    first = publish_assessment(begin_assessment(organization, assessed_on=day, actor=lea), actor=lea)
    review = review_of(organization)
    assert (review.before, review.after) == (first, first)
    assert by_name(review)["score"].sentence.startswith("No assessment was published since")


def test_an_organization_without_anything_gets_a_sentence_for_each_section(organization):
    review = review_of(organization)
    assert [section.name for section in review.sections] == NAMES
    assert not any(section.rows for section in review.sections)
    assert all(section.sentence.endswith(".") for section in review.sections)


def test_the_page_shows_titles_links_and_both_files(eventful, incident, browser_of):
    visitor = browser_of("viewer")
    page = visitor.get(PAGE).content.decode()
    assert f"{WORD} work" in page
    assert f'href="/postmortems/{incident.pk}/"' in page
    assert 'href="/registry/models/demand/v1/"' in page
    assert "feature_parity" not in page
    assert f'href="{PAGE}"' in visitor.get("/organizations/exampleco/").content.decode()
    assert f'href="{PAGE}"' in visitor.get("/").content.decode()
    file = visitor.get(f"{PAGE}review.md")
    assert file["Content-Disposition"].startswith('attachment; filename="exampleco-review-')
    assert f"{WORD} work" in file.content.decode()


def test_the_api_answers_each_format(eventful, api):
    viewer = api("viewer")
    answer = viewer.get(API).json()
    assert [section["name"] for section in answer["sections"]] == NAMES
    assert (answer["after"]["assessment"], answer["before"]["assessed_on"]) == (eventful.pk, answer["since"])
    for kind, media_type in KINDS.items():
        file = viewer.get(f"{API}?format={kind}&since={answer['since']}")
        assert file["Content-Type"].partition(";")[0] == media_type
        assert f"{WORD} work" in _text(file)


def _text(answer) -> str:
    is_pdf = answer["Content-Type"] == "application/pdf"
    return text_of(answer.content) if is_pdf else answer.content.decode()


def test_a_pdf_has_each_section_that_the_page_has_with_its_tags(eventful, organization, browser_of, api):
    from_page = browser_of("viewer").get(f"{PAGE}review.pdf")
    assert from_page.content == api("viewer").get(f"{API}?format=pdf").content
    assert from_page["Content-Disposition"].endswith('.pdf"')
    text, counts = text_of(from_page.content), Counter(tags_of(from_page.content))
    sections = review_of(organization).sections
    for section in sections:
        assert section.title in text
        assert section.sentence in text
    assert (counts["H1"], counts["Table"]) == (len(sections), sum(bool(section.rows) for section in sections))
    assert counts["TH"] == sum(len(section.columns) for section in sections if section.rows)
    assert about(from_page.content)["title"] == "ExampleCo: review"


def test_an_html_file_shows_markup_as_text(organization, lea, api):
    today = timezone.now().date()
    add_entry(Release, name="<b>bold</b>", started_on=today, released_on=today, organization=organization, actor=SYSTEM)
    assert b"&lt;b&gt;bold" in api("viewer").get(f"{API}?format=html").content


@pytest.mark.parametrize(
    ("query", "field", "sentence"),
    [
        ("since=soon", "since", "'soon' is not a day. Write it as 2026-11-02."),
        ("since=1999-12-31", "since", "1999-12-31 is not a day that can be reviewed. Choose one from 2000-01-01 to"),
        ("since=9999-01-01", "since", "9999-01-01 is not a day that can be reviewed."),
        ("format=xls", "format", "'xls' is not a format. Choose json, md, html, pdf."),
    ],
)
def test_a_wrong_parameter_is_named(organization, api, browser_of, query, field, sentence):
    answer = api("viewer").get(f"{API}?{query}")
    assert answer.status_code == 422
    [fault] = answer.json()["errors"]
    assert fault["field"] == field
    assert sentence in fault["message"]
    if field == "since":
        page = browser_of("viewer").get(f"{PAGE}?{query}")
        assert page.status_code == 422
        assert "Shown is the last" in page.content.decode()


def test_a_day_is_read_as_it_is_written():
    assert (day_in(""), str(day_in("2026-11-02"))) == (None, "2026-11-02")
    with pytest.raises(Invalid):
        day_in("2026-02-30")


def test_nothing_of_one_organization_is_in_the_review_of_another(eventful, lea, browser_of, api):
    northwind = add_organization(slug="northwind", name="Northwind Retail", actor=lea)
    publish_assessment(begin_assessment(northwind, assessed_on=timezone.now().date(), actor=lea), actor=lea)
    page = browser_of("lead").get("/organizations/northwind/review/").content.decode()
    theirs = [_text(api("lead").get(f"/api/v1/organizations/northwind/review/?format={kind}")) for kind in KINDS]
    for text in (page, *theirs):
        assert "orthwind" in text
        assert WORD not in text
        assert "demand" not in text
        assert "Zeros where it had learned" not in text
    assert gates.overrides_used(northwind.pk, timezone.now() - timedelta(days=9)) == []


def test_a_review_takes_the_same_number_of_queries_whatever_there_is(eventful, organization, lea):
    few = _queries_of_a_review(organization)[1]
    for place in range(9):
        propose_initiative(
            organization, title=str(place), capabilities=["slice_evaluation"], target="partial",
            due_on=timezone.now().date(), actor=lea,
        )  # fmt: skip
        publish_postmortem(write_postmortem(organization, lessons=LESSONS, **INCIDENT, actor=lea), actor=lea)
    assert _queries_of_a_review(organization) == [27, few]


def test_a_page_shows_the_first_rows_of_a_section_and_says_how_many_there_are(browser_of, organization, lea):
    for place in range(MOST_SHOWN + 1):
        propose_initiative(
            organization, title=f"Initiative {place:02}", capabilities=["slice_evaluation"], target="partial",
            due_on=timezone.now().date(), actor=lea,
        )  # fmt: skip
    visitor = browser_of("viewer")
    page = visitor.get(PAGE).content.decode()
    assert f"The first {MOST_SHOWN} of {MOST_SHOWN + 1}; the files" in page
    assert page.count(">Initiative ") == MOST_SHOWN
    rows = visitor.get(f"{PAGE}?csv=initiatives").content.decode()
    assert rows.count("Initiative ") == MOST_SHOWN + 1


def _queries_of_a_review(organization) -> list[int]:
    """Of the first after a change, and of the next."""
    return [_queries_of_one(organization) for _ in range(2)]


def _queries_of_one(organization) -> int:
    with CaptureQueriesContext(connection) as queries:
        review_of(organization)
    return len(queries)
