# ruff: noqa: RUF009 - `variable` declares a field, as `dataclasses.field` does
"""The environment variables Plumbline reads, each written once, and the rules between them; checked all at once.

Standard library alone: the test runner reads this before Django is set up, and no process waits for a library here.

Two kinds of installation exist. A *local* one answers to this machine only; its secrets are made at random at the
first start and kept in ``STATE_DIR/secrets.json``. A *production* one (``DEBUG=0``, or a host name that others can
reach) must be given its secrets: it refuses to start without them, and there is no default key anywhere.
"""

from __future__ import annotations

import dataclasses
import json
import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from platform_site.environment.connections import ADDRESS, SPARK
from platform_site.environment.mlflow import (
    CERTIFICATES,
    DEFAULT,
    IMPORT_MINUTES,
    SERVERS,
    WORKSPACE_NAME,
    MlflowServer,
)
from platform_site.environment.variables import (
    HTTP,
    KEY,
    PASSWORD,
    PATH,
    SWITCH,
    TEXT,
    TOKEN,
    Kind,
    choice,
    hide,
    many,
    show_address,
    split_address,
    variable,
    variables_of,
    whole_number,
)
from platform_site.outbound.addresses import Network
from platform_site.people.provider.settings import (
    ADMINISTRATORS,
    EVERYBODY,
    GROUP_MAP,
    ISSUER,
    NOBODY,
    SCOPES,
    Membership,
    Provider,
)
from platform_site.text.tracker_list import Tracker, read_trackers

LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "[::1]")
CONNECTION = "CONNECTION_"
CONNECTION_NAME = re.compile(rf"{CONNECTION}[A-Z][A-Z0-9_]{{0,62}}\Z")
MAIL_PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}
POSTGRESQL = ("postgres", "postgresql", "pgsql")


class ImproperlyConfigured(Exception):
    """The environment does not allow a start; ``faults`` lists everything that must change.

    Not Django's class of this name: importing that would bring Django to whoever reads the environment before it.
    """

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("Plumbline does not start:\n" + "\n".join(f"  - {fault}" for fault in faults))


class Mail(NamedTuple):
    """The mail server; without a host there is none."""

    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""
    starttls: bool = False
    tls: bool = False


def _mail(text: str) -> Mail:
    parts = split_address(text, *MAIL_PORTS)
    port, user, password = parts.port or MAIL_PORTS[parts.scheme], parts.username or "", parts.password or ""
    tls = {"starttls": parts.scheme == "smtp", "tls": parts.scheme == "smtps"}
    return Mail(parts.hostname or "", port, unquote(user), unquote(password), **tls)


def _database(text: str) -> str:
    parts = urlsplit(text.strip())
    usable = not parts.netloc if parts.scheme == "sqlite" else parts.scheme in POSTGRESQL and parts.port != 0
    if not usable or parts.path in ("", "/"):  # a PostgreSQL without a host is a socket of this machine
        raise ValueError(text)
    return text.strip()


def _proxies(text: str) -> int | list[Network]:
    if text.strip().isascii() and text.strip().isdigit():
        return int(whole_number(0, 16).read(text))
    return [ip_network(word.strip()) for word in text.split(",")]


def _redis(text: str) -> str:
    if not re.fullmatch(r"/?\d*", split_address(text, "redis", "rediss").path):
        raise ValueError(text)
    return text.strip()


def _sub_path(text: str) -> str:
    if not re.fullmatch(r"(/[A-Za-z0-9._~-]+)+", text.strip()) or "/.." in text:
        raise ValueError(text)
    return text.strip()


def _origin(text: str) -> str:
    parts = split_address(text, "http", "https")
    if text != f"{parts.scheme}://{parts.netloc}" or "@" in text:  # Django compares the whole text with a browser's
        raise ValueError(text)
    return text


