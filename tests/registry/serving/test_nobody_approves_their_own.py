"""Every door to an approval, tried by whoever asked for it and by a program: none opens."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from platform_site.access import SYSTEM, Role, actor_of
from platform_site.errors import NotAllowed
from platform_site.people import actions
from platform_site.people.models import User
from registry.models import Override
from registry.versions.actions.overrides import approve_override, reject_override, request_override
from tests.registry.conftest import FIXED, register

DECIDED = {"state": Override.State.APPROVED, "decided_at": timezone.now()}


@pytest.fixture
def everything(people):
    """Somebody of every role and team: nothing but the rule itself stands in their way."""
    zoe = actions.create_user(username="zoe", password="a plumb line hangs true", roles=list(Role), teams=["forecasting"], actor=SYSTEM)  # fmt: skip
    return User.objects.get(pk=zoe.pk)


@pytest.fixture
def program(people):
    """A service account that somebody gave the approver's role behind the actions' back."""
    bot = actions.create_service_account(name="ci-bot", team="forecasting", roles=["contributor"], actor=SYSTEM)
    bot.groups.add(Group.objects.get(name=Role.APPROVER))
    return User.objects.get(pk=bot.pk)


@pytest.fixture
def asked_by(in_production, cora):
    register(FIXED, cora)

    def ask(user: User) -> Override:
        ends = timezone.now() + timedelta(days=7)
        return request_override(in_production, reason="We ship today.", expires_at=ends, actor=actor_of(user))

    return ask


def by_token(user: User, path: str):
    caller = APIClient()
    text = actions.make_token(user, scopes=["read", "write", "approve", "admin"], actor=SYSTEM)
    caller.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    return caller.post(path, {"reason": "Looked at it."}, format="json")


def in_browser(user: User, path: str, values: dict | None = None):
    visitor = Client()
    visitor.force_login(user)
    return visitor.post(path, values or {"reason": "Looked at it."})


def directly(decide, user: User, override: Override) -> None:
    with pytest.raises(NotAllowed):
        decide(override, actor=actor_of(user))


DOORS = {
    "the action": lambda user, requested: directly(approve_override, user, requested),
    "the action that rejects": lambda user, requested: directly(reject_override, user, requested),
    "the API": lambda user, requested: by_token(user, f"/api/v1/overrides/{requested.pk}/approve/"),
    "the API, rejecting": lambda user, requested: by_token(user, f"/api/v1/overrides/{requested.pk}/reject/"),
    "the API with a session": lambda user, requested: in_browser(user, f"/api/v1/overrides/{requested.pk}/approve/"),
    "the page": lambda user, requested: in_browser(user, f"/registry/overrides/{requested.pk}/approve/"),
    "the admin": lambda user, requested: in_browser(user, f"/admin/registry/override/{requested.pk}/change/", {"state": "approved", "decided_by": "ann"}),
    "the admin, adding": lambda user, requested: in_browser(user, "/admin/registry/override/add/", {"state": "approved", "decided_by": "ann"}),
    "the admin, in bulk": lambda user, requested: in_browser(user, "/admin/registry/override/", {"action": "approve", "_selected_action": [requested.pk]}),
    "the admin, list editing": lambda user, requested: in_browser(user, "/admin/registry/override/", {"_save": "Save", "form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": requested.pk, "form-0-state": "approved"}),
    "the admin, deleting": lambda user, requested: in_browser(user, f"/admin/registry/override/{requested.pk}/delete/", {"post": "yes"}),
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.same_on_both
@pytest.mark.parametrize("door", DOORS)
def test_whoever_asked_decides_by_no_door(door, everything, asked_by):
    result = asked_by(everything)
    DOORS[door](everything, result)
    assert Override.objects.get(pk=result.pk).state == Override.State.REQUESTED


@pytest.mark.django_db
@pytest.mark.same_on_both
@pytest.mark.parametrize("door", DOORS)
def test_a_program_decides_by_no_door_whatever_it_holds(door, everything, program, asked_by):
    result = asked_by(everything)
    DOORS[door](program, result)
    assert Override.objects.get(pk=result.pk).state == Override.State.REQUESTED


@pytest.mark.django_db
@pytest.mark.same_on_both
def test_the_database_says_no_where_somebody_goes_past_every_door(everything, asked_by):
    result = asked_by(everything)
    with pytest.raises(IntegrityError, match="override_decided_by_another_person"), transaction.atomic():
        Override.objects.filter(pk=result.pk).update(decided_by="zoe", **DECIDED)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_nor_eight_times_at_once(everything, asked_by):
    result, start, refused = asked_by(everything), Barrier(8), []

    def again() -> None:
        start.wait()
        try:
            approve_override(result, actor=actor_of(everything))
        except NotAllowed as no:
            refused.append(no.code)
        finally:
            connection.close()

    threads = [Thread(target=again) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["own_request"] * 8
    assert Override.objects.get(pk=result.pk).state == Override.State.REQUESTED


@pytest.mark.django_db
@pytest.mark.same_on_both
def test_another_person_decides_by_the_same_doors(people, everything, asked_by):
    """The doors that stayed shut above do open for whom they are made."""
    by_page, by_api = asked_by(everything), asked_by(everything)
    in_browser(people["approver"], f"/registry/overrides/{by_page.pk}/approve/")
    assert by_token(people["approver"], f"/api/v1/overrides/{by_api.pk}/approve/").status_code == 200
    assert set(Override.objects.values_list("state", "decided_by")) == {("approved", "approver")}
