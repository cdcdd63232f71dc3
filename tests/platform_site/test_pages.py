"""Lists in pages, and posts that call an action and go on with a message."""

from __future__ import annotations

import pytest
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.paginator import Paginator
from django.db.models import CharField, Value
from django.db.models.functions import Concat
from django.template.loader import render_to_string

from platform_site.charts import Chart, plot
from platform_site.errors import Fault, Invalid, Refused, Unknown
from platform_site.forms import ActionForm
from platform_site.pages import (
    PER_PAGE,
    RowPaginator,
    Table,
    act_and_redirect,
    decide_and_redirect,
    page_of,
    page_or_csv,
    search_in,
    show_errors,
)
from platform_site.people.models import Team


@pytest.fixture
def request_of(rf):
    def get(path="/"):
        request = rf.get(path)
        request.session = {}
        request._messages = FallbackStorage(request)
        return request

    return get


def shown(request):
    return [(message.level_tag, message.message) for message in get_messages(request)]


def refuse(refusal):
    def action():
        raise refusal

    return action


@pytest.mark.parametrize(
    ("requested", "number"),
    [("/", 1), ("/?page=2", 2), ("/?page=3", 3), ("/?page=99", 3), ("/?page=0", 3), ("/?page=x", 1), ("/?page=", 1)],
)
def test_the_page_that_was_asked_for_or_the_nearest(request_of, requested, number):
    assert page_of(request_of(requested), range(5), per_page=2).number == number


def test_a_page_has_fifty_rows_unless_a_list_says_otherwise(request_of):
    assert len(page_of(request_of(), range(PER_PAGE + 1))) == PER_PAGE == 50
    assert list(page_of(request_of("/?page=2"), range(3), per_page=2)) == [2]


def test_a_list_may_bring_its_own_paginator(request_of):
    class Own(Paginator):
        pass

    assert isinstance(page_of(request_of(), [], paginator=Own).paginator, Own)


def test_done_is_said_and_the_page_goes_on(request_of):
    request = request_of()
    answer = act_and_redirect(request, lambda: None, done="It is done.", to="/there/")
    assert (answer.status_code, answer.url, shown(request)) == (302, "/there/", [("success", "It is done.")])


def test_both_may_depend_on_the_result(request_of):
    request = request_of()
    answer = act_and_redirect(
        request, lambda: 7, done=lambda n: f"Run {n}.", to=lambda n: f"/runs/{n}/", on_refusal="/"
    )
    assert (answer.url, shown(request)) == ("/runs/7/", [("success", "Run 7.")])


def test_nothing_to_say_is_no_message(request_of):
    request = request_of()
    assert act_and_redirect(request, lambda: None, to="/there/").url == "/there/"
    assert shown(request) == []


@pytest.mark.parametrize(
    ("refusal", "sentences"),
    [
        (Refused("stale", "Read it again."), ["Read it again."]),
        (Invalid([Fault("a", "x", "First."), Fault("b", "x", "Second.")]), ["First.", "Second."]),
    ],
)
@pytest.mark.parametrize(("on_refusal", "url"), [(None, "/there/"), ("/back/", "/back/")])
def test_a_refusal_is_shown_with_every_fault(request_of, refusal, sentences, on_refusal, url):
    request = request_of()
    answer = act_and_redirect(request, refuse(refusal), done="Never.", to="/there/", on_refusal=on_refusal)
    assert (answer.status_code, answer.url) == (302, url)
    assert shown(request) == [("error", sentence) for sentence in sentences]


def test_what_is_no_refusal_is_not_hidden(request_of):
    with pytest.raises(ZeroDivisionError):
        act_and_redirect(request_of(), lambda: 1 / 0, to="/")


def test_the_errors_of_a_form_as_messages(request_of):
    request, form = request_of(), ActionForm({})
    form.add_error(None, "First.")
    form.add_error(None, "Second.")
    show_errors(request, form)
    assert shown(request) == [("error", "First. Second.")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "search", "slugs"),
    [
        ("/", "", ["ads", "search"]),
        ("/?search=", "", ["ads", "search"]),
        ("/?search=+DS+", "DS", ["ads"]),
        ("/?search=ranking", "ranking", ["search"]),
        ("/?search=x", "x", []),
        (f"/?search={'a' * 200}", "a" * 128, []),
    ],
)
def test_a_search_finds_rows_by_any_of_the_fields(rf, address, search, slugs):
    for slug, name in (("ads", "Advertising"), ("search", "Ranking")):
        Team.objects.create(slug=slug, name=name)
    rows = Team.objects.filter(slug__in=["ads", "search"]).order_by("slug")
    text, matches = search_in(rf.get(address), rows, "slug", "name")
    assert (text, [team.slug for team in matches]) == (search, slugs)