# fmt: off
SUB_PATH = Kind("a path such as /plumbline, without a slash at its end", _sub_path)
ORIGINS = many(Kind("an origin such as https://plumbline.example, without a path", _origin))
CLIENT_ID = Kind("the client id from the provider")
CLIENT_SECRET = Kind("the client secret from the provider", show=hide)
HOSTS, PATHS = many(Kind("a host name")), many(PATH, ":", "colons")
KEYS = many(KEY)
NETWORKS = many(Kind("an address or a network such as 10.2.0.0/16", ip_network))
PROXIES = Kind("how many there are, or their addresses and networks separated by commas", _proxies)
DATABASE = Kind("the address of a database, postgres://user:password@host/name or sqlite:///path", _database, show_address)
REDIS = Kind("the address of a Redis or Valkey server, redis://:password@host:6379/0 or rediss://…", _redis, show_address)
TRACKERS = Kind('JSON such as [{"name": "ml", "kind": "github", "address": "https://api.github.com", "project": "acme/ml"}]', read_trackers, hide)
MAIL = Kind("the address of a mail server, such as smtp://user:password@host:587", _mail, show_address)
# fmt: on


def _local_secret(name: str) -> Callable[[Environment], str]:
    """Return a default: a random secret of a local installation, made by whichever process comes first."""

    def read_or_make(env: Environment) -> str:
        path = env.state_dir / "secrets.json"
        try:
            env.state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not path.exists():
                _refuse_to_replace(path, env)
                _make_secrets(path)
            return str(json.loads(path.read_text())[name])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ImproperlyConfigured(
                [f"{path} cannot be read or made ({error}): repair or remove it, or set SECRET_KEY and AUDIT_KEYS."]
            ) from error

    return read_or_make


def _refuse_to_replace(path: Path, env: Environment) -> None:
    """Keys that are gone are not made anew over a database that they signed."""
    scheme, _, place = (env.database_url or "").partition(":///")
    database = Path(place) if scheme == "sqlite" else env.state_dir / "db.sqlite3"
    if database.exists() and database.stat().st_size:
        raise ImproperlyConfigured(
            [
                f"{path} is gone, and with it the keys of {database}. Restore it, or set SECRET_KEY and AUDIT_KEYS. If they are "
                "lost for good: docs/operations/keys.md."
            ]
        )


def _make_secrets(path: Path) -> None:
    draft = path.with_name(f"secrets.{secrets.token_hex(8)}.tmp")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        json.dump({name: secrets.token_urlsafe(48) for name in ("SECRET_KEY", "AUDIT_KEY")}, out)
    try:
        os.link(draft, path)  # unlike a rename, a link never replaces what another process just made
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _running_broker(state_dir: Path) -> str | None:
    """The address of the embedded broker that `up` started for this installation, if it ever did."""
    try:
        return (state_dir / "broker" / "url").read_text().strip() or None
    except OSError:
        return None


