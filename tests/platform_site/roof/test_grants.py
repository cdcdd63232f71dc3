"""The privileges on each table."""

from __future__ import annotations

import pytest
from django.db import connection

from platform_site.roof.grants import Table, statements, tables


@pytest.mark.parametrize(
    ("table", "verbs"),
    [
        (Table("people_membership", False, False), "SELECT, INSERT, UPDATE, DELETE"),
        (Table("registry_override", True, False), "SELECT, INSERT, UPDATE"),
        (Table("audit_auditevent", True, True), "SELECT, INSERT"),
        (Table("audit_audithead", False, False), "SELECT, INSERT, UPDATE"),
        (Table("django_migrations", False, False), "SELECT"),
    ],
)
def test_a_recorded_row_can_only_be_read_and_added(table, verbs):
    assert table.verbs == verbs


@pytest.fixture
def on_postgresql(db):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no roles.")


@pytest.mark.postgresql
def test_the_triggers_show_which_tables_are_append_only(on_postgresql):
    by_name = {table.name: table for table in tables()}

    assert by_name["audit_auditevent"] == Table("audit_auditevent", True, True)
    assert by_name["registry_override"] == Table("registry_override", True, False)
    assert by_name["people_membership"] == Table("people_membership", False, False)


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("role", "quoted"), [("web", '"web"'), ('a"b', '"a""b"'), ('"; DROP TABLE x; --"', '"""; DROP TABLE x; --"""')]
)
def test_a_name_cannot_leave_its_quotes(on_postgresql, role, quoted):
    (usage,) = [statement for statement in statements(role) if statement.startswith("GRANT USAGE ON SCHEMA")]

    assert usage.endswith(f" TO {quoted}")


@pytest.mark.postgresql
def test_earlier_privileges_are_revoked_before_any_is_granted(on_postgresql):
    verbs = [statement.split()[0] for statement in statements("web")]

    assert verbs == ["REVOKE"] * 4 + ["GRANT"] * (2 + len(tables()))