@pytest.mark.django_db
def test_a_decision_calls_its_action_with_the_reason(rf, django_user_model):
    calls = []

    def approve(subject, **arguments):
        calls.append((subject, arguments["reason"], arguments["actor"].name))

    request = rf.post("/", {"reason": "x" * 5_000})
    request.session, request.user = {}, django_user_model.objects.create_user("ann")
    request._messages = FallbackStorage(request)
    answer = decide_and_redirect(request, {"approve": (approve, "Approved.")}, "approve", "request 7", to="/next/")
    assert (answer.url, shown(request)) == ("/next/", [("success", "Approved.")])
    assert calls == [("request 7", "x" * 4_000, "ann")]


def test_a_decision_that_does_not_exist_is_unknown(rf):
    with pytest.raises(Unknown, match=r"postpone is not a decision\. Choose from approve, reject\."):
        decide_and_redirect(rf.post("/"), {"approve": (print, ""), "reject": (print, "")}, "postpone", None, to="/")


CHART = Chart(
    "weekly", "Tickets per week", plot(), "Two weeks.", ["Week", "Tickets"], [("=2026-01-05", 3), ("2", None)]
)


def answer_of(rf, address):
    request = rf.get(address)
    teams = Table("teams", ["Team", "Tickets"], (("search", 4 / count) for count in ([1] if "csv" in address else [0])))
    return page_or_csv(request, "ui/charts/chart_card.html", {"chart": CHART}, [CHART, teams])


def test_a_table_of_a_page_comes_as_a_file(rf):
    answer = answer_of(rf, "/?weeks=4&csv=weekly")
    assert answer["Content-Disposition"] == 'attachment; filename="weekly.csv"'
    assert answer.content.decode().splitlines() == ["Week,Tickets", "'=2026-01-05,3", "2,"]
    assert answer_of(rf, "/?csv=teams").content.decode().splitlines() == ["Team,Tickets", "search,4.0"]


def test_the_page_links_to_the_file_and_keeps_what_the_address_narrows(rf):
    page = answer_of(rf, "/?weeks=4&page=3&team=a%26b").content.decode()
    assert 'href="?weeks=4&amp;team=a%26b&amp;csv=weekly"' in page


def test_a_chart_on_a_page_that_offers_no_file_has_no_link(rf):
    page = render_to_string("ui/charts/chart_card.html", {"chart": CHART}, rf.get("/"))
    assert "Tickets per week" in page
    assert "csv" not in page


def test_a_table_that_is_not_on_the_page_is_named_with_those_that_are(rf):
    with pytest.raises(Unknown, match=r"no table 'nope'. Choose from teams, weekly"):
        answer_of(rf, "/?csv=nope")


# -- later pages

NAMES = [f"team-{number}" for number in range(7)]


@pytest.fixture
def teams(db):
    Team.objects.bulk_create(Team(slug=name, name=name.title()) for name in reversed(NAMES))
    labelled = Concat("slug", Value("!"), output_field=CharField())
    return Team.objects.filter(slug__in=NAMES).annotate(label=labelled).order_by("-slug")


@pytest.mark.parametrize(
    ("number", "expected"), [(1, ["team-6", "team-5", "team-4"]), (2, ["team-3", "team-2", "team-1"]), (3, ["team-0"])]
)
def test_every_page_has_its_rows_in_order_and_with_their_figures(teams, number, expected):
    page = RowPaginator(teams, 3).page(number)
    assert [row.slug for row in page] == expected
    assert [row.label for row in page] == [f"{name}!" for name in expected]


def test_a_later_page_is_one_query_that_chooses_its_keys_without_the_figures(teams, django_assert_num_queries):
    paginator = RowPaginator(teams, 3)
    assert paginator.count == 7
    with django_assert_num_queries(1) as queries:
        list(paginator.page(2))
    chosen = queries[0]["sql"].partition(" IN (SELECT ")[2]
    assert "LIMIT 3 OFFSET 3" in chosen
    assert "!" not in chosen.partition("ORDER BY")[0].partition("WHERE")[0]


@pytest.mark.parametrize(
    "rows",
    [
        lambda teams: list(teams),
        lambda teams: teams.values("slug"),
        lambda teams: teams.values_list("slug", flat=True),
        lambda teams: teams.distinct(),
        lambda teams: Team.objects.order_by().union(Team.objects.order_by().all()).order_by("-slug"),
        lambda teams: teams[:5],
    ],
    ids=["a list", "dictionaries", "values", "distinct rows", "a union", "a slice"],
)
def test_what_has_no_keys_to_choose_by_is_sliced_as_it_is(teams, rows):
    rows = rows(teams)
    assert list(RowPaginator(rows, 3).page(2)) == list(rows)[3:6]