@dataclass(frozen=True, kw_only=True)
class Environment:
    """Every variable: what its value must be, what it means, and its default. A field is the variable of its name.

    A default that is a function is computed from the variables that were read.
    """

    # fmt: off
    debug: bool | None = variable(SWITCH, "0: production. 1: Django's debug pages. Unset: a local installation.", shown="unset")
    secret_key: str = variable(KEY, "Signs sessions. Required in production.", _local_secret("SECRET_KEY"), "random, kept")
    secret_key_fallbacks: list[str] = variable(KEYS, "Earlier ones: what they signed or sealed is still read. See `docs/operations/keys.md`.", [], "none")
    audit_keys: list[str] = variable(
        KEYS, "Key the audit chain's HMAC, the newest first; an earlier one stays as long as its events. Required in production.",
        lambda env: [env.audit_key or _local_secret("AUDIT_KEY")(env)], "random, kept",
    )
    audit_key: str = variable(KEY, "The first one, which need not stand in `AUDIT_KEYS`.", "")
    allowed_hosts: list[str] = variable(HOSTS, "The hosts it answers to. `*` is refused. Required in production.", lambda env: list(LOOPBACK_HOSTS), "loopback")
    csrf_trusted_origins: list[str] = variable(ORIGINS, "Where browsers reach it; links in messages begin with the first.", [], "none")
    script_name: str = variable(SUB_PATH, "The path below which it is reached; the proxy in front passes whole addresses on.", "")
    database_url: str = variable(DATABASE, "PostgreSQL in production. Required with `DEBUG=0`.", lambda env: f"sqlite:///{env.state_dir / 'db.sqlite3'}", "SQLite in `STATE_DIR`")
    redis_url: str | None = variable(REDIS, "Broker and cache. Without it `up` starts a Valkey server of its own. Required with `DEBUG=0`.", lambda env: _running_broker(env.state_dir), "embedded")
    state_dir: Path = variable(PATH, "Where a local installation keeps its database, secrets, broker and data.", shown="`var`")
    audit_heads_file: Path = variable(
        PATH, "Where the audit chain's head is noted, hourly and at promotions. Keep it out of reach of whoever can write the database.",
        lambda env: env.state_dir / "audit-heads.jsonl", "`STATE_DIR/audit-heads.jsonl`",
    )
    audit_heads_url: str = variable(HTTP, "Where the head is sent as well, by POST, signed.", "")
    audit_heads_secret: str = variable(KEY, "Signs what is sent there (HMAC-SHA256). Required with `AUDIT_HEADS_URL`.", "")
    outbound_allow: list[Network] = variable(NETWORKS, "What webhooks and imports may reach inside your own network.", [], "none")
    mail: Mail = variable(
        MAIL, "The mail server. `smtp://` uses STARTTLS, `smtps://` TLS; `smtp+plain://` sends without encryption, for a relay beside it.",
        Mail(), "none", name="EMAIL_URL",
    )
    email_from: str = variable(TEXT, "The sender of mails.", "plumbline@localhost")
    password_sign_in: str = variable(
        choice(EVERYBODY, ADMINISTRATORS, NOBODY), "Who may sign in with a password.",
        lambda env: ADMINISTRATORS if env.oidc_issuer else EVERYBODY, "`everybody`; with `OIDC_ISSUER` `administrators`",
    )
    oidc_issuer: str = variable(ISSUER, "The OpenID Connect provider that signs people in, as it calls itself. See `docs/sign-in.md`.", "")
    oidc_client_id: str = variable(CLIENT_ID, "The name of this installation at the provider. Required with `OIDC_ISSUER`.", "")
    oidc_client_secret: str = variable(CLIENT_SECRET, "The secret that goes with it. Required with `OIDC_ISSUER`.", "")
    oidc_group_map: dict[str, Membership] = variable(GROUP_MAP, "The roles and teams of its groups. Required with `OIDC_ISSUER`.", {}, "none")
    oidc_name: str = variable(TEXT, "The name of the provider on the sign-in page.", Provider.name)
    oidc_scopes: str = variable(SCOPES, "The scopes to request; some providers want `groups` too.", Provider.scopes)
    oidc_groups_claim: str = variable(TEXT, "The claim that lists a person's groups.", Provider.groups_claim)
    oidc_username_claim: str = variable(TEXT, "The claim with a person's name: one that people cannot change.", Provider.username_claim)
    oidc_session_hours: int = variable(whole_number(1, 168), "Hours until such a sign-in expires; groups are read again at the next.", Provider.session_hours)
    otel_exporter_otlp_endpoint: str = variable(HTTP, "The OpenTelemetry collector that gets traces, where its packages are installed. See `docs/operations/monitoring.md`.", "")
    log_format: str = variable(choice("text", "json"), "How each line of the log is written.", "text")
    data_roots: list[Path] = variable(PATHS, "Folders that data sets may lie in.", lambda env: [env.state_dir / "data"], "`STATE_DIR/data`")
    connections: dict[str, str] = variable(
        ADDRESS, "A place whose tables or files may be data sets: PostgreSQL, Spark Connect, S3, GCS, Azure. `CONNECTION_WAREHOUSE` is the connection `warehouse`; give it a role that may only read. See `docs/data.md`.",
        {}, "none", name=f"{CONNECTION}<NAME>",
    )
    spark_connect_authenticate_token: str = variable(TOKEN, "The token of the Spark Connect servers of connections; never stored or logged.", "")
    demo_password: str = variable(PASSWORD, "The password that `demo` gives to its people.", "", "random")
    github_webhook_secret: str = variable(KEY, "Signs what GitHub sends to `/api/v1/tickets/webhooks/github/`. Without it that address answers 404.", "")
    trackers: tuple[Tracker, ...] = variable(TRACKERS, "Trackers whose issues become tickets on a schedule; `kind` is github, jira or jira_cloud, `token`, `organization` and `write_labels` may follow. Tokens are never stored or logged.", (), "none")
    tracker_minutes: int = variable(whole_number(1), "Minutes between two readings of a tracker.", 15)
    mlflow_tracking_uri: str = variable(HTTP, "The MLflow tracking server that imports propose.", "")
    mlflow_tracking_token: str = variable(TOKEN, "A bearer token for `MLFLOW_TRACKING_URI` and no other address; never stored or logged.", "")
    mlflow_tracking_username: str = variable(TEXT, "The user of MLflow's own sign-in (Basic), for that address only.", "")
    mlflow_tracking_password: str = variable(PASSWORD, "Its password; never stored or logged.", "")
    mlflow_tracking_server_cert_path: str = variable(CERTIFICATES, "The certificate authority of that server.", "")
    mlflow_workspace: str = variable(WORKSPACE_NAME, "The workspace that is read there.", "")
    mlflow_webhook_secret: str = variable(KEY, "Signs what that server sends to `/api/v1/events/mlflow/`.", "")
    mlflow_owner_team: str = variable(TEXT, "The team for which that server is imported on a schedule.", "")
    mlflow_import_minutes: int = variable(whole_number(1), "Minutes between two imports of that server for `MLFLOW_OWNER_TEAM`; aliases that moved there without a webhook are seen then.", IMPORT_MINUTES)
    mlflow_restore_aliases: bool = variable(SWITCH, "1: aliases are written there: what is moved here, and `champion` or `production` back when the gate blocks.", False, "`0`")
    mlflow_read_artifacts: bool = variable(SWITCH, "1: the files of artifacts are read through its proxy, for their digests.", False, "`0`")
    mlflow_servers: dict[str, MlflowServer] = variable(
        SERVERS, "More MLflow servers by name, each with the same settings in lower case and `guard_aliases`. See `docs/integrations.md`.",
        {}, "none",
    )
    check_memory_mib: int = variable(whole_number(1), "Memory in MiB that the data engine may use for one check.", 1024)
    check_time_limit_s: int = variable(whole_number(1), "Seconds that one check may run before it is stopped.", 600)
    run_lease_s: int = variable(whole_number(5), "Seconds without a heartbeat until a run is taken from its worker. Lost runs are swept three times as often.", 30)
    webhook_retry_s: int = variable(whole_number(1), "Seconds until the second of a delivery's eight attempts; each wait is about four times the last.", 30)
    change_request_days: int = variable(whole_number(1), "Days until a change request expires if nobody decides.", 7)
    decisions_kept_days: int = variable(whole_number(1), "Days until a reported decision is deleted, with a record of how many and their digest.", 730)
    check_runs_kept_days: int = variable(whole_number(366), "Days until a check run is deleted, with a record, unless something rests on it. See `docs/operations/retention.md`.", 400)
    serving_reports_kept_days: int = variable(whole_number(366), "The same for serving reports.", 400)
    deliveries_kept_days: int = variable(whole_number(7), "Days until a webhook delivery that ended is deleted.", 90)
    imports_kept_days: int = variable(whole_number(7), "Days until an import and its file are deleted; what came of it stays.", 90)
    openlineage_url: str = variable(HTTP, "The OpenLineage server that trainings, gates and deployments are sent to, such as a Marquez.", "")
    openlineage_endpoint: str = variable(TEXT, "The path below `OPENLINEAGE_URL`.", "api/v1/lineage")
    openlineage_api_key: str = variable(TOKEN, "A bearer token for `OPENLINEAGE_URL` and no other address; never stored or logged.", "")
    openlineage_namespace: str = variable(TEXT, "The namespace of our own jobs and data sets in OpenLineage events.", "plumbline")
    lineage_events_kept_days: int = variable(whole_number(1), "Days until a received OpenLineage event is deleted, with a record of how many. Jobs and data sets stay.", 90)
    api_calls_per_minute: int = variable(whole_number(1), "Calls of the API that one person or service may make.", 6000)
    behind_tls_proxy: bool = variable(SWITCH, "1: trust `X-Forwarded-Proto` of the proxy in front, which must set it.", False, "`0`")
    trusted_proxies: int | list[Network] = variable(
        PROXIES, "The proxies in front, whose `X-Forwarded-For` says who calls. Limits at the door count by that address.",
        lambda env: int(bool(env.behind_tls_proxy)), "`0`; with `BEHIND_TLS_PROXY` `1`",
    )
    # fmt: on

    @property
    def production(self) -> bool:
        """Whether others can reach it, or ``DEBUG=0`` says so."""
        local = self.debug or set(self.allowed_hosts or LOOPBACK_HOSTS) <= set(LOOPBACK_HOSTS)
        return self.debug is False or not local

    @property
    def provider(self) -> Provider | None:
        """The OpenID Connect provider, if one is named: each of its fields is a variable."""
        names = [field.name for field in dataclasses.fields(Provider)]
        return Provider(**{name: getattr(self, f"oidc_{name}") for name in names}) if self.oidc_issuer else None

    @property
    def every_mlflow_server(self) -> dict[str, MlflowServer]:
        """The MLflow servers by name, with that of `MLFLOW_TRACKING_URI`."""
        if not self.mlflow_tracking_uri:
            return dict(self.mlflow_servers)
        server = MlflowServer(
            DEFAULT,
            self.mlflow_tracking_uri.strip().rstrip("/"),
            self.mlflow_tracking_token,
            self.mlflow_tracking_username,
            self.mlflow_tracking_password,
            self.mlflow_tracking_server_cert_path,
            self.mlflow_workspace,
            self.mlflow_webhook_secret,
            self.mlflow_owner_team,
            restore_aliases=self.mlflow_restore_aliases,
            read_artifacts=self.mlflow_read_artifacts,
            import_minutes=self.mlflow_import_minutes,
        )
        return {DEFAULT: server} | self.mlflow_servers


