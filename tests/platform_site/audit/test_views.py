"""The audit page: what each filter leaves, and pages that stay quick however long the log is."""

from __future__ import annotations

import json
import re

import pytest
from django.db import transaction

from platform_site.access import Actor
from platform_site.audit.record import record


@pytest.mark.parametrize(
    ("requested", "left"),
    [
        ("actor=ann", [3, 2, 0]),
        ("action=gate.decided", [4, 2]),
        ("subject=model:two", [3, 2, 1]),
        ("actor=ann&subject=model:two", [3, 2]),
        ("actor=ann&action=pin.set&subject=model:two", [3]),
        ("actor=nobody", []),
        ("since=2030-01-05", [4, 3, 2, 1]),  # the last microsecond of the day before is out, midnight is in
        ("since=2030-01-05&until=2030-01-06", [2, 1]),
        ("since=2030-01-01&until=2030-01-05", [0]),
        ("since=2030-01-05&actor=bob", [4, 1]),
        ("since=2030-01-08", []),
    ],
)
def test_each_filter_narrows_the_page(requested, left, written, browser_of):
    page = browser_of("viewer").get(f"/audit/?{requested}").context["page_obj"]
    assert [event.sequence for event in page] == [written[place] for place in left]


@pytest.mark.parametrize("more", ["", "&file=jsonl", "&csv=events"])
@pytest.mark.parametrize("filter_", ["since=yesterday", "until=2030-02-31", "day=2030-02-31"])
def test_what_is_not_a_filter_is_reported_and_shows_no_event(written, browser_of, filter_, more):
    answer = browser_of("viewer").get(f"/audit/?{filter_}{more}")
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {filter_.partition("=")[0]}
    assert answer.context["page_obj"].paginator.count == 0
    assert "No event is shown until the filter is right." in answer.content.decode()


@pytest.fixture
def written_by(db):
    """What is recorded here is the newest of the log."""

    def write(action: str, subject: str, payload=None, actor: str = "ann"):
        with transaction.atomic():
            return record(action, subject=subject, actor=Actor(actor, frozenset()), payload=payload)

    return write


def text(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_an_event_is_a_sentence_with_a_link_and_what_changed(written_by, browser_of):
    written_by("feature.current_changed", "feature:orders_3d", {"from": "a1", "to": "b2", "reason": "Nulls."})
    written_by("model_version.promoted", "model_version:demand/v1", {"stage": "production"})
    page = browser_of("viewer").get("/audit/?actor=ann").content.decode()
    assert "ann changed the current version of feature orders_3d from a1 to b2: Nulls." in text(page)
    assert "ann promoted model version demand/v1 production" in text(page)
    assert 'href="/registry/features/orders_3d/" aria-label="Open feature orders_3d"' in page
    assert 'href="/registry/models/demand/v1/"' in page
    assert '<td class="breaks">a1</td>' in page


def test_what_has_no_page_and_what_is_not_json_is_shown_without_a_link(written_by, browser_of):
    written_by("triggers.evaluated", "nothing")
    written_by("model_version.registered", "model_version:<b>")
    written_by("alert.opened", "alert:first")
    page = browser_of("viewer").get("/audit/?actor=ann").content.decode()
    assert "log-link" not in page
    assert "&lt;b&gt;" in page


def test_a_name_leads_to_everything_about_it(written_by, browser_of):
    written_by("model.added", "model:demand")
    written_by("model_version.registered", "model_version:demand/v1")
    written_by("model.added", "model:demand_2")
    page = browser_of("viewer").get("/audit/?subject=demand").context["page_obj"]
    assert [event.subject for event in page] == ["model_version:demand/v1", "model:demand"]


def test_facets_count_narrow_and_are_cleared(written_by, browser_of):
    for name in ("one", "two"):
        written_by("model.added", f"model:{name}")
    written_by("feature.added", "feature:x", actor="bob")
    visitor = browser_of("viewer")
    facets = {facet.parameter: facet.values for facet in visitor.get("/audit/?actor=ann").context["facets"]}
    assert [(entry.value, entry.occurs) for entry in facets["kind"]] == [("model", 2)]
    assert (facets["actor"][0].chosen, facets["actor"][0].query) == (True, "")
    assert facets["kind"][0].query == "actor=ann&kind=model"
    kinds = visitor.get("/audit/?kind=feature&actor=bob").context["page_obj"]
    assert [event.subject for event in kinds] == ["feature:x"]
    today = kinds[0].at[:10]
    assert [event.subject for event in visitor.get(f"/audit/?day={today}&actor=bob").context["page_obj"]] == [
        "feature:x"
    ]
    assert list(visitor.get("/audit/?day=2000-01-01").context["page_obj"]) == []


def test_the_files_hold_what_the_filter_leaves(written_by, browser_of):
    written_by("model.added", "model:one", {"type": "a"})
    written_by("feature.added", "feature:x", actor="bob")
    visitor = browser_of("viewer")
    table = visitor.get("/audit/?actor=bob&csv=events").content.decode().splitlines()
    assert table[0] == "sequence,at,actor,action,subject,payload,previous_hash,hash"
    assert ["feature:x" in line for line in table[1:]] == [True]
    answer = visitor.get("/audit/?kind=model&file=jsonl")
    rows = [json.loads(line) for line in b"".join(answer.streaming_content).decode().splitlines()]
    assert [(row["subject"], json.loads(row["payload"])) for row in rows] == [("model:one", {"type": "a"})]
    assert answer["Content-Disposition"] == 'attachment; filename="audit-events.jsonl"'


def test_nothing_matches_has_the_way_back(written, browser_of):
    page = browser_of("viewer").get("/audit/?actor=nobody").content.decode()
    assert "Nothing matches" in page
    assert 'class="btn btn-primary" href="/audit/"' in page
