"""`manage.py token`: one line for a script, and an exit code when there is no token."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from platform_site.people.models import ApiToken, User

pytestmark = pytest.mark.django_db


def test_the_command_adds_one_with_its_first_token(people, capsys):
    call_command("token", "ci-new", "--service", "--owner", "lead", "--team", "forecasting", "--role", "contributor")
    assert capsys.readouterr().out.startswith("plb_")
    made = User.objects.get(username="ci-new")
    assert (made.is_service, made.role_names, made.owner) == (True, ["contributor"], people["lead"])


def test_a_token_reads_only_and_never_expires_unless_asked(people, capsys):
    call_command("token", "viewer", "--name", "nightly import")
    token = ApiToken.objects.get()
    assert capsys.readouterr().out.startswith(token.prefix)
    assert (token.name, token.scopes, token.expires_at) == ("nightly import", ["read"], None)


def test_an_account_that_is_refused_gets_no_token(people):
    with pytest.raises(CommandError, match="moon") as refusal:
        call_command("token", "ci-new", "--service", "--owner", "lead", "--team", "moon")
    assert refusal.value.returncode == 2
    assert not User.objects.filter(username="ci-new").exists()
    assert not ApiToken.objects.exists()


def test_an_account_is_a_viewer_by_default(people):
    call_command("token", "ci-new", "--service", "--owner", "lead", "--team", "forecasting")
    assert User.objects.get(username="ci-new").role_names == ["viewer"]


@pytest.mark.parametrize(
    ("owner", "sentence"), [((), "--owner is missing"), (("--owner", "ghost"), "ghost is not a person")]
)
def test_somebody_answers_for_an_account(people, owner, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("token", "ci-new", "--service", "--team", "forecasting", *owner)
    assert not User.objects.filter(username="ci-new").exists()
