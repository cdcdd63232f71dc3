"""A database of an earlier landing is brought up to date: nothing of it is lost, its chain verifies, its pages open."""

from __future__ import annotations

import gzip
import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running.installation import PROJECT, variables

pytestmark = pytest.mark.slow
LANDINGS = sorted((PROJECT / "tests" / "data" / "upgrade").glob("*.sql.gz"))
KEYS = {
    "AUDIT_KEY": "a key for the test of upgrades, and for nothing else",
    "SECRET_KEY": "another key for the test of upgrades",
}
TABLES = ("assessments_ticket", "assessments_assessment", "assessments_trainingrun", "registry_modelversion",
        "registry_featureversion", "registry_gatedecision", "registry_checkrun", "people_user", "people_team")  # fmt: skip
OPEN = """
import json
from django.core.management import call_command
from django.test import Client
from platform_site.people.models import User
client = Client()
client.force_login(User.objects.get(username="lead"))
pages = ("/", "/registry/models/", "/registry/models/delay_forecast/v2.3.1/", "/registry/checks/", "/registry/alerts/",
         "/tickets/", "/adoption/", "/postmortems/", "/audit/")
print(json.dumps({page: client.get(page, headers={"host": "localhost"}).status_code for page in pages}))
call_command("verify_audit")
"""


def restored(dump: Path, state_dir: Path) -> Path:
    """The database of a dump, in a state folder of its own."""
    state_dir.mkdir()
    database = state_dir / "db.sqlite3"
    with sqlite3.connect(database) as connection:
        connection.executescript(gzip.decompress(dump.read_bytes()).decode())
    return database


def counts(database: Path) -> dict[str, int]:
    with sqlite3.connect(database) as connection:
        return {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES}


def manage(state_dir: Path, *words: str) -> str:
    command = [sys.executable, "manage.py", *words]
    done = subprocess.run(
        command, cwd=PROJECT, env=variables(state_dir, **KEYS), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_there_is_a_database_of_an_earlier_landing():
    assert LANDINGS


@pytest.mark.parametrize("dump", LANDINGS, ids=lambda path: path.name.partition(".")[0])
def test_it_is_brought_up_to_date_and_loses_nothing(dump, tmp_path):
    state_dir = tmp_path / "var"
    database = restored(dump, state_dir)
    before = counts(database)
    manage(state_dir, "migrate", "--verbosity", "0")
    assert counts(database) == before
    assert manage(state_dir, "verify_audit").startswith("The chain is intact")
    statuses, verified = manage(state_dir, "shell", "-v", "0", "-c", OPEN).splitlines()
    answers = json.loads(statuses)
    assert set(answers.values()) == {200}, answers
    assert verified.startswith("The chain is intact")
