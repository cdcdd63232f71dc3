"""Somebody is added by an administrator who never knows the password."""

from __future__ import annotations

import pytest

from platform_site.access import Role
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed
from platform_site.people.actions.invitations import invite_person
from platform_site.people.models import AccessRequest, User

pytestmark = pytest.mark.django_db


def test_the_link_sets_the_first_password_once(people, actor, client):
    made = invite_person(username="nora", roles=[Role.VIEWER], actor=actor("admin"))
    page = client.get(made.path, follow=True)
    new = {"new_password1": "a plumb line hangs true", "new_password2": "a plumb line hangs true"}
    assert client.post(page.request["PATH_INFO"], new).status_code == 302
    assert client.login(username="nora", password="a plumb line hangs true")
    assert User.objects.get(username="nora").role_names == ["viewer"]
    assert {"user.created", "user.roles_changed", "user.password_link_made"} <= set(
        AuditEvent.objects.filter(subject="user:nora").values_list("action", flat=True)
    )


def test_what_decides_about_others_waits_for_another_person(people, actor):
    made = invite_person(username="nora", roles=[Role.CONTRIBUTOR, Role.APPROVER], actor=actor("admin"))
    assert made.user.role_names == ["contributor"]
    assert AccessRequest.objects.get().roles == ["approver"]


def test_every_fault_at_once_and_nobody_is_added(people, actor):
    with pytest.raises(Invalid) as refused:
        invite_person(username="n ora", roles=["boss"], teams=["none"], actor=actor("admin"))
    assert {fault.field for fault in refused.value.faults} == {"username", "roles", "teams"}
    with pytest.raises(NotAllowed):
        invite_person(username="nora", actor=actor("lead"))
    assert not User.objects.filter(username__startswith="n").exists()
