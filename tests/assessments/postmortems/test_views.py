"""Incidents in the browser: the list, the page with its timeline, the form, the links from the registry."""

from __future__ import annotations

import pytest

from assessments.models import Postmortem
from assessments.postmortems import charts as charts
from assessments.postmortems.actions import change_postmortem, publish_postmortem
from assessments.postmortems.rules import Link, Prevention
from tests.assessments.conftest import INCIDENT, LESSONS

pytestmark = pytest.mark.django_db
WRITE = "/postmortems/write/"


@pytest.fixture
def filled(organization, orders_feature):
    times = {name: INCIDENT[name].strftime("%Y-%m-%dT%H:%M") for name in INCIDENT if name.endswith("_at")}
    lessons = {f"lesson_{number}": lesson for number, lesson in enumerate(LESSONS, start=1)}
    capability = organization.assessments.model._meta.apps.get_model("assessments", "Capability").objects.get(
        name="feature_parity"
    )
    chosen = {
        "organization": organization.pk,
        "capability": capability.pk,
        "moment": "deployment",
        "links": "feature orders_3d\nmodel demand",
    }
    return INCIDENT | times | lessons | chosen


def test_the_timeline_is_drawn_with_its_sentence_and_its_numbers(browser_of, incident):
    page = browser_of("viewer").get(f"/postmortems/{incident.pk}/")
    was, would = page.context["figure"]["data"]
    assert (was["name"], list(was["x"])) == ("As it was", ["2026-09-14T02:10:00", "2026-10-05T09:00:00"])
    assert (would["name"], list(would["x"])) == ("With feature parity", ["2026-09-14T02:10:00", "2026-09-14T02:30:00"])
    assert [row[2] for row in charts.timeline(incident).rows] == ["–", "20 minutes", "21 days"]
    html = page.content.decode()
    for words in ("21 days too late", "Two teams that each work correctly alone", *LESSONS, "No links to the registry"):
        assert words in html


def test_one_is_written_and_changed_on_the_page(browser_of, filled):
    contributor = browser_of("contributor")
    assert "feature orders_3d" in contributor.get(f"{WRITE}?feature=orders_3d").content.decode()
    answer = contributor.post(WRITE, filled)
    postmortem = Postmortem.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/postmortems/{postmortem.pk}/")
    assert {name: getattr(postmortem, name) for name in INCIDENT if name.endswith("_at")} == {
        name: INCIDENT[name] for name in INCIDENT if name.endswith("_at")
    }
    assert [str(link) for link in postmortem.links.all()] == ["feature orders_3d", "model demand"]
    edit = f"/postmortems/{postmortem.pk}/edit/"
    assert "model demand" in contributor.get(edit).content.decode()
    contributor.post(edit, filled | {"links": "", "lesson_1": "Ask stranger."})
    postmortem.refresh_from_db()
    assert (postmortem.lesson_1, postmortem.links.count()) == ("Ask stranger.", 0)
    assert "Lesson 1 names stranger" in contributor.get(f"/postmortems/{postmortem.pk}/").content.decode()


@pytest.mark.parametrize(
    ("changed", "field", "expected"),
    [
        ({"links": "feature nowhere"}, "links", "There is no feature nowhere."),
        ({"links": "alert 3"}, "links", "is not a kind of link"),
        ({"lesson_3": " "}, "lesson_3", "Third lesson: fill this in."),
        ({"lesson_3": LESSONS[0]}, "__all__", "Lessons 1 and 3 are the same."),
        ({"seen_at": "2026-09-01T00:00"}, "__all__", "no later than it was"),
        ({"classification": ""}, "classification", "Kind of cause: fill this in."),
    ],
    ids=str,
)
def test_a_fault_stands_at_its_field(browser_of, filled, changed, field, expected):
    page = browser_of("lead").post(WRITE, filled | changed)
    assert page.status_code == 422
    assert expected in " ".join(page.context["form"].errors[field])
    assert not Postmortem.objects.exists()


