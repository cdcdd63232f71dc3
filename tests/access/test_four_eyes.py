"""One person against every approval, with every power at once, by every way of being somebody else: none opens.

``TARGETS`` are what takes a second person; ``WAYS`` are what one person tried on a real installation. Each way ends with
the deciding call, made as whoever the insider managed to be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from platform_site.access import SYSTEM, Role, actor_of
from platform_site.audit.models import AuditEvent
from platform_site.people import actions
from platform_site.people.models import AccessRequest, ApiToken, Membership, User
from registry.models import (
    Alert,
    ApprovalRequest,
    ChangeRequest,
    Check,
    Feature,
    GatePolicy,
    GateSettings,
    Override,
    RegisteredModel,
    StandingApproval,
)
from registry.versions.actions.policies import save_policy
from tests.access.world import EVERY_SCOPE, PASSWORD, V1, World
from tests.registry.conftest import TRAINED

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_both]
SEEN = {"reason": "Seen."}
POLICY = {
    "name": "fair_lending",
    "owner_team": "risk",
    "checks": [{"metric": "mape", "operator": "<=", "threshold": 0.4}],
}
NEW_PASSWORD = "another line hangs too"


def caller(text: str) -> APIClient:
    program = APIClient(raise_request_exception=False)
    program.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    return program


class Insider:
    """An administrator who is a contributor, a lead and an approver too: only the rules stand in their way."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.user = self._person("insider", list(Role), ["forecasting"])
        self.colleague = self._person("colleague", [Role.APPROVER], ["ml-platform"])
        self.browser = Client(raise_request_exception=False)
        self.browser.force_login(self.user)
        self.program = caller(self.token_of(self.user))

    def _person(self, name: str, roles: list[str], teams: list[str]) -> User:
        return User.objects.get(
            pk=actions.create_user(username=name, password=PASSWORD, roles=roles, teams=teams, actor=SYSTEM).pk
        )

    def token_of(self, user: User) -> str:
        return actions.make_token(user, scopes=EVERY_SCOPE, actor=actor_of(user))

    def post(self, path: str, body: Any, by: APIClient | None = None, method: str = "post") -> Any:
        return getattr(by or self.program, method)(V1 + path, body, format="json")

    def give(self, user: User, *, roles: list[str], teams: list[str]) -> Any:
        """The admin's form over a person."""
        values = {"roles": roles, "teams": teams, "is_active": "on"}
        return self.browser.post(f"/admin/people/user/{user.pk}/change/", values)


@dataclass
class Target:
    """What takes a second person: how it is requested, the deciding call, and whether it happened."""

    request: Callable[[Insider, APIClient], Any]
    decide: Callable[[Insider, APIClient, Any], Any]
    happened: Callable[[Any], bool]


def ask_override(insider: Insider, by: APIClient) -> int:
    answer = insider.post("/overrides/", insider.world.ids["override"], by)
    assert answer.status_code == 201, answer.content
    return int(answer.json()["id"])


def ask_change(insider: Insider, by: APIClient) -> int:
    values = {"model": "demand", "version": "v2", "environment": "production", "traffic_percent": 100, "thresholds": {"alarm": 0.9}, "feature_pins": {"orders_3d": insider.world.ids["trained"]}}  # fmt: skip
    answer = insider.post("/deployments/", values, by)
    assert answer.status_code == 202, answer.content
    return int(answer.json()["id"])


def have_policy(insider: Insider, by: APIClient) -> str:
    actions.create_team(slug="risk", name="Risk", actor=SYSTEM)
    rita = User.objects.create_user("rita")
    actions.set_powers(rita, [Role.CONTRIBUTOR, Role.LEAD], ["risk"], actor=SYSTEM)
    answer = insider.post("/gate-policies/", POLICY | {"reason": "first"}, caller(insider.token_of(rita)))
    assert answer.status_code == 201, answer.content
    return "fair_lending"


def have_regulated(insider: Insider, by: APIClient) -> str:
    RegisteredModel.objects.filter(name="demand").update(regulated=True)
    return "demand"


def ask_acceptance(insider: Insider, by: APIClient) -> str:
    """A definition that waits for its parity check, registered by whoever asks."""
    Feature.objects.filter(name="orders_3d").update(requires_parity=True)
    feature = Feature.objects.get(name="orders_3d")
    wanted = {"name": "orders_3d", "owner_team": "data-platform", "reason": "smaller"}
    answer = insider.post("/features/", wanted | TRAINED._replace(data_type="float32").as_dict(), by)
    assert answer.status_code == 201, answer.content
    assert feature.current is not None
    return str(answer.json()["version"])


