"""Refusals: their status and faults, and how a page shows them."""

from __future__ import annotations

import pytest

from platform_site.errors import (
    Fault,
    Invalid,
    NotAllowed,
    NotReady,
    Refusal,
    RefusalMiddleware,
    Refused,
    Unknown,
    check_record,
)
from platform_site.people.models import Team

FAULTS = [Fault("slug", "invalid", "First."), Fault("", "missing", "Second.")]


@pytest.mark.parametrize(
    ("refusal", "code", "status"),
    [
        (Refused("stale", "x"), "stale", 409),
        (Invalid(FAULTS), "invalid", 422),
        (NotAllowed("x"), "not_allowed", 403),
        (Unknown("x"), "not_found", 404),
        (NotReady("broker_unavailable", "x"), "broker_unavailable", 503),
    ],
)
def test_each_kind_has_its_status_and_code(refusal, code, status):
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.status) == (code, status)


def test_the_message_of_invalid_is_its_faults_unless_there_is_another():
    assert Invalid(iter(FAULTS)).message == "First. Second."
    refusal = Invalid(FAULTS, message="Two things are wrong.")
    assert (str(refusal), refusal.faults) == ("Two things are wrong.", tuple(FAULTS))


def test_detail_is_the_refusals_own_copy():
    detail = {"reasons": ["x"]}
    refusal = Refused("blocked", "x", detail=detail)
    detail["more"] = []
    assert refusal.detail == {"reasons": ["x"]}


def test_a_record_is_refused_by_every_field_and_constraint(db):
    check_record(Team(slug="risk", name="Risk"))
    with pytest.raises(Invalid) as refused:
        check_record(Team(slug="No Slug", name=""))
    assert {fault.field for fault in refused.value.faults} == {"slug", "name"}
    assert all(fault.message for fault in refused.value.faults)


@pytest.fixture
def shown(rf, people):
    """`shown(error, htmx=True)`: what the middleware answers to an error of a view."""

    def show(error, *, htmx=False):
        request = rf.get("/")
        request.user, request.htmx = people["viewer"], htmx
        return RefusalMiddleware(lambda _: None).process_exception(request, error)

    return show


def test_a_refusal_is_a_page_with_every_fault_and_for_htmx_a_fragment(shown):
    page, fragment = shown(Invalid(FAULTS)), shown(Invalid(FAULTS), htmx=True)
    for answer, whole in ((page, True), (fragment, False)):
        text = answer.content.decode()
        assert answer.status_code == 422
        assert "<code>slug</code> First." in text
        assert "<li>Second.</li>" in text
        assert ("<html" in text) == whole


def test_other_errors_are_not_turned_into_refusals(shown):
    assert shown(ZeroDivisionError()) is None


@pytest.mark.parametrize(
    ("error", "title", "help_", "way"),
    [
        (NotAllowed("Only leads do."), "You may not do this", "An administrator changes roles", "/account/"),
        (Unknown("There is no model eta."), "Not found", "The search finds", "/search/"),
        (Refused("stale", "It is stale."), "Refused by a rule", "The team that owns", "/registry/inbox/"),
        (Invalid(FAULTS), "Some values are not valid", "correct what is named here", "/guide/"),
        (NotReady("broker_unavailable", "No broker."), "Not available now", "Try again in a minute", "/workers/"),
    ],
)
def test_each_status_has_a_title_of_its_own_who_can_help_and_two_ways_on(shown, error, title, help_, way):
    text = shown(error).content.decode()
    main = text.partition("<main")[2]
    assert f"<h1>{title}</h1>" in main
    assert help_ in main
    assert f'href="{way}"' in main
    assert 'href="/"' in main, "the entry of the navigation that the address lies under"
    assert "Nothing was changed" not in main, "a page that was read changes nothing anyway"


def test_a_refusal_says_each_thing_once_and_its_code_as_code(shown):
    text = shown(Invalid([Fault("base", "required", "Give the number as `base`.")])).content.decode()
    assert text.count("Give the number as <code>base</code>.") == 1


@pytest.mark.parametrize(
    ("before", "is_way"),
    [("http://testserver/audit/", True), ("https://elsewhere.example/", False), ("javascript:alert(1)", False)],
)
def test_the_way_back_leads_to_this_site_alone(rf, people, before, is_way):
    request = rf.post("/registry/models/", headers={"referer": before})
    request.user, request.htmx = people["viewer"], False
    text = RefusalMiddleware(lambda _: None).process_exception(request, Unknown("x")).content.decode()
    assert (f'href="{before}"' in text) == is_way
    assert before in text or not is_way
    assert "Nothing was changed" in text
