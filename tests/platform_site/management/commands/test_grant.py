"""`manage.py grant`: the statements for a role, and the roles that are refused."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


@pytest.fixture
def owner():
    """The role that owns the tables."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no roles.")
    return connection.settings_dict["USER"]


def test_the_statements_can_be_read_without_running_them(owner, capsys):
    call_command("grant", "reader", sql=True)
    statements = capsys.readouterr().out.splitlines()
    assert {
        'GRANT SELECT, INSERT ON "public"."audit_auditevent" TO "reader";',
        'GRANT SELECT, INSERT, UPDATE ON "public"."audit_audithead" TO "reader";',
        'GRANT SELECT, INSERT, UPDATE ON "public"."registry_override" TO "reader";',
        'GRANT SELECT, INSERT, UPDATE, DELETE ON "public"."people_membership" TO "reader";',
        'GRANT SELECT ON "public"."django_migrations" TO "reader";',
    } <= set(statements)
    assert not [statement for statement in statements if "DELETE" in statement and "audit" in statement]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_roles WHERE rolname = 'reader'")
        assert cursor.fetchone() == (0,)


def test_a_role_that_does_not_exist_and_the_owner_are_refused(owner):
    with pytest.raises(CommandError, match="Nothing was granted: role"):
        call_command("grant", "no-such-role")
    with pytest.raises(CommandError, match="owns the tables") as refused:
        call_command("grant", owner)
    assert refused.value.returncode == 2


def test_sqlite_has_no_roles():
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has roles.")
    with pytest.raises(CommandError, match="Only PostgreSQL has roles") as refused:
        call_command("grant", "application")
    assert refused.value.returncode == 2
