"""Who may do what: every permission for every role, on one's own team's things and on another's."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from platform_site import access
from platform_site.access import SYSTEM, Actor, Role, actor_of
from platform_site.errors import NotAllowed

ROLES = {"V": Role.VIEWER, "C": Role.CONTRIBUTOR, "A": Role.APPROVER, "L": Role.LEAD, "X": Role.ADMINISTRATOR}
# Which roles may, on their own team's things and on another team's.
MATRIX = {
    "can_contribute": ("CX", "X"),
    "can_promote": ("CX", "X"),
    "can_deploy": ("CX", "X"),
    "can_set_policy": ("CLX", "LX"),
}
# Which roles may, whatever their team.
EVERYWHERE = {
    "can_describe_data": "CLX",
    "can_ask_gate": "VCALX",
    "can_run_check": "CALX",
    "can_assess": "LX",
    "can_manage_webhooks": "LX",
    "can_report_adoption": "CLX",
    "can_record_ticket": "CLX",
    "can_administer": "X",
}
OURS, THEIRS = "forecasting", "data-platform"


def actor(*roles: Role, name: str = "zoe") -> Actor:
    return Actor(name, frozenset(roles), frozenset({OURS}))


@pytest.mark.parametrize("letter", ROLES)
@pytest.mark.parametrize("permission", MATRIX)
def test_what_belongs_to_a_team_is_changed_by_that_team(permission, letter):
    may, (own, other) = getattr(access, permission), MATRIX[permission]
    assert may(actor(ROLES[letter]), OURS) == (letter in own)
    assert may(actor(ROLES[letter]), THEIRS) == (letter in other)


@pytest.mark.parametrize("letter", ROLES)
@pytest.mark.parametrize("permission", EVERYWHERE)
def test_what_belongs_to_no_team_goes_by_role(permission, letter):
    assert getattr(access, permission)(actor(ROLES[letter])) == (letter in EVERYWHERE[permission])


@pytest.mark.parametrize("permission", [*EVERYWHERE, *MATRIX])
def test_nobody_may_anything_without_a_role(permission):
    team = (OURS,) if permission in MATRIX else ()
    assert getattr(access, permission)(actor(), *team) is False


@pytest.mark.parametrize("letter", ROLES)
@pytest.mark.parametrize(
    ("recorded_by", "in_team", "who"),
    [("zoe", False, "CLX"), ("yan", True, "CLX"), ("yan", False, "LX"), ("", False, "CLX")],
    ids=["one's own", "of one's team", "of others", "from before it was kept"],
)
def test_what_is_reported_is_changed_by_its_recorder_its_team_and_leads(letter, recorded_by, in_team, who):
    may = access.can_change_reported(actor(ROLES[letter]), recorded_by, in_team=in_team)
    assert may == (letter in who)


@pytest.mark.parametrize("letter", ROLES)
def test_only_an_approver_approves_and_never_their_own_request(letter):
    assert access.can_approve(actor(ROLES[letter]), "cora") == (letter == "A")
    assert access.can_approve(actor(*Role), "cora") is True
    assert access.can_approve(actor(*Role), "zoe") is False


def test_a_service_account_approves_nothing_whatever_roles_it_has():
    bot = Actor("bot", frozenset(Role), frozenset({OURS}), is_service=True)
    assert access.can_approve(bot, "cora") is False
    assert access.can_contribute(bot, THEIRS) is True


@pytest.mark.parametrize("letter", ROLES)
def test_a_looser_policy_for_others_is_approved_in_its_own_team(letter):
    person = actor(ROLES[letter])
    assert access.can_approve_request(person, "cora") == (letter == "A")
    assert access.can_approve_request(person, "cora", OURS) == (letter in "AL")
    assert access.can_approve_request(actor(*Role), "cora", THEIRS) is False
    for team in ("", OURS):
        assert access.can_approve_request(actor(*Role), "zoe", team) is False
        assert access.can_approve_request(actor(*Role), "cora", team) is True
        bot = Actor("bot", frozenset(Role), frozenset({OURS}), is_service=True)
        assert access.can_approve_request(bot, "cora", team) is False


@pytest.mark.parametrize(
    ("roles", "user_id", "is_service", "makes", "revokes"),
    [
        ((Role.VIEWER,), 7, False, True, True),  # one's own
        ((Role.VIEWER,), 8, False, False, False),
        ((Role.LEAD, Role.APPROVER, Role.CONTRIBUTOR), 8, False, False, False),
        ((Role.ADMINISTRATOR,), 8, False, False, True),  # for another person nobody makes one
        ((Role.CONTRIBUTOR,), 7, True, False, True),  # a stolen token makes no other, and may end itself
    ],
)
def test_tokens_are_ones_own(roles, user_id, is_service, makes, revokes):
    asking = Actor("zoe", frozenset(roles), user_id=7, is_service=is_service)
    assert (access.can_make_token(asking, user_id), access.can_revoke_token(asking, user_id)) == (makes, revokes)


def test_an_administrator_makes_the_tokens_of_programs_and_a_command_anybodys():
    admin = Actor("zoe", frozenset({Role.ADMINISTRATOR}), user_id=7)
    assert access.can_make_token(admin, 8, is_service=True) is True
    assert access.can_make_token(SYSTEM, 8) is True
    assert access.can_make_token(Actor("zoe", frozenset({Role.LEAD}), user_id=7), 8, is_service=True) is False


def test_nobody_decides_what_an_account_in_their_hands_requested():
    holder = Actor("zoe", frozenset(Role), user_id=7, holds=frozenset({"ci-bot"}))
    assert [access.can_approve(holder, name) for name in ("ci-bot", "zoe", "cora")] == [False, False, True]
    assert access.can_accept_difference(holder, "ci-bot") is False
    with pytest.raises(NotAllowed, match="in your hands") as refused:
        access.require_another(holder, "ci-bot", "never said")
    assert refused.value.code == "own_request"


def test_a_password_that_somebody_else_chose_decides_nothing():
    new = Actor("zoe", frozenset(Role), user_id=7, password_known=True)
    decisions = [
        access.can_approve(new, "cora"), access.can_accept_difference(new, "cora"),
        access.can_decide_access(new, "cora", "vic"), access.can_regulate(new, THEIRS, False),
    ]  # fmt: skip
    assert decisions == [False] * 4
    with pytest.raises(NotAllowed, match="Change it") as refused:
        access.require_another(new, "cora", "never said")
    assert refused.value.code == "password_known"


def test_nobody_changes_their_own_powers():
    admin = Actor("zoe", frozenset({Role.ADMINISTRATOR}), user_id=7)
    assert [access.can_change_powers(admin, user_id) for user_id in (7, 8)] == [False, True]


@pytest.mark.parametrize(
    ("role", "requested_by", "team", "may"),
    [
        ("C", "zoe", None, True), ("A", "zoe", THEIRS, True), ("V", "zoe", OURS, False),  # one's own
        ("C", "cora", OURS, True), ("C", "cora", THEIRS, False), ("C", "cora", None, False), ("A", "cora", OURS, False),
        ("L", "cora", THEIRS, True), ("X", "cora", None, True),
    ],
)  # fmt: skip
def test_a_run_is_cancelled_and_a_check_changed_by_who_made_it_its_team_or_a_lead(role, requested_by, team, may):
    assert access.can_cancel_run(actor(ROLES[role]), requested_by, team) is may
    assert access.can_change_check(actor(ROLES[role]), requested_by, team) is may


def test_the_platforms_policies_are_nobodys_own():
    assert access.can_set_policy(actor(Role.CONTRIBUTOR), None) is False
    assert access.can_set_policy(actor(Role.LEAD), None) is True


@pytest.mark.parametrize(
    ("roles", "team", "belongs"), [((), OURS, True), ((), THEIRS, False), ((Role.ADMINISTRATOR,), THEIRS, True)]
)
def test_an_administrator_is_of_every_team(roles, team, belongs):
    assert actor(*roles).belongs_to(team) is belongs


def test_a_refusal_says_why():
    access.require(True, "never said")
    with pytest.raises(NotAllowed) as refused:
        access.require(False, "Only leads assess.")
    assert refused.value.message == "Only leads assess."


def user(*, superuser: bool, service: bool = False):
    """A user as Django's own would answer."""
    calls: list[str] = []

    def list_powers():
        calls.append("list_powers")
        return [("role", "lead"), ("team", OURS), ("account", "ci-bot")]

    return SimpleNamespace(
        list_powers=list_powers,
        is_superuser=superuser,
        get_username=lambda: "lea",
        pk=7,
        calls=calls,
        is_service=service,
    )


