"""The guide reads well, leads somewhere, and every figure has its words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template import Context, Template

from assessments.organizations.actions import add_organization
from platform_site.access import SYSTEM
from platform_site.roof.guide.pages import PAGES, READING
from platform_site.text.explanations import ENTRIES, SECTIONS

TEMPLATES = Path(__file__).resolve().parents[4] / "templates"
SHOWN = re.compile(r"""explain(?: |=)"([a-z_]+)\"""")
FIGURES = {
    "assessments/health/score.html": {"score", "levels", "critical_gaps"},
    "assessments/tickets/triage.html": {
        "pareto", "weekly_tickets", "resolution", "backlog", "team_types", "ticket_load", "off_platform_share", "untagged",
    },
    "assessments/adoption/page.html": {"monthly_active_teams", "new_project_share", "velocity"},
    "assessments/adoption/tiles.html": {"coverage", "escape_hatch_gaps", "first_run"},
    "assessments/tickets/halving/simulator.html": {"simulator"},
    "registry/checks/statistics.html": {"psi", "ks", "wasserstein"},
    "registry/checks/runs/definition_parity.html": {"parity_share"},
    "registry/checks/runs/by_column.html": {"drift_limit"},
    "registry/regulation/decisions.html": {"gate"},
    "registry/versions/overrides/narrow_list.html": {"override"},
}  # fmt: skip


def explained(path: Path) -> set[str]:
    return set(SHOWN.findall(path.read_text()))


def words(html: str) -> int:
    return len(re.sub(r"<[^>]+>", " ", html).split())


def test_every_entry_stands_at_a_figure_and_every_figure_names_an_entry():
    shown = {key for path in TEMPLATES.rglob("*.html") for key in explained(path)}
    assert shown == set(ENTRIES)


@pytest.mark.parametrize("template", FIGURES)
def test_a_page_explains_the_figures_it_shows(template):
    assert explained(TEMPLATES / template) == FIGURES[template]


def test_each_entry_says_three_things_and_leads_to_a_page():
    assert len(ENTRIES) == sum(len(entries) for _, entries in SECTIONS)
    for entry in ENTRIES.values():
        assert entry.page in PAGES, entry.key
        assert all(text[0].isupper() and text.endswith(".") and len(text) < 240 for text in entry[2:5]), entry.key


def test_an_explanation_is_closed_until_somebody_asks_and_needs_no_script():
    html = Template('{% load ui %}{% explain "score" %}').render(Context())
    assert re.match(r'\s*<details class="explain">', html)
    assert ENTRIES["score"].says_not in html
    assert "/guide/glossary/#score" in html


@pytest.mark.django_db
def test_the_glossary_lists_every_figure(browser_of):
    page = browser_of("viewer").get("/guide/glossary/").content.decode()
    assert [key for key in ENTRIES if f'id="{key}"' not in page] == []


@pytest.mark.django_db
def test_each_page_is_a_short_read_with_sources_whose_links_lead_somewhere(browser_of):
    add_organization(slug="exampleco", name="ExampleCo", actor=SYSTEM)
    visitor, links = browser_of("viewer"), set()
    for page in READING:
        html = visitor.get(f"/guide/{page.slug}/").content.decode()
        article, beside = html[html.index("<article") : html.index("</main>")].split("</article>")
        result = set(re.findall(r'href="(/(?!static)[^"#]*)', beside))
        assert (250 <= words(article) <= 500, len(result) >= 4, "<cite>" in beside) == (True, True, True), page.slug
        links |= result
    assert {path: visitor.get(path).status_code for path in links} == dict.fromkeys(links, 200)


@pytest.mark.django_db
def test_the_guide_leads_to_every_page_before_anything_else_is_there(browser_of):
    visitor = browser_of("viewer")
    html = visitor.get("/guide/").content.decode()
    for page in READING:
        assert f"/guide/{page.slug}/" in html
        assert visitor.get(f"/guide/{page.slug}/").status_code == 200
    assert visitor.get("/guide/nothing/").status_code == 404


def test_the_figures_of_reference_are_shown_with_where_they_come_from():
    by_name = {page.slug: (TEMPLATES / "guide" / f"{page.slug}.html").read_text() for page in READING}
    for slug, figures in (
        ("when-a-platform", ("Uber", "2024", "5,000 models", "400 active projects")),
        ("phase-1", ("Zomato", "2021", "one or two months", "24 hours")),
        ("why-platforms-fail", ("Netflix", "2019", "60%")),
    ):
        assert [figure for figure in figures if figure not in by_name[slug]] == []
