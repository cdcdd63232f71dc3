"""The environment variables: what an installation reads from them; one that is not safe does not start."""

from __future__ import annotations

import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from platform_site.environment import VARIABLES, ImproperlyConfigured, read
from tests.running.installation import variables as only

PROJECT = Path(__file__).resolve().parents[2]
LONG = "k3Zp-9fQw_Xr7LmV2sTb8NcYdE4hJgUa6RoWiP1zCxS-Tq5BnGy0MvKh"
OTHER = LONG[::-1]
PRODUCTION = {
    "DEBUG": "0", "SECRET_KEY": LONG, "AUDIT_KEY": OTHER, "ALLOWED_HOSTS": "plumbline.example",
    "DATABASE_URL": "postgres://plumbline@127.0.0.1/plumbline", "REDIS_URL": "redis://127.0.0.1:6379/0",
}  # fmt: skip
PROVIDER = {
    "OIDC_ISSUER": "http://localhost:9000", "OIDC_CLIENT_ID": "plumbline", "OIDC_CLIENT_SECRET": "hunter2",
    "OIDC_GROUP_MAP": '{"ml-leads": {"roles": ["lead"]}}',
}  # fmt: skip
UNSAFE = [
    ("no key", {"SECRET_KEY": ""}, "SECRET_KEY: missing. Production requires at least 32"),
    ("a known key", {"SECRET_KEY": f"django-insecure-{LONG}"}, "SECRET_KEY: the value is a published example"),
    ("a short key", {"SECRET_KEY": "short"}, "SECRET_KEY: the value is too easy to guess"),
    ("a key of one letter", {"AUDIT_KEY": "a" * 64}, "AUDIT_KEY: the value is too easy to guess"),
    ("no audit key", {"AUDIT_KEY": ""}, "AUDIT_KEYS: missing"),
    ("a short key among several", {"AUDIT_KEYS": f"{OTHER},short"}, "AUDIT_KEYS: the value is too easy to guess"),
    ("an earlier secret key for the chain", {"SECRET_KEY_FALLBACKS": OTHER}, "AUDIT_KEY: equals SECRET_KEY"),
    ("one key for two purposes", {"AUDIT_KEY": LONG}, "AUDIT_KEY: equals SECRET_KEY"),
    ("every host", {"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS: * is every host"),
    ("no host", {"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS: missing"),
    ("no database", {"DATABASE_URL": ""}, "DATABASE_URL: missing. DEBUG=0 requires the address of a database"),
    ("no broker", {"REDIS_URL": ""}, "REDIS_URL: missing. DEBUG=0 requires the address of a Redis or Valkey server"),
]


def manage(*arguments: str, tmp_path: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "manage.py", *arguments]
    own = only(tmp_path, **variables)
    return subprocess.run(command, cwd=PROJECT, env=own, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("name", "changed", "sentence"), UNSAFE)
def test_an_unsafe_installation_does_not_start_and_says_why(name, changed, sentence, tmp_path):
    ended = manage("check", tmp_path=tmp_path, **(PRODUCTION | changed))
    assert ended.returncode == 1, name
    faults = [line for line in ended.stderr.splitlines() if line.startswith("  - ")]
    assert [sentence in fault for fault in faults] == [True]
    assert "Traceback" not in ended.stderr
    assert not list(tmp_path.iterdir()), "nothing is left behind by an installation that did not start"


def test_every_fault_is_named_at_once():
    values = {"DEBUG": "0", "CHECK_MEMORY_MIB": "lots", "CHECK_TIME_LIMIT_S": "0", "BEHIND_TLS_PROXY": "maybe"}
    values |= {"AUDIT_HEADS_URL": "ftp://elsewhere", "AUDIT_HEADS_SECRET": "short"}
    with pytest.raises(ImproperlyConfigured) as refusal:
        read(values, base_dir=Path("/nowhere"))
    named = [fault.split(":")[0] for fault in refusal.value.faults]
    limits = ["CHECK_MEMORY_MIB", "CHECK_TIME_LIMIT_S", "BEHIND_TLS_PROXY", "AUDIT_HEADS_URL", "AUDIT_HEADS_SECRET"]
    assert sorted(named) == sorted(["ALLOWED_HOSTS", "SECRET_KEY", "AUDIT_KEYS", "DATABASE_URL", "REDIS_URL", *limits])


CONNECTIONS = [
    ("CONNECTION_WAREHOUSE", "mysql://reader@host/name", "not the address of a place of data"),
    ("CONNECTION_WAREHOUSE", "host=db password=hunter2", "not the address of a place of data"),
    ("CONNECTION_WAREHOUSE", "postgres://reader:hunter2@host:port/name", "not the address of a place of data"),
    ("CONNECTION_LAKE", "sc://host/path", "not the address of a place of data"),
    ("CONNECTION_LAKE", "sc://host/;token=hunter2", "SPARK_CONNECT_AUTHENTICATE_TOKEN"),
    ("CONNECTION_LAKE", "s3://key:hunter2@bucket/lake", "AWS_SECRET_ACCESS_KEY"),
    ("CONNECTION_LAKE", "s3://bucket?secret_key=hunter2", "has 'secret_key' in its address"),
    ("CONNECTION_LAKE", "az://account", "not the address of a place of data"),
    ("CONNECTION_warehouse", "postgres://reader:hunter2@host/name", "not the name of a connection"),
    ("CONNECTION_", "postgres://reader:hunter2@host/name", "not the name of a connection"),
    ("CONNECTION_OWN", "postgresql://reader:hunter2@db:5432/plumbline", "Plumbline's own database"),
]


@pytest.mark.parametrize(("name", "address", "sentence"), CONNECTIONS)
def test_a_connection_that_is_not_valid_is_named_without_its_secrets(name, address, sentence, tmp_path):
    values = {"DATABASE_URL": "postgres://plumbline:other@db/plumbline", name: address}
    with pytest.raises(ImproperlyConfigured) as refusal:
        read(values, base_dir=tmp_path)
    [fault] = refusal.value.faults
    assert fault.startswith(name)
    assert sentence in fault
    assert "hunter2" not in fault


def test_connections_are_called_by_small_letters(tmp_path):
    address = "postgres://reader:secret@db/warehouse"
    result = read({"CONNECTION_WAREHOUSE": address, "CONNECTION_DWH_2": address}, base_dir=tmp_path)
    assert result.connections == {"dwh_2": address, "warehouse": address}


FAULTS = [
    ("RUN_LEASE_S", "4", "4 is not a whole number from 5 to 1000000."),
    ("RUN_LEASE_S", "1000001", "1000001 is not a whole number from 5 to 1000000."),
    ("RUN_LEASE_S", "5.5", "5.5 is not a whole number from 5 to 1000000."),
    ("DEBUG", "maybe not", "'maybe not' is not 1 or 0."),
    ("PASSWORD_SIGN_IN", "some", "some is not everybody, administrators or nobody."),
    ("AUDIT_HEADS_URL", "ftp://elsewhere/x", "ftp://elsewhere is not an http or https address."),
    ("MLFLOW_TRACKING_URI", "mlflow.example", "the value is not an http or https address."),
    ("MLFLOW_TRACKING_TOKEN", "hunter2\n3", "the value is not a token of printable ASCII characters."),
    ("OUTBOUND_ALLOW", "127.0.0.1,10.2.0.1/16", "10.2.0.1/16 is not an address or a network such as 10.2.0.0/16."),
    ("EMAIL_URL", "http://ops:hunter2@mail", "http://mail is not the address of a mail server, such as"),
    ("EMAIL_URL", "smtp://ops:hunter2@mail:66000", "the value is not the address of a mail server, such as"),
    (
        "CSRF_TRUSTED_ORIGINS",
        "plumbline.example",
        "plumbline.example is not an origin such as https://plumbline.example",
    ),
    ("CSRF_TRUSTED_ORIGINS", "https://a.example, https://b.example/", "https://b.example/ is not an origin such as"),
    ("CSRF_TRUSTED_ORIGINS", "https://a.example:port", "https://a.example:port is not an origin such as"),
    ("REDIS_URL", "http://:hunter2@broker:6379/0", "http://broker is not the address of a Redis or Valkey server"),
    ("REDIS_URL", "redis://:hunter2@broker/queue", "redis://broker is not the address of a Redis or Valkey server"),
    ("REDIS_URL", "broker:6379", "the value is not the address of a Redis or Valkey server"),
    (
        "DATABASE_URL",
        "mysql://plumbline:hunter2@db/plumbline",
        "mysql://db is not the address of a database, postgres://",
    ),
    ("DATABASE_URL", "postgres://plumbline:hunter2@db", "postgres://db is not the address of a database"),
    ("DATABASE_URL", "postgres://plumbline:hunter2@db:port/plumbline", "the value is not the address of a database"),
    ("DATABASE_URL", "postgres://plumbline:hunter2/@db/plumbline", "the value is not the address of a database"),
    ("DATABASE_URL", "sqlite://plumbline.sqlite3", "sqlite://plumbline.sqlite3 is not the address of a database"),
    ("DATABASE_URL", "db.sqlite3", "the value is not the address of a database"),
]


@pytest.mark.parametrize(("name", "value", "sentence"), FAULTS)
def test_a_fault_names_the_variable_its_value_and_what_it_must_be(name, value, sentence, tmp_path):
    others = {"AUDIT_HEADS_SECRET": LONG, "MLFLOW_TRACKING_URI": "https://mlflow.example"}
    with pytest.raises(ImproperlyConfigured) as refusal:
        read(others | {name: value}, base_dir=tmp_path)
    [fault] = refusal.value.faults
    assert fault.startswith(f"{name}: {sentence}")
    assert "hunter2" not in fault
    assert not list(tmp_path.iterdir())


BETWEEN = [
    ({"AUDIT_HEADS_URL": "https://heads.example"}, "AUDIT_HEADS_SECRET: missing. AUDIT_HEADS_URL requires at least 32"),
    ({"MLFLOW_TRACKING_TOKEN": "hunter2"}, "MLFLOW_TRACKING_TOKEN: set without MLFLOW_TRACKING_URI."),
    ({"PASSWORD_SIGN_IN": "nobody"}, "PASSWORD_SIGN_IN: nobody could sign in. Set OIDC_ISSUER, or choose everybody."),
    ({"OIDC_NAME": "Example ID"}, "OIDC_NAME: set without OIDC_ISSUER. Set OIDC_ISSUER too, or remove OIDC_NAME."),
    (PRODUCTION | PROVIDER, "OIDC_ISSUER: http://localhost is not an https address without a query"),
]


@pytest.mark.parametrize(("variables", "sentence"), BETWEEN)
def test_variables_that_do_not_go_together_are_refused(variables, sentence, tmp_path):
    with pytest.raises(ImproperlyConfigured) as refusal:
        read(variables, base_dir=tmp_path)
    [fault] = refusal.value.faults
    assert fault.startswith(sentence)
    assert "hunter2" not in fault


def test_a_provider_on_this_machine_needs_no_encryption_where_nobody_else_comes(tmp_path):
    assert read(PROVIDER, base_dir=tmp_path).provider.issuer == "http://localhost:9000"


VALID = [
    ("DATABASE_URL", "postgresql://plumbline@db:5432/plumbline"),
    ("DATABASE_URL", "postgres:///plumbline"),
    ("DATABASE_URL", "postgres://%2Fvar%2Frun%2Fpostgresql/plumbline"),
    ("DATABASE_URL", "sqlite:////var/lib/plumbline/db.sqlite3"),
    ("REDIS_URL", "rediss://:password@broker:6380/1"),
    ("REDIS_URL", "redis://broker"),
]


@pytest.mark.parametrize(("name", "value"), VALID)
def test_an_address_that_is_valid_is_read_as_it_is(name, value, tmp_path):
    assert getattr(read({name: value}, base_dir=tmp_path), name.lower()) == value


def test_an_empty_variable_has_its_default(tmp_path):
    empty = {variable.name.replace("<NAME>", "WAREHOUSE"): "" for variable in VARIABLES.values()}
    assert read(empty, base_dir=tmp_path) == read({}, base_dir=tmp_path)
    assert read(empty, base_dir=tmp_path).csrf_trusted_origins == []


def test_origins_may_name_all_hosts_of_a_domain(tmp_path):
    environ = {"CSRF_TRUSTED_ORIGINS": "https://*.plumbline.example, http://localhost:8000"}
    assert read(environ, base_dir=tmp_path).csrf_trusted_origins == [
        "https://*.plumbline.example", "http://localhost:8000",
    ]  # fmt: skip


def test_no_secret_is_in_what_python_prints_of_the_environment(tmp_path):
    environ = PRODUCTION | PROVIDER | {"OIDC_ISSUER": "https://id.example", "REDIS_URL": "redis://:hunter2@broker"}
    printed = repr(read(environ | {"DATABASE_URL": "postgres://p:hunter2@db/p"}, base_dir=tmp_path))
    assert "hunter2" not in printed
    assert LONG not in printed


@pytest.mark.parametrize("hosts", ["plumbline.example", "localhost,plumbline.example", "0.0.0.0", "*"])
def test_a_host_that_others_reach_makes_it_production(hosts, tmp_path):
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY: missing"):
        read({"ALLOWED_HOSTS": hosts}, base_dir=tmp_path)


def test_a_fault_never_quotes_a_secret():
    with pytest.raises(ImproperlyConfigured) as refusal:
        read(PRODUCTION | {"SECRET_KEY": "hunter2", "AUDIT_KEY": "hunter3"}, base_dir=Path("/nowhere"))
    assert "hunter" not in str(refusal.value)


def test_a_database_in_a_file_is_production_where_it_is_named(tmp_path):
    result = read(PRODUCTION | {"DATABASE_URL": f"sqlite:///{tmp_path}/p.sqlite3"}, base_dir=tmp_path)
    assert result.database_url == f"sqlite:///{tmp_path}/p.sqlite3"


@pytest.mark.parametrize("path", ["/plumb", "/ml/plumb-line_2"])
def test_a_path_below_which_it_is_reached(path, tmp_path):
    assert read({"SCRIPT_NAME": path}, base_dir=tmp_path).script_name == path


@pytest.mark.parametrize("path", ["plumb", "/plumb/", "/", "/a//b", "/../b", "/a b", "https://x/plumb"])
def test_what_is_not_such_a_path_is_named(path, tmp_path):
    with pytest.raises(ImproperlyConfigured, match=r"SCRIPT_NAME: .* is not a path such as /plumbline"):
        read({"SCRIPT_NAME": path}, base_dir=tmp_path)


@pytest.mark.slow
def test_production_passes_the_deployment_check_without_a_warning(tmp_path):
    ended = manage("check", "--deploy", "--fail-level", "WARNING", tmp_path=tmp_path, **PRODUCTION)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_local_installation_makes_its_secrets_once_and_keeps_them_to_itself(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        result = list(pool.map(lambda _: read({}, base_dir=tmp_path), range(8)))
    assert len({(row.secret_key, row.audit_keys[0]) for row in result}) == 1
    assert result[0].secret_key != result[0].audit_keys[0]
    assert min(len(result[0].secret_key), len(result[0].audit_keys[0])) >= 32
    outcome = tmp_path / "var" / "secrets.json"
    assert stat.S_IMODE(outcome.stat().st_mode) == 0o600
    assert [path.name for path in outcome.parent.iterdir()] == ["secrets.json"]
    assert not result[0].production


@pytest.mark.parametrize("place", ["var/db.sqlite3", "elsewhere.sqlite3"])
def test_keys_that_are_gone_are_not_made_anew_over_a_database(place, tmp_path):
    (database := tmp_path / place).parent.mkdir(exist_ok=True)
    database.write_bytes(b"SQLite format 3")
    with pytest.raises(ImproperlyConfigured, match=r"secrets\.json is gone, and with it the keys of"):
        read({"DATABASE_URL": f"sqlite:///{database}"} if place[0] == "e" else {}, base_dir=tmp_path)
    assert not (tmp_path / "var" / "secrets.json").exists()


def test_the_newest_audit_key_comes_first(tmp_path):
    assert read(PRODUCTION | {"AUDIT_KEYS": f"{OTHER}2, {OTHER}1"}, base_dir=tmp_path).audit_keys == [
        f"{OTHER}2",
        f"{OTHER}1",
    ]
    assert read(PRODUCTION, base_dir=tmp_path).audit_keys == [OTHER]


@pytest.mark.parametrize("text", ["", "{}", "[]", "not JSON", '{"SECRET_KEY": "x"}'])
def test_a_broken_secrets_file_is_named_and_not_replaced(text, tmp_path):
    (tmp_path / "secrets.json").write_text(text)
    with pytest.raises(ImproperlyConfigured, match=r"secrets\.json cannot be read or made"):
        read({"STATE_DIR": str(tmp_path)}, base_dir=tmp_path)
    assert (tmp_path / "secrets.json").read_text() == text


def test_what_is_given_is_what_holds(tmp_path):
    result = read(
        PRODUCTION | {"DATA_ROOTS": f"{tmp_path}/a:{tmp_path}/b", "CHECK_MEMORY_MIB": "64"}, base_dir=tmp_path
    )
    assert (result.production, result.debug, result.secret_key) == (True, False, LONG)
    assert (result.data_roots, result.check_memory_mib) == ([tmp_path / "a", tmp_path / "b"], 64)
    assert result.allowed_hosts == ["plumbline.example"]
