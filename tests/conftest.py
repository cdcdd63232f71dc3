"""What all tests share: the network shut, quick passwords, a database that keeps its rules through a flush."""

from __future__ import annotations

import contextlib
import gc
import os
from collections.abc import Callable, Collection, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests.runner import MARKS_OF_FOLDERS
from tests.running import chromium, migrated

hypothesis_settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
hypothesis_settings.register_profile("brief", hypothesis_settings.get_profile("unhurried"), max_examples=20)
hypothesis_settings.load_profile(os.environ.get("PLUMBLINE_TEST_LAWS", "unhurried"))

TESTS = Path(__file__).parent
SECOND_RUN = [TESTS.parent / folder for folder, marks in MARKS_OF_FOLDERS.items() if "second_run" in marks]
pytest_plugins = ["tests.people", "tests.form_validation"]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Nobody outside of this machine is spoken to."""
    from pytest_socket import socket_allow_hosts

    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


def pytest_collection_modifyitems(items) -> None:
    """A plain `manage.py test` runs some folders beside the others: see tests/runner.py. What needs the program of another
    tool is slow, so that no run installs it unless it is asked to."""
    for item in items:
        if item.get_closest_marker("neighbours"):
            item.add_marker(pytest.mark.slow)
        if any(map(item.path.is_relative_to, SECOND_RUN)):
            item.add_marker(pytest.mark.second_run)


def pytest_collection_finish() -> None:
    """Twenty thousand collected tests stay until the end: garbage is looked for among what comes after them."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def pytest_unconfigure() -> None:
    gc.unfreeze()  # what is left at the end is taken down as ever


@pytest.fixture(autouse=True)
def nothing_is_remembered():
    """No value that another test's rows were counted for."""
    from platform_site.audit.until_changed import EVERY

    for values in EVERY:
        values.forget()


@pytest.fixture(autouse=True)
def local_installation(settings):
    """Passwords hash quickly, and a new client does not read the folders of static files first: each is looked for when it
    is asked for."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings) -> None:
    """Begin with what `manage.py migrate` made, once for all lanes of a run. A PostgreSQL server of somebody else's is migrated
    here."""
    from django.db import connection

    template = os.environ.get(migrated.TEMPLATE)
    if connection.vendor == "sqlite" or template:
        connection.settings_dict["TEST"]["TEMPLATE"] = template
        connection.creation.create_test_db = partial(_create_by_copying, connection)


def _create_by_copying(connection: Any, **_: Any) -> str:
    name = connection.creation._get_test_db_name()
    if connection.vendor == "postgresql":
        connection.creation._create_test_db(verbosity=0, autoclobber=True)
    connection.close()
    connection.settings_dict["NAME"] = name
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        migrated.fill(connection.connection)
    return name


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Transactional tests leave the database as migrations made it. Django would empty every table and make types of content
    and permissions anew, for a second of CPU each time."""
    from django.db import connection
    from django.test import TransactionTestCase

    with django_db_blocker.unblock():
        as_migrated = _copy_again if connection.vendor == "sqlite" else _rows_again()
    teardown = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = lambda test_case: as_migrated()
    yield
    TransactionTestCase._fixture_teardown = teardown


def _copy_again() -> None:
    from django.db import connection

    connection.ensure_connection()
    migrated.fill(connection.connection)


def _rows_again() -> Callable[[], None]:
    """Remember the rows that migrations made; return what brings the tables back to those."""
    from django.apps import apps
    from django.db import connection, transaction

    every = {model: [*model._base_manager.order_by("pk")] for model in apps.get_models(include_auto_created=True)}
    born_with = {model: rows for model, rows in every.items() if rows}
    values = {model: [*model._base_manager.order_by("pk").values_list()] for model in born_with}
    others = (
        {*connection.introspection.table_names()}
        - {model._meta.db_table for model in born_with}
        - {"django_migrations"}
    )

    def again() -> None:
        changed = [model for model in born_with if [*model._base_manager.order_by("pk").values_list()] != values[model]]
        _empty([*others, *(model._meta.db_table for model in changed)])
        with transaction.atomic():  # foreign keys are checked at its end, so that the order does not matter
            for model in changed:
                model._base_manager.bulk_create(born_with[model])

    return again


def _empty(tables: list[str]) -> None:
    """Delete the rows of those tables that have any. Truncating makes a new file for every table and index."""
    from django.db import connection, transaction

    has_rows = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in tables)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(has_rows)
        filled = {name for (name,) in cursor.fetchall()}
        with _lifted(connection, filled) if filled else contextlib.nullcontext():
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")  # in any order
            for name in filled:
                cursor.execute(f'DELETE FROM "{name}"')


@contextlib.contextmanager
def _lifted(connection, tables: Collection[str] = ()) -> Iterator[None]:
    """The project's triggers, off; of those tables alone, where some are named. By their table's owner, not a superuser: any
    database that runs the tests allows it."""
    with connection.cursor() as cursor:
        lift, restore = _statements(cursor, connection.vendor, tables)
        for statement in lift:
            cursor.execute(statement)
        try:
            yield
        finally:
            if not connection.needs_rollback:  # a rollback brings them back by itself
                for statement in restore:
                    cursor.execute(statement)


def _statements(cursor, vendor: str, tables: Collection[str]) -> tuple[list[str], list[str]]:
    if vendor == "postgresql":
        cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
        names = [name for (name,) in cursor.fetchall() if not tables or name in tables]
        decided = "SET CONSTRAINTS ALL IMMEDIATE"  # no table is altered while foreign keys wait to be checked
        lift, restore = (
            [decided, *(f"ALTER TABLE {name} {word} TRIGGER USER" for name in names)] for word in ("DISABLE", "ENABLE")
        )
        return lift, restore
    cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    triggers = cursor.fetchall()
    return [f'DROP TRIGGER "{name}"' for name, _ in triggers], [sql for _, sql in triggers]


@pytest.fixture
def lifted_triggers(db):
    """A context in which the database's own guards are off, to play somebody who can rewrite it."""
    from django.db import connection

    return lambda: _lifted(connection)


@pytest.fixture(scope="session")
def broker() -> Iterator[str]:
    """The address of a real Valkey server, one for the whole run."""
    from tests.running.servers import valkey

    with valkey() as address:
        yield address


def pytest_terminal_summary(terminalreporter) -> None:
    """Say loudly what was not looked at."""
    skipped = [
        stat for stat in terminalreporter.stats.get("skipped", []) if chromium.HOW_TO_GET_IT in str(stat.longrepr)
    ]
    if skipped:
        other = f"!!!!! {len(skipped)} browser tests were SKIPPED. {chromium.HOW_TO_GET_IT} !!!!!"
        terminalreporter.write_line(other, yellow=True, bold=True)
    others = {
        str(stat.longrepr[2])
        for stat in terminalreporter.stats.get("skipped", [])
        if "NOT tested" in str(stat.longrepr)
    }
    for other in sorted(others):
        terminalreporter.write_line(f"!!!!! {other} !!!!!", yellow=True, bold=True)