def test_a_published_one_is_corrected_by_another(browser_of, incident, filled):
    lead = browser_of("lead")
    assert browser_of("contributor").post(f"/postmortems/{incident.pk}/publish/").status_code == 403
    assert lead.post(f"/postmortems/{incident.pk}/publish/").status_code == 302
    assert lead.get(f"/postmortems/{incident.pk}/edit/").status_code == 302
    assert lead.post(f"/postmortems/{incident.pk}/edit/", filled).status_code == 422
    form = lead.get(f"{WRITE}?corrects={incident.pk}")
    assert form.context["form"].initial["title"] == incident.title
    lead.post(f"{WRITE}?corrects={incident.pk}", filled)
    correction = Postmortem.objects.get(corrects=incident)
    lead.post(f"/postmortems/{correction.pk}/publish/")
    assert "Corrected on" in lead.get(f"/postmortems/{incident.pk}/").content.decode()


def test_the_registry_learns_of_it_by_a_fragment(browser_of, incident, orders_feature, lea):
    viewer, lead = browser_of("viewer"), browser_of("lead")
    page = viewer.get("/registry/features/orders_3d/").content.decode()
    assert 'hx-get="/postmortems/linked/?kind=feature&amp;name=orders_3d"' in page
    assert "/postmortems/?feature=orders_3d" in page
    empty = lead.get("/postmortems/linked/?kind=feature&name=orders_3d").content.decode()
    assert "No postmortems link here" in empty
    assert "/postmortems/write/?feature=orders_3d" in empty
    change_postmortem(incident, links=[Link("feature", "orders_3d", orders_feature.name)], actor=lea)
    html = viewer.get("/postmortems/linked/?kind=feature&name=orders_3d").content.decode()
    assert incident.title in html
    assert "<html" not in html
    assert "No postmortems link here" in viewer.get("/postmortems/linked/?kind=magic&name=orders_3d").content.decode()


def test_the_list_tells_what_it_was_asked_for(browser_of, incident, orders_feature, lea):
    viewer = browser_of("viewer")
    assert incident.sentence in viewer.get("/postmortems/").content.decode()
    for query, count in (
        ("feature=orders_3d", 0), ("capability=feature_parity", 1), ("capability=lineage", 0),
        ("organization=exampleco&classification=platform_design", 1), ("run=x", 0),
    ):  # fmt: skip
        page = viewer.get(f"/postmortems/?{query}")
        assert len(page.context["page_obj"].object_list) == count, query
        assert "Show all." in page.content.decode()


def test_a_report_says_what_each_capability_would_have_prevented(browser_of, incident, published, lea):
    path, words = f"/assessments/{published.pk}/", "would have prevented 1 incident"
    assert words not in browser_of("viewer").get(path).content.decode()
    publish_postmortem(incident, actor=lea)
    page = browser_of("viewer").get(path).content.decode()
    assert page.count(words) == 2  # in what to take up first, and beside the capability
    assert "?organization=exampleco&amp;capability=feature_parity" in page


def test_others_do_not_write(browser_of, incident):
    for path in (WRITE, f"/postmortems/{incident.pk}/edit/"):
        assert browser_of("viewer").get(path).status_code == 403
    assert "Write a postmortem" not in browser_of("viewer").get("/postmortems/").content.decode()


def test_the_admin_writes_by_the_same_action(browser_of, filled):
    lead, admin = browser_of("lead"), "/admin/assessments/postmortem"
    assert lead.post(f"{admin}/add/", filled).status_code == 302
    postmortem = Postmortem.objects.get()
    assert (postmortem.written_by, postmortem.links.count()) == ("lead", 2)
    lead.post(f"/postmortems/{postmortem.pk}/publish/")
    assert lead.post(f"{admin}/{postmortem.pk}/change/", filled).status_code == 403
    assert "orders_3d" in lead.get(f"{admin}/{postmortem.pk}/change/").content.decode()


def test_one_comes_as_markdown_with_what_people_wrote_escaped(browser_of, incident, lea):
    change_postmortem(
        incident,
        title="Zeros *again*",
        preventions=[
            Prevention("feature_parity", "The gate compares.", "deployment"),
            Prevention("lineage", "It is named.", "registration"),
        ],
        actor=lea,
    )
    answer = browser_of("viewer").get(f"/postmortems/{incident.pk}/postmortem.md")
    text = answer.content.decode()
    assert answer["Content-Disposition"].endswith(f'filename="postmortem-{incident.pk}.md"')
    assert text.startswith("# Zeros \\*again\\*\n")
    assert "- lineage, seen at registration: It is named." in text
    assert "3. " in text
