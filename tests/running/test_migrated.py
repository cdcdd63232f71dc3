"""What tests begin with is what `manage.py migrate` makes, and is for its owner only."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection

from platform_site.people.models import Team
from tests.running import migrated

TRIGGERS = {
    "sqlite": "SELECT count(*) FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal",
}


@pytest.mark.django_db
@pytest.mark.postgresql
def test_the_database_of_the_tests_has_every_migration():
    call_command("migrate", check_unapplied=True, verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(TRIGGERS[connection.vendor])
        assert cursor.fetchone()[0] > 20


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgresql
@pytest.mark.parametrize("turn", [1, 2])
def test_a_transactional_test_leaves_it_as_it_was(turn):
    assert not Team.objects.exists()
    types = ContentType.objects.count()
    assert Permission.objects.filter(codename="add_team").exists()
    Team.objects.create(slug="ghosts", name="Ghosts")
    Permission.objects.all().delete()
    ContentType.objects.create(app_label="ghosts", model="ghost")
    assert ContentType.objects.count() == types + 1


def test_an_installation_gets_it_once_with_its_keys_and_keeps_what_it_has(tmp_path):
    migrated.install(tmp_path / "var")
    file, keys = tmp_path / "var" / migrated.NAME, tmp_path / "var" / migrated.KEYS
    assert [path.stat().st_mode & 0o777 for path in (file.parent, file, keys)] == [0o700, 0o600, 0o600]
    with closing(sqlite3.connect(file)) as database:
        assert database.execute("SELECT count(*) FROM audit_auditevent").fetchone() == (0,)
    file.write_bytes(b"its own")
    migrated.install(tmp_path / "var")
    assert file.read_bytes() == b"its own"
