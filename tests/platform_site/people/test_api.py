"""Tokens and service accounts over the API."""

from __future__ import annotations

import pytest
from django.utils import timezone

from assessments.models import Organization
from platform_site.access import SYSTEM
from platform_site.audit.models import AuditEvent
from platform_site.models import KeyedAnswer
from platform_site.people import actions
from platform_site.people.models import ApiToken
from tests.platform_site.people.actions.test_service_accounts import ADMIN, GIVEN
from tests.platform_site.people.actions.test_tokens import EVERYTHING, URL, WANTED, with_token

pytestmark = pytest.mark.django_db
ACCOUNTS = "/api/v1/service-accounts/"


def test_a_token_is_made_shown_once_used_listed_and_revoked(api):
    caller = api("viewer", EVERYTHING)
    made = caller.post(URL, WANTED | {"expires_in_days": 7}, format="json")
    assert made.status_code == 201
    text, pk = made.json()["token"], made.json()["id"]
    assert with_token(text).get("/api/v1/features/").status_code == 200
    listed = next(row for row in caller.get(URL).json()["results"] if row["id"] == pk)
    assert (listed["state"], listed["prefix"], listed["last_used_at"] is None) == ("active", text[:12], False)
    assert text not in caller.get(URL).content.decode() + caller.get(f"{URL}{pk}/").content.decode()
    assert caller.delete(f"{URL}{pk}/").status_code == 204
    assert with_token(text).get("/api/v1/features/").status_code == 401
    assert caller.get(f"{URL}{pk}/").json()["state"] == "revoked"


def test_the_same_key_again_makes_no_second_token_and_shows_the_first_one_no_more(api):
    caller = api("viewer", EVERYTHING)
    first, again = (caller.post(URL, WANTED, format="json", headers={"Idempotency-Key": "k"}).json() for _ in range(2))
    assert (again["id"], again["token"]) == (first["id"], "")
    assert first["token"] not in "".join(KeyedAnswer.objects.values_list("body", flat=True))


@pytest.mark.parametrize(
    ("by", "scopes", "value", "status"),
    [
        ("viewer", EVERYTHING, {}, 201),
        ("viewer", ("read", "write"), {}, 403),  # a token that may write makes no other
        ("viewer", ("read", "admin"), {"scopes": ["write"]}, 422),  # none that reaches further
        ("viewer", EVERYTHING, {"user": "lead"}, 403),
        ("lead", EVERYTHING, {"user": "ci-bot"}, 403),
        ("admin", EVERYTHING, {"user": "ci-bot"}, 201),
        ("admin", EVERYTHING, {"user": "nobody"}, 404),
        ("viewer", EVERYTHING, {"scopes": []}, 400),
        ("viewer", EVERYTHING, {"scopes": ["fly"]}, 400),
        ("viewer", EVERYTHING, {"expires_in_days": 0}, 400),
        ("viewer", EVERYTHING, {"name": " "}, 400),
    ],
)
def test_who_makes_which_token(api, bot, by, scopes, value, status):
    caller = api(by, scopes)
    before = ApiToken.objects.count()
    assert caller.post(URL, WANTED | value, format="json").status_code == status
    assert ApiToken.objects.count() == before + (status == 201)


def test_one_sees_and_ends_ones_own_and_an_administrator_everybodys(api, people):
    theirs = actions.issue_token(people["lead"], actor=SYSTEM).token
    result, admin = api("viewer", EVERYTHING), api("admin", EVERYTHING)
    assert {row["user"] for row in result.get(URL).json()["results"]} == {"viewer"}
    assert [result.get(f"{URL}{theirs.pk}/").status_code, result.delete(f"{URL}{theirs.pk}/").status_code] == [404, 404]
    assert {row["user"] for row in admin.get(URL).json()["results"]} == {"viewer", "lead", "admin"}
    assert [row["id"] for row in admin.get(f"{URL}?user=lead").json()["results"]] == [theirs.pk]
    assert admin.delete(f"{URL}{theirs.pk}/").status_code == 204


def test_it_is_added_changed_and_kept_out_over_the_api_with_its_events(api):
    admin = api("admin", ADMIN)
    made = admin.post(ACCOUNTS, GIVEN, format="json")
    assert (made.status_code, made.json() | GIVEN) == (201, made.json())
    changed = admin.patch(
        f"{ACCOUNTS}ci-bot/", {"team": "data-platform", "roles": ["viewer"], "active": False}, format="json"
    )
    assert [changed.json()[name] for name in ("team", "roles", "active")] == ["data-platform", ["viewer"], False]
    assert [row["name"] for row in admin.get(f"{ACCOUNTS}?active=false&team=data-platform").json()["results"]] == [
        "ci-bot"
    ]
    result = AuditEvent.objects.filter(subject="user:ci-bot").order_by("sequence").values_list("action", flat=True)
    assert list(result) == [
        "service_account.created", "service_account.owner_changed", "user.roles_changed", "user.teams_changed",
        "user.roles_changed", "user.teams_changed", "user.deactivated",
    ]  # fmt: skip


