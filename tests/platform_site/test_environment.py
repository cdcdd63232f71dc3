"""What an installation is told by its environment; an unsafe one does not start."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from platform_site import environment
from platform_site.environment import Unsafe, read
from platform_site.people.provider import settings as provider_settings

PROJECT = Path(__file__).resolve().parents[2]
LONG = "k3Zp-9fQw_Xr7LmV2sTb8NcYdE4hJgUa6RoWiP1zCxS-Tq5BnGy0MvKh"
OTHER = LONG[::-1]
PRODUCTION = {"DEBUG": "0", "SECRET_KEY": LONG, "AUDIT_KEY": OTHER, "ALLOWED_HOSTS": "plumbline.example"}
UNSAFE = [
    ("no key", {"SECRET_KEY": ""}, "SECRET_KEY is missing"),
    ("a known key", {"SECRET_KEY": f"django-insecure-{LONG}"}, "SECRET_KEY is a published example"),
    ("a short key", {"SECRET_KEY": "short"}, "SECRET_KEY is too easy to guess"),
    ("a key of one letter", {"AUDIT_KEY": "a" * 64}, "AUDIT_KEY is too easy to guess"),
    ("no audit key", {"AUDIT_KEY": ""}, "AUDIT_KEY is missing"),
    ("one key for two purposes", {"AUDIT_KEY": LONG}, "AUDIT_KEY equals SECRET_KEY"),
    ("every host", {"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS is `*`"),
    ("no host", {"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS is missing"),
]


def manage(*arguments: str, tmp_path: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    own = {setting.name for setting in environment.SETTINGS}
    kept = {name: value for name, value in os.environ.items() if name not in own}
    command = [sys.executable, "-W", "error", "manage.py", *arguments]
    given = kept | {"STATE_DIR": str(tmp_path)} | variables
    return subprocess.run(command, cwd=PROJECT, env=given, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("name", "changed", "sentence"), UNSAFE)
def test_an_unsafe_installation_does_not_start_and_says_why(name, changed, sentence, tmp_path):
    ended = manage("check", tmp_path=tmp_path, **(PRODUCTION | changed))
    assert ended.returncode == 1, name
    faults = [line for line in ended.stderr.splitlines() if line.startswith("  - ")]
    assert [sentence in fault for fault in faults] == [True]
    assert "Traceback" not in ended.stderr
    assert not list(tmp_path.iterdir()), "nothing is left behind by an installation that did not start"


def test_every_fault_is_named_at_once():
    given = {"DEBUG": "0", "CHECK_MEMORY_MIB": "lots", "CHECK_TIME_LIMIT_S": "0", "BEHIND_TLS_PROXY": "maybe"}
    given |= {"AUDIT_HEADS_URL": "ftp://elsewhere", "AUDIT_HEADS_SECRET": "short"}
    with pytest.raises(Unsafe) as unsafe:
        read(given, base_dir=Path("/nowhere"))
    named = [fault.split()[0] for fault in unsafe.value.faults]
    limits = ["CHECK_MEMORY_MIB", "CHECK_TIME_LIMIT_S", "BEHIND_TLS_PROXY", "AUDIT_HEADS_URL", "AUDIT_HEADS_SECRET"]
    assert sorted(named) == sorted(["ALLOWED_HOSTS", "SECRET_KEY", "AUDIT_KEY", *limits])


CONNECTIONS = [
    ("CONNECTION_WAREHOUSE", "mysql://reader@host/name", "no address of a PostgreSQL database"),
    ("CONNECTION_WAREHOUSE", "host=db password=hunter2", "no address of a PostgreSQL database"),
    ("CONNECTION_WAREHOUSE", "postgres://reader:hunter2@host:port/name", "no address of a PostgreSQL database"),
    ("CONNECTION_warehouse", "postgres://reader:hunter2@host/name", "names no connection"),
    ("CONNECTION_", "postgres://reader:hunter2@host/name", "names no connection"),
    ("CONNECTION_OWN", "postgresql://reader:hunter2@db:5432/plumbline", "Plumbline's own database"),
]


@pytest.mark.parametrize(("name", "address", "sentence"), CONNECTIONS)
def test_a_connection_that_is_none_is_named_without_its_secrets(name, address, sentence, tmp_path):
    given = {"DATABASE_URL": "postgres://plumbline:other@db/plumbline", name: address}
    with pytest.raises(Unsafe) as unsafe:
        read(given, base_dir=tmp_path)
    [fault] = unsafe.value.faults
    assert fault.startswith(name)
    assert sentence in fault
    assert "hunter2" not in fault


def test_connections_are_called_by_small_letters(tmp_path):
    address = "postgres://reader:secret@db/warehouse"
    found = read({"CONNECTION_WAREHOUSE": address, "CONNECTION_DWH_2": address}, base_dir=tmp_path)
    assert found.connections == {"dwh_2": address, "warehouse": address}


@pytest.mark.parametrize("hosts", ["plumbline.example", "localhost,plumbline.example", "0.0.0.0", "*"])
def test_a_host_that_others_reach_makes_it_production(hosts, tmp_path):
    with pytest.raises(Unsafe, match="SECRET_KEY is missing"):
        read({"ALLOWED_HOSTS": hosts}, base_dir=tmp_path)


def test_a_fault_never_quotes_a_secret():
    with pytest.raises(Unsafe) as unsafe:
        read(PRODUCTION | {"SECRET_KEY": "hunter2", "AUDIT_KEY": "hunter3"}, base_dir=Path("/nowhere"))
    assert "hunter" not in str(unsafe.value)


@pytest.mark.slow
def test_production_passes_the_deployment_check_without_a_warning(tmp_path):
    ended = manage("check", "--deploy", "--fail-level", "WARNING", tmp_path=tmp_path, **PRODUCTION)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_local_installation_makes_its_secrets_once_and_keeps_them_to_itself(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: read({}, base_dir=tmp_path), range(8)))
    assert len({(one.secret_key, one.audit_key) for one in found}) == 1
    assert found[0].secret_key != found[0].audit_key
    assert min(len(found[0].secret_key), len(found[0].audit_key)) >= 32
    kept = tmp_path / "var" / "secrets.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert [path.name for path in kept.parent.iterdir()] == ["secrets.json"]
    assert not found[0].production


@pytest.mark.parametrize("text", ["", "{}", "[]", "not JSON", '{"SECRET_KEY": "x"}'])
def test_a_broken_secrets_file_is_named_and_not_replaced(text, tmp_path):
    (tmp_path / "secrets.json").write_text(text)
    with pytest.raises(Unsafe, match=r"secrets\.json cannot be read or made"):
        read({"STATE_DIR": str(tmp_path)}, base_dir=tmp_path)
    assert (tmp_path / "secrets.json").read_text() == text


def test_every_variable_that_is_read_is_documented():
    source = Path(environment.__file__).read_text() + Path(provider_settings.__file__).read_text()
    for setting in environment.SETTINGS:
        literal = f'"{setting.name}"'.replace('<NAME>"', "")
        assert source.count(literal) >= 2, f"{setting.name} is documented and never read"
    readme = (PROJECT / "README.md").read_text()
    assert [setting.name for setting in environment.SETTINGS if setting.name not in readme] == []


def test_what_is_given_is_what_holds(tmp_path):
    found = read(PRODUCTION | {"DATA_ROOTS": f"{tmp_path}/a:{tmp_path}/b", "CHECK_MEMORY_MIB": "64"}, base_dir=tmp_path)
    assert (found.production, found.debug, found.secret_key) == (True, False, LONG)
    assert (found.data_roots, found.check_memory_mib) == ([tmp_path / "a", tmp_path / "b"], 64)
    assert found.allowed_hosts == ["plumbline.example"]