@pytest.mark.parametrize(("superuser", "roles"), [(False, {"lead"}), (True, {"lead", "administrator"})])
def test_an_actor_is_read_once_from_the_user(superuser, roles):
    person = user(superuser=superuser)
    first, again = actor_of(person), actor_of(person)
    assert first == Actor("lea", frozenset(roles), frozenset({OURS}), 7, holds=frozenset({"ci-bot"}))
    assert first is again
    assert person.calls == ["list_powers"]


def test_an_actor_says_whether_it_is_a_program():
    assert actor_of(user(superuser=False)).is_service is False
    assert actor_of(user(superuser=False, service=True)).is_service is True


def test_workers_act_as_the_system():
    assert (SYSTEM.name, SYSTEM.is_administrator, SYSTEM.user_id) == ("system", True, None)


@pytest.mark.parametrize(
    ("roles", "owner", "to", "may"),
    [
        ((Role.LEAD,), THEIRS, OURS, False),  # taken
        ((Role.LEAD,), THEIRS, "a-third", True),
        ((Role.LEAD,), OURS, THEIRS, True),
        ((Role.LEAD,), "", OURS, True),  # nobody's
        ((Role.CONTRIBUTOR,), OURS, THEIRS, True),
        ((Role.CONTRIBUTOR,), THEIRS, OURS, False),
        ((Role.ADMINISTRATOR,), THEIRS, OURS, True),  # a member of both
    ],
)
def test_nobody_takes_what_is_another_teams(roles, owner, to, may):
    assert access.can_hand_over(actor(*roles), owner, to) is may