def test_a_list_of_accounts_counts_the_tokens_that_are_valid_and_costs_the_same_for_more(
    api, bot, django_assert_max_num_queries
):
    first, _ = (actions.issue_token(bot, actor=SYSTEM) for _ in range(2))
    actions.revoke_token(first.token, actor=SYSTEM)
    for number in range(20):
        actions.create_service_account(name=f"ci-{number}", team="forecasting", actor=SYSTEM)
    admin = api("admin", ADMIN)
    admin.get(ACCOUNTS)  # the first use of a token is recorded
    with django_assert_max_num_queries(8):
        rows = admin.get(ACCOUNTS).json()["results"]
    assert {row["name"]: row["tokens"] for row in rows} == {"ci-bot": 1} | {f"ci-{n}": 0 for n in range(20)}


def test_an_account_that_is_not_a_program_is_not_found(api, bot):
    admin = api("admin", ADMIN)
    assert [admin.get(f"{ACCOUNTS}{name}/").status_code for name in ("ci-bot", "viewer", "nobody")] == [200, 404, 404]


TEAMS = "/api/v1/teams/"


def test_a_team_is_added_changed_and_read(api):
    lead = api("lead")
    made = lead.post(TEAMS, {"slug": "risk", "name": "Risk"}, format="json")
    assert (made.status_code, made.json()) == (
        201, {"slug": "risk", "name": "Risk", "organization": None, "on_platform": None, "onboarded_on": None, "members": []},
    )  # fmt: skip
    changed = lead.patch(f"{TEAMS}risk/", {"on_platform": True, "onboarded_on": "2026-10-05"}, format="json")
    assert (changed.status_code, changed.json()["onboarded_on"]) == (200, "2026-10-05")
    assert lead.patch(f"{TEAMS}risk/", {}, format="json").json() == changed.json()
    viewer = api("viewer")
    assert viewer.get(f"{TEAMS}risk/").json() == changed.json()
    assert viewer.get(f"{TEAMS}data-platform/").json()["members"] == [{"name": "contributor", "roles": ["contributor"]}]
    assert viewer.get(f"{TEAMS}ghosts/").status_code == 404


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("", ["data-platform", "forecasting", "ml-platform"]),
        ("?on_platform=true", ["forecasting"]),
        ("?search=PLATFORM", ["data-platform", "ml-platform"]),
        ("?ordering=-slug", ["ml-platform", "forecasting", "data-platform"]),
    ],
)
def test_teams_are_listed_filtered_and_searched(api, query, slugs):
    api("lead").patch(f"{TEAMS}forecasting/", {"on_platform": True}, format="json")
    assert [team["slug"] for team in api("viewer").get(TEAMS + query).json()["results"]] == slugs


@pytest.mark.parametrize(
    ("body", "status", "fields"),
    [
        ({"slug": "forecasting", "name": "Again"}, 422, {"slug"}),
        ({"slug": "A", "name": " x "}, 422, {"slug"}),
        ({"slug": "A", "name": "x", "organization": "nowhere"}, 422, {"slug", "organization"}),
        ({"slug": "a", "name": ""}, 400, {"name"}),
        ({"on_platform": "yes", "onboarded_on": "soon"}, 400, {"slug", "name", "on_platform", "onboarded_on"}),
        ({"slug": "a", "name": "A", "members": []}, 400, {"members"}),
    ],
)
def test_what_is_wrong_with_a_team_is_named_at_once(api, body, status, fields):
    answer = api("lead").post(TEAMS, body, format="json")
    assert (answer.status_code, {fault["field"] for fault in answer.json()["errors"]}) == (status, fields)


def test_a_team_belongs_to_an_organization_by_its_slug(api):
    for slug in ("north", "south", "gone"):
        Organization.objects.create(
            slug=slug, name=slug.title(), archived_at=timezone.now() if slug == "gone" else None
        )
    lead = api("lead")
    assert (
        lead.patch(f"{TEAMS}forecasting/", {"organization": "south"}, format="json").json()["organization"] == "south"
    )
    assert [team["slug"] for team in lead.get(f"{TEAMS}?organization=south").json()["results"]] == ["forecasting"]
    refused = lead.patch(f"{TEAMS}forecasting/", {"organization": "gone", "name": "F"}, format="json")
    assert [fault["field"] for fault in refused.json()["errors"]] == ["organization"]
    assert "Choose north, south." in refused.json()["errors"][0]["message"]
    assert lead.patch(f"{TEAMS}forecasting/", {"name": "F"}, format="json").json()["organization"] == "south"
    assert lead.patch(f"{TEAMS}forecasting/", {"organization": None}, format="json").json()["organization"] is None


def test_the_slug_of_a_team_stays(api):
    answer = api("lead").patch(f"{TEAMS}forecasting/", {"slug": "other"}, format="json")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "slug")


def test_a_contributor_adds_no_team(api):
    assert api("contributor").post(TEAMS, {"slug": "risk", "name": "Risk"}, format="json").status_code == 403
