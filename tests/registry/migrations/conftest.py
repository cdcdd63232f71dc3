"""A database that earlier versions made: empty at first, then migrated one old migration after the other."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.apps.registry import Apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

Node = tuple[str, str]


def last_replaced() -> dict[str, Node]:
    """For each app with a squashed migration, the last of those it replaces."""
    migrations = MigrationLoader(None, replace_migrations=False).disk_migrations.values()
    return {migration.app_label: migration.replaces[-1] for migration in migrations if migration.replaces}


def migrate_by_the_old(*targets: Node) -> Apps:
    """Migrate to `targets` without any squashed migration; return the models as they were then."""
    executor = MigrationExecutor(connection)
    executor.loader.replace_migrations = False
    executor.loader.build_graph()
    executor.migrate(list(targets))
    return executor.loader.project_state(list(targets)).apps


def migrate() -> None:
    """Bring the database to the end, as an installation does when it starts."""
    call_command("migrate", verbosity=0)


@pytest.fixture
def earlier_database(transactional_db, tmp_path) -> Iterator[Callable[..., Apps]]:
    """While the test runs, the connection leads to an empty database; the value is `migrate_by_the_old`."""
    with _connected_to("earlier", tmp_path):
        yield migrate_by_the_old


@contextlib.contextmanager
def _connected_to(name: str, folder: Path) -> Iterator[None]:
    own = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"CREATE DATABASE {name}")
    connection.close()
    connection.settings_dict["NAME"] = name if connection.vendor == "postgresql" else folder / f"{name}.sqlite3"
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = own
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(f"DROP DATABASE {name}")