VARIABLES = variables_of(Environment)


def read(environ: Mapping[str, str] = os.environ, *, base_dir: Path) -> Environment:
    """Return the checked environment; raise `ImproperlyConfigured` naming every fault."""
    pairs = {field: each.read(environ) for field, each in VARIABLES.items()} | {"connections": _connections(environ)}
    env = Environment(**{field: value for field, (value, _) in pairs.items()})
    faults = [fault for _, own in pairs.values() for fault in own]
    faults += [fault for rule in RULES for fault in rule(env)]
    if faults:
        raise ImproperlyConfigured(faults)
    env = dataclasses.replace(env, state_dir=env.state_dir or (base_dir / "var").resolve())
    unset = {field: each.default for field, each in VARIABLES.items() if getattr(env, field) is None}
    return dataclasses.replace(env, **{name: value(env) if callable(value) else value for name, value in unset.items()})


def _connections(environ: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The address of each connection by its name in lower case, and the faults."""
    connections, faults = {}, []
    for name in sorted(name for name in environ if name.startswith(CONNECTION)):
        value, own = dataclasses.replace(VARIABLES["connections"], name=name).read(environ)
        if not CONNECTION_NAME.match(name):
            own = [f"{name}: not the name of a connection. Write {CONNECTION} and capital letters, digits and _."]
        faults += own
        if value and not own:
            connections[name.removeprefix(CONNECTION).lower()] = value
    return connections, faults


# -- rules between variables: None is a variable that is not set, and one with a fault of its own is its text ----------


def _missing(env: Environment, reason: str, *fields: str) -> list[str]:
    missing = [VARIABLES[field] for field in fields if getattr(env, field) is None]
    return [f"{each.name}: missing. {reason} requires {each.kind.expects}." for each in missing]


def _useless(env: Environment, needed: str, *fields: str) -> list[str]:
    names = [VARIABLES[field].name for field in fields if getattr(env, field) is not None]
    return [f"{name}: set without {needed}. Set {needed} too, or remove {name}." for name in names]


def _production_needs_keys_and_hosts(env: Environment) -> list[str]:
    return (
        []
        if not env.production
        else _missing(env, "Production", "secret_key", "allowed_hosts", *([] if env.audit_key else ["audit_keys"]))
    )


def _production_needs_servers(env: Environment) -> list[str]:
    """Others rely on it: nothing is kept by chance in a folder of the checkout, and work has a broker."""
    return _missing(env, "DEBUG=0", "database_url", "redis_url") if env.debug is False else []


def _hosts_are_named(env: Environment) -> list[str]:
    every = "*" in (env.allowed_hosts or []) and not env.debug
    return ["ALLOWED_HOSTS: * is every host. Name the hosts that Plumbline answers to."] if every else []


def _keys_differ(env: Environment) -> list[str]:
    of_sessions = {env.secret_key, *(env.secret_key_fallbacks or [])} - {None}
    both = [name for name in ("audit_key", "audit_keys") if of_sessions & {*_keys(getattr(env, name))}]
    return [f"{VARIABLES[name].name}: equals SECRET_KEY. Give the audit chain a key of its own." for name in both]


def _keys(value: str | list[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else value or []


def _heads_are_signed(env: Environment) -> list[str]:
    return _missing(env, "AUDIT_HEADS_URL", "audit_heads_secret") if env.audit_heads_url else []


def _token_has_a_server(env: Environment) -> list[str]:
    names = [field for field in VARIABLES if field.startswith("mlflow_") and field != "mlflow_servers"]
    names.remove("mlflow_tracking_uri")
    return [] if env.mlflow_tracking_uri else _useless(env, "MLFLOW_TRACKING_URI", *names)


def _mlflow_signs_in_once(env: Environment) -> list[str]:
    pair = (env.mlflow_tracking_username, env.mlflow_tracking_password)
    if (pair[0] is None) != (pair[1] is None):
        return ["MLFLOW_TRACKING_USERNAME: goes with MLFLOW_TRACKING_PASSWORD. Set both or neither."]
    both = pair[0] is not None and env.mlflow_tracking_token is not None
    return (
        ["MLFLOW_TRACKING_TOKEN: set with MLFLOW_TRACKING_USERNAME. Set one of the two ways to sign in."]
        if both
        else []
    )


def _lineage_has_a_server(env: Environment) -> list[str]:
    return (
        [] if env.openlineage_url else _useless(env, "OPENLINEAGE_URL", "openlineage_api_key", "openlineage_endpoint")
    )


def _provider_is_complete(env: Environment) -> list[str]:
    if env.oidc_issuer:
        return _missing(env, "OIDC_ISSUER", "oidc_client_id", "oidc_client_secret", "oidc_group_map")
    return _useless(env, "OIDC_ISSUER", *(field for field in VARIABLES if field.startswith("oidc_")))


def _provider_is_encrypted(env: Environment) -> list[str]:
    plain = env.production and (env.oidc_issuer or "").startswith("http://")
    return [f"OIDC_ISSUER: {show_address(env.oidc_issuer)} is not {ISSUER.expects}."] if plain else []


def _somebody_can_sign_in(env: Environment) -> list[str]:
    shut = env.password_sign_in == NOBODY and not env.oidc_issuer
    return ["PASSWORD_SIGN_IN: nobody could sign in. Set OIDC_ISSUER, or choose everybody."] if shut else []


def _connections_are_others(env: Environment) -> list[str]:
    own = _place(env.database_url or "")
    names = [f"{CONNECTION}{name.upper()}" for name, url in env.connections.items() if _place(url) == own]
    return [f"{name}: is Plumbline's own database, whose tables are not data. Name another database." for name in names]


def _token_has_a_cluster(env: Environment) -> list[str]:
    if any(url.startswith(f"{SPARK}://") for url in env.connections.values()):
        return []
    return _useless(env, f"{CONNECTION}<NAME>=sc://…", "spark_connect_authenticate_token")


def _place(url: str) -> tuple[str | None, int, str] | None:
    try:
        parts = urlsplit(url)
        return parts.hostname, parts.port or 5432, parts.path
    except ValueError:
        return None


RULES: tuple[Callable[[Environment], list[str]], ...] = (
    _production_needs_keys_and_hosts, _production_needs_servers, _hosts_are_named, _keys_differ, _heads_are_signed, _token_has_a_server, _lineage_has_a_server,
    _mlflow_signs_in_once,
    _provider_is_complete, _provider_is_encrypted, _somebody_can_sign_in, _connections_are_others, _token_has_a_cluster,
)  # fmt: skip