OWN_FLOOR = {"name": "own_floor", "owner_team": "forecasting", "subject_team": "forecasting", "reason": "first"}


def ask_loosening(insider: Insider, by: APIClient) -> int:
    """A team's own policy, made looser by whoever asks."""
    for threshold, status in ((0.2, 201), (0.4, 202)):
        checks = [{"metric": "mape", "operator": "<=", "threshold": threshold}]
        answer = insider.post("/gate-policies/", OWN_FLOOR | {"checks": checks}, by)
        assert answer.status_code == status, answer.content
    return int(answer.json()["id"])


def ask_regulated_promotion(insider: Insider, by: APIClient) -> int:
    """A version of a regulated model that every policy lets through, on its way to production."""
    actions.create_team(slug="risk", name="Risk", actor=SYSTEM)
    fair = {"metric": "disparate_impact_ratio", "slice": "sex", "operator": ">=", "threshold": 0.8}
    save_policy(name="fair", owner_team="risk", regulated=True, checks=[fair], actor=SYSTEM)
    RegisteredModel.objects.filter(name="demand").update(regulated=True)
    Alert.objects.filter(model__name="demand").update(state="resolved", resolved_at=timezone.now())
    rates = {"group_rows": 100, "selection_rate": 0.5}
    results = [
        {"metric": metric, "slice": f"sex={sex}", "value": value} for sex in "fm" for metric, value in rates.items()
    ]
    for path, body, method in (
        ("/evaluations/", {"evaluations": results}, "post"),
        ("/pins/", {"orders_3d": insider.world.ids["trained"]}, "put"),
        ("/promote/", {"to": "staging"}, "post"),
        ("/promote/", {"to": "production", "reason": "Retrained."}, "post"),
    ):
        answer = insider.post(f"/models/demand/versions/v0{path}", body, by, method)
        assert answer.status_code < 300, answer.content
    assert answer.status_code == 202, answer.content
    return int(answer.json()["id"])


def ask_fast_lane(insider: Insider, by: APIClient) -> int:
    values = {"limits": [{"metric": "mape", "max_worse": 0.1}], "reason": "nightly"}
    answer = insider.post("/models/demand/fast-lane/", values, by, "put")
    assert answer.status_code == 202, answer.content
    return int(answer.json()["id"])


def ask_looser_settings(insider: Insider, by: APIClient) -> int:
    """Skew is to close no gate any more. Only leads ask for it: whoever the insider is meanwhile, they ask as themselves."""
    answer = insider.post("/gate-settings/", {"skew_closes_gate": False, "reason": "Friday."}, method="put")
    assert answer.status_code == 202, answer.content
    return int(answer.json()["id"])


def have_blocking_check(insider: Insider, by: APIClient) -> int:
    """A check whose alert closes the gate of a model."""
    alert = Alert.objects.get(pk=insider.world.ids["alerts/<int:pk>"])
    Alert.objects.filter(pk=alert.pk).update(blocking=True)
    Check.objects.filter(pk=alert.check_definition_id).update(blocking=True)
    return int(alert.check_definition_id or 0)


TARGETS = {
    "an override": Target(
        ask_override,
        lambda insider, by, pk: insider.post(f"/overrides/{pk}/approve/", SEEN, by),
        lambda pk: Override.objects.get(pk=pk).state == Override.State.APPROVED,
    ),
    "a change of what serves": Target(
        ask_change,
        lambda insider, by, pk: insider.post(f"/change-requests/{pk}/approve/", SEEN, by),
        lambda pk: ChangeRequest.objects.get(pk=pk).state == ChangeRequest.State.APPROVED,
    ),
    "a standing approval": Target(
        ask_fast_lane,
        lambda insider, by, pk: insider.post(f"/standing-approvals/{pk}/approve/", SEEN, by),
        lambda pk: StandingApproval.objects.get(pk=pk).state == StandingApproval.State.APPROVED,
    ),
    "a policy that binds others": Target(
        have_policy,
        lambda insider, by, name: insider.post("/gate-policies/", POLICY | {"reason": "gone", "retired": True}, by),
        lambda name: GatePolicy.objects.filter(name=name, retired=True).exists(),
    ),
    "a looser policy": Target(
        ask_loosening,
        lambda insider, by, pk: insider.post(f"/approval-requests/{pk}/approve/", SEEN, by),
        lambda pk: ApprovalRequest.objects.get(pk=pk).state == ApprovalRequest.State.APPROVED,
    ),
    "a promotion of a regulated model": Target(
        ask_regulated_promotion,
        lambda insider, by, pk: insider.post(f"/approval-requests/{pk}/approve/", SEEN, by),
        lambda pk: ApprovalRequest.objects.get(pk=pk).model_version.stage == "production",
    ),
    "looser gate settings": Target(
        ask_looser_settings,
        lambda insider, by, pk: insider.post(f"/approval-requests/{pk}/approve/", SEEN, by),
        lambda pk: GateSettings.objects.filter(skew_closes_gate=False).exists(),
    ),
    "a check that closes a gate": Target(
        have_blocking_check,
        lambda insider, by, pk: insider.post(f"/checks/{pk}/", {"blocking": False}, by, "patch"),
        lambda pk: not Check.objects.get(pk=pk).blocking,
    ),
    "the regulated mark": Target(
        have_regulated,
        lambda insider, by, name: insider.post(f"/models/{name}/regulated/", SEEN | {"regulated": False}, by, "put"),
        lambda name: not RegisteredModel.objects.get(name=name).regulated,
    ),
    "a difference of a definition": Target(
        ask_acceptance,
        lambda insider, by, version: insider.post(f"/features/orders_3d/versions/{version}/accept/", SEEN, by),
        lambda version: Feature.objects.get(name="orders_3d").current.name == version,
    ),
}