@pytest.mark.parametrize(
    ("roles", "owner", "may"),
    [
        ((Role.LEAD,), THEIRS, True),
        ((Role.LEAD,), OURS, False),
        ((Role.APPROVER, Role.CONTRIBUTOR), THEIRS, False),
        ((Role.LEAD, Role.ADMINISTRATOR), THEIRS, False),
    ],
)
def test_a_lead_of_another_team_releases_what_rules_bind(roles, owner, may):
    assert access.can_release(actor(*roles), owner) is may


@pytest.mark.parametrize(
    ("roles", "more", "created_by", "teams", "may"),
    [
        ((Role.LEAD,), {}, "cora", {THEIRS}, True),
        ((Role.APPROVER,), {}, "cora", {THEIRS}, True),
        ((Role.LEAD,), {}, "cora", set(), True),
        ((Role.CONTRIBUTOR,), {}, "cora", {THEIRS}, False),
        ((Role.LEAD,), {}, "cora", {THEIRS, OURS}, False),
        ((Role.LEAD, Role.ADMINISTRATOR), {}, "cora", {THEIRS}, False),
        ((Role.LEAD,), {}, "zoe", {THEIRS}, False),
        ((Role.LEAD,), {"holds": frozenset({"ci"})}, "ci", {THEIRS}, False),
        ((Role.LEAD,), {"is_service": True}, "cora", {THEIRS}, False),
        ((Role.LEAD,), {"password_known": True}, "cora", {THEIRS}, False),
    ],
)
def test_only_an_outsider_loosens_a_check_that_closes_gates(roles, more, created_by, teams, may):
    person = Actor("zoe", frozenset(roles), frozenset({OURS}), **more)
    assert access.can_loosen_check(person, created_by, teams) is may


