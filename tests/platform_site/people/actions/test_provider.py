"""What a sign-in through the provider does to accounts, roles and teams here."""

from __future__ import annotations

import pytest

from platform_site.access import SYSTEM
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed, Refused
from platform_site.people import actions
from platform_site.people.actions.provider import admit, hand_over
from platform_site.people.models import ProviderIdentity, Team, User
from platform_site.people.provider.flow import Claims
from platform_site.people.provider.settings import Membership
from tests.platform_site.people.identity_provider import sign_in

pytestmark = pytest.mark.django_db
CLAIMS = Claims("https://id.example", "1", "jane", ("ml-leads",))
LEAD = Membership(("lead",), ("ml-platform",))


def recorded(subject: str) -> list[tuple[str, str]]:
    events = AuditEvent.objects.filter(subject=subject).order_by("sequence")
    return list(events.values_list("actor", "action"))


def test_a_group_that_is_gone_takes_its_role_at_the_next_sign_in(provider, client, django_user_model):
    sign_in(client)
    client.post("/logout/")
    provider.person["groups"] = ["data"]
    sign_in(client)
    jane = User.objects.get(username="jane")
    assert (jane.role_names, jane.is_staff) == (["contributor"], False)
    last = AuditEvent.objects.filter(action="user.roles_changed").first()
    assert (last.subject, last.content) == ("user:jane", {"from": ["lead"], "to": ["contributor"]})


def test_the_last_administrator_loses_the_role_too(provider, client):
    provider.person["groups"] = ["admins"]
    sign_in(client)
    actions.set_active(User.objects.get(username="admin"), False, actor=SYSTEM)
    provider.person["groups"] = ["data"]
    client.post("/logout/")
    sign_in(client)
    assert not User.objects.get(username="jane").is_superuser


def test_a_local_account_is_nobodys_at_the_provider_until_it_is_handed_over(provider, client, people, actor):
    provider.person["preferred_username"] = "Viewer"
    refused = sign_in(client)
    assert (refused.status_code, "hand the account over" in refused.content.decode()) == (403, True)
    with pytest.raises(NotAllowed):
        hand_over(people["viewer"], actor=actor("lead"))
    with pytest.raises(Refused, match="another administrator"):
        hand_over(people["admin"], actor=actor("admin"))
    hand_over(people["viewer"], actor=actor("admin"))
    assert sign_in(client).url == "/"
    assert User.objects.get(username="viewer").role_names == ["lead"]
    assert ("admin", "user.handed_over") in recorded("user:viewer")


def test_a_name_is_one_persons_at_the_provider_and_a_service_accounts_never(provider, client):
    sign_in(client)
    client.post("/logout/")
    provider.person["sub"] = "another person, called jane now"
    assert sign_in(client).status_code == 403
    actions.create_service_account(name="ci-bot", team="forecasting", actor=SYSTEM)
    provider.person["preferred_username"] = "ci-bot"
    assert sign_in(client).status_code == 403
    assert ProviderIdentity.objects.count() == 1


def test_who_comes_in_through_the_provider_has_no_password_here(provider, client):
    sign_in(client)
    assert not User.objects.get(username="jane").has_usable_password()


def test_who_is_kept_out_here_stays_outside(provider, client):
    sign_in(client)
    actions.set_active(User.objects.get(username="jane"), False, actor=SYSTEM)
    assert client.get("/").status_code == 302
    assert "is deactivated" in sign_in(client).content.decode()


def test_a_second_sign_in_with_the_same_groups_changes_and_records_nothing(people):
    first = admit(CLAIMS, LEAD)
    events = AuditEvent.objects.count()
    assert admit(CLAIMS._replace(username="jane-renamed"), LEAD) == first
    assert AuditEvent.objects.count() == events


def test_the_same_subject_of_another_issuer_is_somebody_else(people):
    admit(CLAIMS, LEAD)
    other = admit(CLAIMS._replace(issuer="https://other.example", username="joan"), LEAD)
    assert other.username == "joan"
    assert ProviderIdentity.objects.filter(subject="1").count() == 2


def test_teams_alone_let_nobody_in_and_create_nothing(people):
    with pytest.raises(NotAllowed) as refusal:
        admit(CLAIMS, Membership((), ("brand-new",)))
    assert refusal.value.code == "no_role"
    assert not User.objects.filter(username="jane").exists()
    assert not Team.objects.filter(slug="brand-new").exists()


@pytest.mark.parametrize("username", ["no name", "system", "j\u00e4ne", "x" * 151])
def test_a_name_that_no_account_may_have_is_refused_by_its_field(people, username):
    with pytest.raises(Invalid) as refusal:
        admit(CLAIMS._replace(username=username), LEAD)
    assert {fault.field for fault in refusal.value.faults} == {"username"}
    assert not ProviderIdentity.objects.exists()


def test_handing_over_twice_is_recorded_once_and_a_service_account_is_left_alone(people, bot, actor):
    for user in (people["viewer"], people["viewer"], bot):
        hand_over(user, actor=actor("admin"))
    events = AuditEvent.objects.filter(action="user.handed_over")
    assert [event.subject for event in events] == ["user:viewer"]