def directly(insider: Insider, target: Target) -> Any:
    subject = target.request(insider, insider.program)
    return subject, target.decide(insider, insider.program, subject)


def by_a_second_token(insider: Insider, target: Target) -> Any:
    subject = target.request(insider, insider.program)
    made = insider.post("/tokens/", {"name": "mine too", "scopes": list(EVERY_SCOPE)})
    return subject, target.decide(insider, caller(made.json()["token"]), subject)


def by_a_service_account(insider: Insider, target: Target) -> Any:
    """The program asks, its maker decides; and the program itself."""
    program = caller(service_account(insider, team=team_of(target)))
    subject = target.request(insider, program)
    target.decide(insider, program, subject)
    return subject, target.decide(insider, insider.program, subject)


def by_a_service_account_given_away(insider: Insider, target: Target) -> Any:
    """Somebody else owns the program now; its token is still in the maker's hands."""
    program = caller(service_account(insider, team=team_of(target)))
    insider.post("/service-accounts/ci-mine/", {"owner": "colleague"}, method="patch")
    subject = target.request(insider, program)
    return subject, target.decide(insider, insider.program, subject)


def team_of(target: Target) -> str:
    """The team that may ask for it."""
    return "data-platform" if target is TARGETS["a difference of a definition"] else "forecasting"


def by_a_program_of_the_policys_team(insider: Insider, target: Target) -> Any:
    subject = target.request(insider, insider.program)
    team = "risk" if target is TARGETS["a policy that binds others"] else "ml-platform"
    program = caller(service_account(insider, team=team))
    return subject, target.decide(insider, program, subject)


def service_account(insider: Insider, *, team: str) -> str:
    made = insider.post("/service-accounts/", {"name": "ci-mine", "team": team, "roles": ["contributor"]})
    assert made.status_code == 201, made.content
    token = insider.post("/tokens/", {"name": "ci", "scopes": list(EVERY_SCOPE), "user": "ci-mine"})
    assert token.status_code == 201, token.content
    return str(token.json()["token"])


def by_a_token_made_for_another(insider: Insider, target: Target) -> Any:
    subject = target.request(insider, insider.program)
    made = insider.post("/tokens/", {"name": "theirs", "scopes": list(EVERY_SCOPE), "user": "colleague"})
    assert made.status_code == 403, made.content
    assert not ApiToken.objects.filter(user=insider.colleague).exists()
    return subject, target.decide(insider, caller(made.json().get("token", "")), subject)


def by_a_role_given_to_oneself(insider: Insider, target: Target) -> Any:
    subject = target.request(insider, insider.program)
    page = insider.give(insider.user, roles=[*Role], teams=["risk"] if "risk" in teams() else [])
    assert "Nobody changes their own roles" in page.content.decode()
    return subject, target.decide(insider, insider.program, subject)