@pytest.mark.parametrize(
    ("through", "door", "expected"), [("", "", ""), ("t", "", "t"), ("", "d", "d"), ("t", "d", "t")]
)
def test_a_decision_is_through_a_token_of_a_command_before_its_door(through, door, expected):
    assert Actor("zoe", through=through, door=door).decides_through == expected


# What needs a team: which roles may as a member of it, and which from outside.
OF_A_TEAM = {
    "can_edit_details": ("CLX", "LX"),
    "can_revoke_standing_approval": ("CAX", "AX"),
    "can_keep_policy": ("CL", ""),
    "can_answer_for": ("CL", ""),
}


@pytest.mark.parametrize("letter", ROLES)
@pytest.mark.parametrize("permission", OF_A_TEAM)
def test_a_member_may_what_others_may_not(permission, letter):
    may, (own, other) = getattr(access, permission), OF_A_TEAM[permission]
    assert may(actor(ROLES[letter]), OURS) is (letter in own)
    assert may(actor(ROLES[letter]), THEIRS) is (letter in other)


@pytest.mark.parametrize("letter", ROLES)
@pytest.mark.parametrize(
    ("permission", "may"),
    [("can_manage_teams", "LX"), ("can_write_postmortem", "CLX"), ("can_propose_initiative", "CLX")],
)
def test_what_everybody_of_a_role_may(permission, may, letter):
    assert getattr(access, permission)(actor(ROLES[letter])) is (letter in may)


@pytest.mark.parametrize(
    ("roles", "teams", "may"),
    [
        ((Role.CONTRIBUTOR,), {OURS}, True),
        ((Role.CONTRIBUTOR,), set(), False),
        ((Role.LEAD, Role.APPROVER), {OURS}, False),
        ((Role.ADMINISTRATOR,), set(), True),
    ],
)
def test_models_are_added_by_contributors_of_some_team(roles, teams, may):
    assert access.can_add_models(Actor("zoe", frozenset(roles), frozenset(teams))) is may


@pytest.mark.parametrize(
    ("roles", "more", "owner", "marks", "unmarks"),
    [
        ((Role.LEAD,), {}, THEIRS, True, True),
        ((Role.APPROVER,), {}, THEIRS, True, True),
        ((Role.LEAD,), {}, OURS, True, False),
        ((Role.CONTRIBUTOR,), {}, THEIRS, False, False),
        ((Role.LEAD, Role.ADMINISTRATOR), {}, THEIRS, True, False),
        ((Role.LEAD,), {"is_service": True}, THEIRS, True, False),
        ((Role.LEAD,), {"password_known": True}, THEIRS, True, False),
    ],
)
def test_a_mark_is_set_by_who_leads_and_removed_by_another_team(roles, more, owner, marks, unmarks):
    person = Actor("zoe", frozenset(roles), frozenset({OURS}), **more)
    assert [access.can_regulate(person, owner, regulated) for regulated in (True, False)] == [marks, unmarks]


@pytest.mark.parametrize(
    ("role", "proposed_by", "owner", "team", "may"),
    [
        ("C", "zoe", "", "", True), ("C", "cora", "zoe", "", True), ("C", "cora", "", "", False),
        ("C", "cora", "", OURS, True), ("C", "cora", "", THEIRS, False), ("L", "cora", "", "", True),
        ("V", "zoe", "zoe", OURS, False), ("A", "zoe", "", OURS, False), ("X", "cora", "", THEIRS, True),
    ],
)  # fmt: skip
def test_an_initiative_is_changed_by_whose_it_is(role, proposed_by, owner, team, may):
    assert access.can_change_initiative(actor(ROLES[role]), proposed_by, owner, team) is may
