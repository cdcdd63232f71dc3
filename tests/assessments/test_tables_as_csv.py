"""Every table and every chart of the health side can be downloaded, with the numbers that the page shows."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta

import pytest
from django.utils import timezone

from assessments.health.actions.answers import answer_for_team
from assessments.health.actions.assessments import begin_assessment, publish_assessment
from assessments.health.actions.exemptions import grant_exemption
from assessments.initiatives.actions.initiatives import propose_initiative
from assessments.organizations.actions import add_capability
from assessments.postmortems.actions import publish_postmortem
from assessments.strategy.actions.strategy import decide_strategy
from assessments.strategy.actions.triggers import record_evaluation
from assessments.tickets.actions.plans import make_plan
from assessments.tickets.actions.tickets import record_ticket
from platform_site.access import SYSTEM, Actor, Role
from platform_site.people.actions.teams import create_team

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_both]
LINK = re.compile(r'class="csv-link" href="\?([^"]*csv=([\w-]+))"')
FORMULA = "=HYPERLINK(1)"
PAGES = {
    "/assessments/": {"assessments"},
    "/assessments/{after}/": {"groups", "evidence"},
    "/assessments/{after}/evidence/lineage/": {"records"},
    "/assessments/compare/?base={before}&head={after}": {"moves"},
    "/organizations/": {"organizations", "heat"},
    "/organizations/exampleco/": {"scores", "changes"},
    "/organizations/exampleco/matrix/": {"matrix"},
    "/organizations/exampleco/capabilities/": {"capabilities"},
    "/organizations/exampleco/exemptions/": {"exemptions"},
    "/assessments/{draft}/answers/": {"answers"},
    "/organizations/exampleco/triggers/": {"conditions", "facts", "recorded"},
    "/organizations/exampleco/strategy/": {"plan", "deferred"},
    "/organizations/exampleco/strategy/?part=sourcing": {"sourcing"},
    "/organizations/exampleco/strategy/?part=recovery": {"recovery"},
    "/organizations/exampleco/strategy/?part=facts": {"facts"},
    "/organizations/exampleco/review/": {"score", "initiatives", "incidents", "tickets"},
    "/postmortems/": {"postmortems"},
    "/postmortems/{incident}/": {"timeline"},
    "/initiatives/": {"initiatives"},
    "/tickets/plans/{plan}/": {"lines"},
}


@pytest.fixture
def numbers(organization, published, incident, in_production, lea) -> dict[str, int]:
    """Something for every table; what people wrote begins like a formula."""
    today = timezone.now().date()
    items = [{"capability": "feature_parity", "status": "implemented"}]
    add_capability(
        organization=organization,
        name="fax",
        group="Governance",
        description=FORMULA,
        default_priority="low",
        actor=lea,
    )
    later = publish_assessment(begin_assessment(organization, assessed_on=today, items=items, actor=lea), actor=lea)
    publish_postmortem(incident, actor=lea)
    record_evaluation(organization, actor=lea)
    about = {"title": FORMULA, "capabilities": ["slice_evaluation"], "due_on": today}
    propose_initiative(organization, **about, target="implemented", actor=lea)
    ticket = {"source": "jira", "external_id": "1", "title": "x", "type": "bug", "opened_at": timezone.now()}
    record_ticket(**ticket, organization=organization, actor=SYSTEM)
    plan = make_plan(published, reductions={"bug": 0.5}, actor=lea)
    decide_strategy(organization, sourcing={"Training": {"choice": "buy", "reason": FORMULA}}, actor=lea)
    day = today + timedelta(days=30)
    grant_exemption(organization, capability="compute_scaling", reason=FORMULA, ends_on=day, actor=lea)
    draft = begin_assessment(organization, assessed_on=today, actor=lea)
    create_team(slug="planning", name="Planning", organization=organization, actor=SYSTEM)
    answers = [{"capability": "lineage", "status": "partial", "note": FORMULA}]
    cora = Actor("cora", frozenset({Role.CONTRIBUTOR}), frozenset({"planning"}))
    answer_for_team(draft, team="planning", answers=answers, actor=cora)
    return {"draft": draft.pk, "before": published.pk, "after": later.pk, "incident": incident.pk, "plan": plan.pk}


def rows_of(answer) -> list[list[str]]:
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(answer.content.decode(), newline="")))


def test_every_table_of_each_page_is_a_file(browser_of, numbers):
    """All in one test: the numbers cost many times what a page does."""
    visitor = browser_of("lead")
    for page, tables in PAGES.items():
        address = page.format(**numbers)
        links = dict(match[::-1] for match in LINK.findall(visitor.get(address).content.decode()))
        assert set(links) >= tables, page
        path = address.partition("?")[0]
        for name, query in links.items():
            header, *rows = rows_of(visitor.get(f"{path}?{query.replace('&amp;', '&')}"))
            assert len(header) == len(set(header)) or name == "lines", (page, name)
            assert rows, (page, name)
            assert {len(row) for row in rows} == {len(header)}, (page, name)
            assert not [cell for row in rows for cell in row if cell.startswith("=")], (page, name)


def test_every_template_with_a_table_has_a_link_or_a_reason():
    from tests.platform_site.templatetags.test_ui import ROOT

    reasons = {
        "adoption/import.html": "what a file may hold",
        "health/assessment.html": "its report is a CSV file too",
        "adoption/import_preview.html": "the file itself",
        "tickets/bad_rows.html": "of the file that was sent",
        "tickets/import_preview.html": "the file itself",
        "tickets/import_new.html": "what a file may hold",
        "tickets/figures.html": "included by a page with its links",
        "tickets/halving/simulation.html": "what sliders of the reader say; stored, it is a plan with its file",
        "adoption/page.html": "its tables are included",
        "health/compare.html": "",
    }
    without = set()
    for template in (ROOT / "templates" / "assessments").rglob("*.html"):
        text = template.read_text()
        if "<table" in text and "csv_link" not in text:
            without.add(str(template.relative_to(ROOT / "templates" / "assessments")))
    assert without <= set(reasons), without - set(reasons)


def test_what_people_wrote_is_in_the_file_and_no_formula(browser_of, numbers):
    visitor = browser_of("viewer")
    for address, column in (
        ("/initiatives/?csv=initiatives", "Initiative"),
        ("/organizations/exampleco/strategy/?csv=sourcing", "Why"),
        ("/organizations/exampleco/capabilities/?csv=capabilities", "Description"),
    ):
        header, *rows = rows_of(visitor.get(address))
        assert f"'{FORMULA}" in [row[header.index(column)] for row in rows], address


def test_the_filter_of_the_page_is_the_filter_of_the_file(browser_of, numbers):
    visitor = browser_of("viewer")
    assert len(rows_of(visitor.get("/initiatives/?state=done&csv=initiatives"))) == 1
    assert len(rows_of(visitor.get("/initiatives/?state=proposed&csv=initiatives"))) == 2
    assert len(rows_of(visitor.get("/postmortems/?capability=lineage&csv=postmortems"))) == 1


def test_the_history_has_a_row_for_each_change(browser_of, numbers):
    header, *rows = rows_of(browser_of("viewer").get("/organizations/exampleco/?csv=changes"))
    moved = [row for row in rows if row[header.index("Capability")] == "feature_parity"]
    assert [row[header.index("Direction")] for row in moved] == ["forward"]
    assert {row[0] for row in rows} == {str(date(2026, 11, 2)), str(timezone.now().date())}


def test_a_table_that_is_not_there_is_named_with_those_that_are(browser_of, numbers):
    answer = browser_of("viewer").get("/initiatives/?csv=nothing")
    assert answer.status_code == 404
    assert "Choose from initiatives." in answer.content.decode()