def by_a_second_account(insider: Insider, target: Target) -> Any:
    """Another name of one's own, with the approver's role and every team: it waits, and neither name may decide that."""
    subject = target.request(insider, insider.program)
    values = {"username": "insider2", "password": NEW_PASSWORD, "roles": ["approver", "lead", "contributor"], "teams": teams()}  # fmt: skip
    insider.browser.post("/admin/people/user/add/", values)
    second = User.objects.get(username="insider2")
    assert not second.groups.filter(name__in=["approver", "lead"]).exists()
    browser = Client(raise_request_exception=False)
    browser.force_login(second)
    second_program = caller(insider.token_of(second))
    for pending in AccessRequest.objects.filter(user=second):
        for by in (insider.program, second_program):
            assert insider.post(f"/access-requests/{pending.pk}/approve/", SEEN, by).status_code == 403
        for visitor in (insider.browser, browser):
            visitor.post(f"/account/access-requests/{pending.pk}/approve/", SEEN)
    assert not AccessRequest.objects.exclude(state="waiting").exists()
    return subject, target.decide(insider, second_program, subject)


def by_moving_between_teams(insider: Insider, target: Target) -> Any:
    """Out of the team that owns the model, into the one that owns the policy."""
    subject = target.request(insider, insider.program)
    for chosen in ([], [slug for slug in teams() if slug != "forecasting"]):
        insider.give(insider.user, roles=[*Role], teams=chosen)
    assert set(Membership.objects.filter(user=insider.user).values_list("team__slug", flat=True)) == {"forecasting"}
    return subject, target.decide(insider, insider.program, subject)


def teams() -> list[str]:
    return sorted(set(Membership.objects.values_list("team__slug", flat=True)))


WAYS = {
    way.__name__: way
    for way in (
        directly, by_a_second_token, by_a_service_account, by_a_service_account_given_away,
        by_a_program_of_the_policys_team, by_a_token_made_for_another, by_a_role_given_to_oneself, by_a_second_account,
        by_moving_between_teams,
    )
}  # fmt: skip


@pytest.fixture
def insider(world) -> Iterator[Insider]:
    with transaction.atomic():
        yield Insider(world)
        transaction.set_rollback(True)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("target", TARGETS)
def test_no_way_leads_past_the_second_person(insider, target, way):
    subject, answer = WAYS[way](insider, TARGETS[target])
    assert answer.status_code in (401, 403, 409), answer.content
    assert not TARGETS[target].happened(subject)


def test_a_decision_by_a_token_from_a_shell_says_so_and_so_does_what_that_token_makes(insider):
    subject = ask_override(insider, insider.program)
    text = actions.make_token(insider.colleague, scopes=EVERY_SCOPE, actor=SYSTEM)
    made = insider.post("/tokens/", {"name": "next", "scopes": list(EVERY_SCOPE)}, caller(text))
    program = caller(made.json()["token"])
    assert insider.post(f"/overrides/{subject}/approve/", SEEN, program).status_code == 200
    approval = AuditEvent.objects.filter(action="override.approved").first()
    assert approval.actor == "colleague"
    assert approval.content["through"] == f"the token {made.json()['prefix']}…, which a command made"


def test_a_token_that_one_person_made_as_another_no_longer_works(insider):
    text = insider.token_of(insider.colleague)
    ApiToken.objects.filter(user=insider.colleague).update(made_by="insider")
    assert caller(text).get(f"{V1}/features/").status_code == 401
    assert ApiToken.objects.get(user=insider.colleague).state == "revoked"


def test_whoever_chose_a_password_decides_nothing_with_it(insider):
    """The second account again, approved in good faith: its first password is still known to who made it."""
    subject = ask_override(insider, insider.program)
    values = {"username": "zoe", "password": NEW_PASSWORD, "roles": ["approver"], "teams": []}
    insider.browser.post("/admin/people/user/add/", values)
    pending = AccessRequest.objects.get(user__username="zoe")
    colleague = caller(insider.token_of(insider.colleague))
    assert insider.post(f"/access-requests/{pending.pk}/approve/", SEEN, colleague).status_code == 200
    zoe = Client()
    assert zoe.post("/login/", {"username": "zoe", "password": NEW_PASSWORD}).status_code == 302
    assert "An administrator chose your password" in zoe.get("/account/").content.decode()
    program = caller(insider.token_of(User.objects.get(username="zoe")))
    refused = insider.post(f"/overrides/{subject}/approve/", SEEN, program)
    assert (refused.status_code, refused.json()["code"]) == (403, "password_known")
    own = {"old_password": NEW_PASSWORD, "new_password1": "a third line hangs too", "new_password2": "a third line hangs too"}  # fmt: skip
    assert zoe.post("/password/", own).status_code == 302
    program = caller(insider.token_of(User.objects.get(username="zoe")))
    assert insider.post(f"/overrides/{subject}/approve/", SEEN, program).status_code == 200
