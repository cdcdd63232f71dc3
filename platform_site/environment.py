"""The environment variables Plumbline reads, checked all at once.

Standard library alone: the launcher asks here too, before Django is set up.

Two kinds of installation exist. A *local* one answers to this machine only; its secrets are made at random at the
first start and kept in ``STATE_DIR/secrets.json``. A *production* one (``DEBUG=0``, or a host name that others can
reach) must be given its secrets: it refuses to start without them, and there is no default key anywhere.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

from platform_site.outbound import addresses
from platform_site.people.provider import settings as provider_settings
from platform_site.people.provider.settings import Provider

LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "[::1]")
SHORTEST_SECRET = 32
CONNECTION = "CONNECTION_"
CONNECTION_NAME = re.compile(r"[A-Z][A-Z0-9_]{0,62}\Z")
MAIL_PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}
YES, NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


class Unsafe(Exception):
    """The environment does not allow a start; ``faults`` says everything that must change."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("Plumbline does not start:\n" + "\n".join(f"  - {fault}" for fault in faults))


class Setting(NamedTuple):
    """One environment variable, as the configuration table of the documentation shows it."""

    name: str
    default: str
    meaning: str


class Mail(NamedTuple):
    """The mail server; without a host there is none."""

    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""
    starttls: bool = False
    tls: bool = False


SETTINGS = (
    Setting("DEBUG", "unset", "0: production, everything must be given. 1: Django's debug pages. Unset: local."),
    Setting("SECRET_KEY", "random, kept", "Signs sessions; at least 32 characters. Required in production."),
    Setting(
        "AUDIT_KEY", "random, kept", "Keys the audit chain's HMAC; at least 32 characters. Required in production."
    ),
    Setting("ALLOWED_HOSTS", "loopback", "Host names, separated by commas. `*` is refused."),
    Setting("CSRF_TRUSTED_ORIGINS", "none", "Origins such as https://plumbline.example, separated by commas."),
    Setting("DATABASE_URL", "SQLite in STATE_DIR", "postgres://user:password@host/name in production."),
    Setting("REDIS_URL", "embedded", "redis://…, broker and cache. Without it `up` starts a Valkey server of its own."),
    Setting("STATE_DIR", "var", "Where a local installation keeps its database, secrets, broker and data."),
    Setting(
        "AUDIT_HEADS_FILE",
        "STATE_DIR/audit-heads.jsonl",
        "Where the audit chain's head is noted, hourly and at promotions.",
    ),
    Setting("AUDIT_HEADS_URL", "none", "Where the head is sent as well, by POST, signed; http or https."),
    Setting("AUDIT_HEADS_SECRET", "none", "Signs what is sent there (HMAC-SHA256); at least 32 characters."),
    Setting(
        "OUTBOUND_ALLOW",
        "none",
        "Addresses and networks inside your own that webhooks and imports may reach, such as 10.2.0.0/16, separated by commas.",
    ),
    Setting(
        "EMAIL_URL",
        "none",
        "The mail server: smtp://user:password@host:587 (STARTTLS) or smtps://user:password@host. "
        "smtp+plain:// sends without encryption, for a relay beside it.",
    ),
    Setting("EMAIL_FROM", "plumbline@localhost", "Who mails come from."),
    Setting("PASSWORD_SIGN_IN", "everybody", "everybody, administrators (the default with OIDC_ISSUER) or nobody."),
    Setting("OIDC_ISSUER", "none", "The OpenID Connect provider that signs people in, as it calls itself; https."),
    Setting("OIDC_CLIENT_ID", "none", "What the provider calls this installation. Required with OIDC_ISSUER."),
    Setting("OIDC_CLIENT_SECRET", "none", "The secret that goes with it. Required with OIDC_ISSUER."),
    Setting(
        "OIDC_GROUP_MAP",
        "none",
        'What its groups mean here, as JSON: {"ml-leads": {"roles": ["lead"], "teams": ["ml-platform"]}}. Required.',
    ),
    Setting("OIDC_NAME", "single sign-on", "What the button on the sign-in page calls it."),
    Setting("OIDC_SCOPES", "openid profile email", "What is asked for; some providers want `groups` too."),
    Setting("OIDC_GROUPS_CLAIM", "groups", "Where the provider lists somebody's groups."),
    Setting(
        "OIDC_USERNAME_CLAIM", "preferred_username", "Where it says somebody's name: one that people cannot change."
    ),
    Setting(
        "OIDC_SESSION_HOURS", "12", "How long such a sign-in lasts, from 1 to 168: groups are asked for at the next."
    ),
    Setting("DATA_ROOTS", "STATE_DIR/data", "Folders that data sets may lie in, separated by colons."),
    Setting(
        "CONNECTION_<NAME>",
        "none",
        "A PostgreSQL database whose tables may be data sets, postgres://reader:password@host/name. "
        "CONNECTION_WAREHOUSE is the connection `warehouse`; give it a role that may only SELECT.",
    ),
    Setting("DEMO_PASSWORD", "random", "The password `demo` gives to its five people, instead of a random one."),
    Setting(
        "GITHUB_WEBHOOK_SECRET",
        "none",
        "Signs what GitHub sends to /api/v1/tickets/webhooks/github/; at least 32 characters. Without it: 404.",
    ),
    Setting(
        "MLFLOW_TRACKING_URI", "none", "The MLflow tracking server that imports propose; the token is for it alone."
    ),
    Setting(
        "MLFLOW_TRACKING_TOKEN", "none", "A bearer token for MLFLOW_TRACKING_URI and no other address; never stored."
    ),
    Setting("CHECK_MEMORY_MIB", "1024", "Memory the data engine may use for one check."),
    Setting("CHECK_TIME_LIMIT_S", "600", "Seconds one check may run before it is stopped."),
    Setting(
        "RUN_LEASE_S",
        "30",
        "Seconds of silence after which a run is taken from its worker; at least 5. Lost runs are looked for three times as often.",
    ),
    Setting(
        "WEBHOOK_RETRY_S",
        "30",
        "Seconds to the second of a delivery's eight attempts; each wait is about four times the last.",
    ),
    Setting("CHANGE_REQUEST_DAYS", "7", "Days that a change of what serves waits for an approval before it ends."),
    Setting("DECISIONS_KEPT_DAYS", "730", "Days after which a reported decision is deleted, with a record of it."),
    Setting("API_CALLS_PER_MINUTE", "6000", "How many calls of the API one person or service may make."),
    Setting("BEHIND_TLS_PROXY", "0", "1: trust X-Forwarded-Proto of the proxy in front, which must set it."),
)


NUMBERS = {  # the default and the least of each
    "CHECK_MEMORY_MIB": (1024, 1),
    "CHECK_TIME_LIMIT_S": (600, 1),
    "RUN_LEASE_S": (30, 5),
    "WEBHOOK_RETRY_S": (30, 1),
    "CHANGE_REQUEST_DAYS": (7, 1),
    "DECISIONS_KEPT_DAYS": (730, 1),
    "API_CALLS_PER_MINUTE": (6_000, 1),
}


@dataclass(frozen=True)
class Environment:
    """What the variables came to, once nothing is wrong with them."""

    production: bool
    debug: bool
    secret_key: str
    audit_key: str
    allowed_hosts: list[str]
    csrf_trusted_origins: list[str]
    database_url: str
    redis_url: str | None
    state_dir: Path
    audit_heads_file: Path
    audit_heads_url: str
    audit_heads_secret: str
    outbound_allow: list[str]
    mlflow_uri: str
    mlflow_token: str
    mail: Mail
    email_from: str
    provider: Provider | None
    password_sign_in: str
    data_roots: list[Path]
    connections: dict[str, str]
    check_memory_mib: int
    check_time_limit_s: int
    run_lease_s: int
    webhook_retry_s: int
    change_request_days: int
    decisions_kept_days: int
    api_calls_per_minute: int
    behind_tls_proxy: bool
    demo_password: str
    github_webhook_secret: str


def read(environ: Mapping[str, str] = os.environ, *, base_dir: Path) -> Environment:
    """Return the checked environment; raise `Unsafe` naming every fault."""
    faults: list[str] = []
    debug = _flag(environ, "DEBUG", faults)
    hosts, production = _hosts(environ, debug, faults)
    state_dir = Path(environ.get("STATE_DIR") or base_dir / "var").resolve()
    given = {name: _secret(environ, name, production, faults) for name in ("SECRET_KEY", "AUDIT_KEY")}
    if given["SECRET_KEY"] and given["SECRET_KEY"] == given["AUDIT_KEY"]:
        faults.append("AUDIT_KEY equals SECRET_KEY: give the audit chain a key of its own.")
    numbers = {
        name.lower(): _number(environ, name, default, faults, least=least) for name, (default, least) in NUMBERS.items()
    }
    behind_tls_proxy = bool(_flag(environ, "BEHIND_TLS_PROXY", faults))
    heads_url, heads_secret = environ.get("AUDIT_HEADS_URL", ""), environ.get("AUDIT_HEADS_SECRET", "")
    faults += _heads_faults(heads_url, heads_secret)
    database_url = environ.get("DATABASE_URL") or f"sqlite:///{state_dir / 'db.sqlite3'}"
    connections = _connections(environ, database_url, faults)
    webhook_secret = _secret(environ, "GITHUB_WEBHOOK_SECRET", False, faults)
    outbound_allow = _words(environ.get("OUTBOUND_ALLOW", ""), ",")
    faults += _outbound_faults(outbound_allow)
    mail = _mail(environ.get("EMAIL_URL", ""), faults)
    provider, password_sign_in = provider_settings.read(environ, faults, production=production)
    mlflow_uri = environ.get("MLFLOW_TRACKING_URI", "").strip()
    mlflow_token = environ.get("MLFLOW_TRACKING_TOKEN", "").strip()
    faults += _mlflow_faults(mlflow_uri, mlflow_token)
    if faults:
        raise Unsafe(faults)
    kept = {} if production or all(given.values()) else _kept_secrets(state_dir)
    return Environment(
        production=production,
        debug=bool(debug),
        secret_key=given["SECRET_KEY"] or kept["SECRET_KEY"],
        audit_key=given["AUDIT_KEY"] or kept["AUDIT_KEY"],
        allowed_hosts=hosts,
        csrf_trusted_origins=_words(environ.get("CSRF_TRUSTED_ORIGINS", ""), ","),
        database_url=database_url,
        redis_url=environ.get("REDIS_URL") or _running_broker(state_dir),
        state_dir=state_dir,
        audit_heads_file=Path(environ.get("AUDIT_HEADS_FILE") or state_dir / "audit-heads.jsonl").resolve(),
        audit_heads_url=heads_url,
        audit_heads_secret=heads_secret,
        outbound_allow=outbound_allow,
        mlflow_uri=mlflow_uri.rstrip("/"),
        mlflow_token=mlflow_token,
        mail=mail,
        email_from=environ.get("EMAIL_FROM") or "plumbline@localhost",
        provider=provider,
        password_sign_in=password_sign_in,
        data_roots=[Path(p).resolve() for p in _words(environ.get("DATA_ROOTS", ""), ":")] or [state_dir / "data"],
        connections=connections,
        **numbers,
        behind_tls_proxy=behind_tls_proxy,
        demo_password=environ.get("DEMO_PASSWORD", ""),
        github_webhook_secret=webhook_secret,
    )


def _hosts(environ: Mapping[str, str], debug: bool | None, faults: list[str]) -> tuple[list[str], bool]:
    """The hosts that are answered to, and whether this is production: said so, or hosts beyond this machine."""
    hosts = _words(environ.get("ALLOWED_HOSTS", ""), ",") or list(LOOPBACK_HOSTS)
    production = debug is False or not (debug or set(hosts) <= set(LOOPBACK_HOSTS))
    if "*" in hosts and not debug:
        faults.append("ALLOWED_HOSTS is `*`: name the hosts that Plumbline answers to.")
    if production and not environ.get("ALLOWED_HOSTS"):
        faults.append("ALLOWED_HOSTS is missing: name the hosts that Plumbline answers to.")
    return hosts, production


def _words(text: str, separator: str) -> list[str]:
    return [word.strip() for word in text.split(separator) if word.strip()]


def _flag(environ: Mapping[str, str], name: str, faults: list[str]) -> bool | None:
    text = environ.get(name, "").strip().lower()
    if text and text not in YES | NO:
        faults.append(f"{name} is {text!r}: write 1 or 0.")
    return None if not text else text in YES


def _connections(environ: Mapping[str, str], own: str, faults: list[str]) -> dict[str, str]:
    """Address by name, in lower case. Plumbline's own database is none: its tables are not data."""
    found = {}
    for variable in sorted(name for name in environ if name.startswith(CONNECTION)):
        name, address = variable.removeprefix(CONNECTION), _split(environ[variable])
        if not CONNECTION_NAME.match(name):
            faults.append(f"{variable} names no connection: write {CONNECTION} and capital letters, digits and _.")
        elif address is None or address.scheme not in ("postgres", "postgresql") or not address.hostname:
            faults.append(
                f"{variable} is no address of a PostgreSQL database: write postgres://user:password@host/name."
            )
        elif _place(address) == _place(_split(own)):
            faults.append(f"{variable} is Plumbline's own database: its tables are not data.")
        else:
            found[name.lower()] = environ[variable]
    return found


def _split(address: str) -> SplitResult | None:
    try:
        split = urlsplit(address)
        split.port  # noqa: B018 - raises when it is no number
    except ValueError:
        return None
    return split


def _place(address: SplitResult | None) -> tuple[str | None, int, str] | None:
    return (address.hostname, address.port or 5432, address.path) if address else None


def _heads_faults(url: str, secret: str) -> list[str]:
    if not url:
        return []
    faults = [] if url.startswith(("https://", "http://")) else ["AUDIT_HEADS_URL is no http or https address."]
    if len(secret) < SHORTEST_SECRET:
        faults.append(f"AUDIT_HEADS_SECRET has fewer than {SHORTEST_SECRET} characters: it signs what is sent.")
    return faults


def _outbound_faults(words: list[str]) -> list[str]:
    faults = []
    for word in words:
        try:
            addresses.networks([word])
        except ValueError:
            faults.append(f"OUTBOUND_ALLOW names {word!r}: write addresses or networks, such as 10.2.0.0/16.")
    return faults


def _mlflow_faults(uri: str, token: str) -> list[str]:
    faults = []
    if uri and not uri.startswith(("https://", "http://")):
        faults.append("MLFLOW_TRACKING_URI is no http or https address.")
    if token and not uri:
        faults.append("MLFLOW_TRACKING_TOKEN is given without MLFLOW_TRACKING_URI, the one server that it is sent to.")
    if not token.isascii() or not token.isprintable():
        faults.append("MLFLOW_TRACKING_TOKEN holds characters that no token has.")
    return faults


def _mail(url: str, faults: list[str]) -> Mail:
    if not url:
        return Mail()
    parts = _split(url)
    if parts is None or parts.scheme not in MAIL_PORTS or not parts.hostname:
        faults.append("EMAIL_URL is no address of a mail server: write smtp://user:password@host:587.")
        return Mail()
    return Mail(
        parts.hostname,
        parts.port or MAIL_PORTS[parts.scheme],
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        starttls=parts.scheme == "smtp",
        tls=parts.scheme == "smtps",
    )


def _number(environ: Mapping[str, str], name: str, default: int, faults: list[str], *, least: int = 1) -> int:
    text = environ.get(name, "").strip() or str(default)
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= 1_000_000:
        faults.append(f"{name} is {text!r}: write a whole number from {least} to 1000000.")
        return default
    return int(text)


def _secret(environ: Mapping[str, str], name: str, required: bool, faults: list[str]) -> str:
    text = environ.get(name, "")
    if not text and required:
        faults.append(f"{name} is missing: set it to {SHORTEST_SECRET} random characters or more.")
    elif text and (len(text) < SHORTEST_SECRET or len(set(text)) < 5):
        faults.append(f"{name} is too easy to guess: set it to {SHORTEST_SECRET} random characters or more.")
    elif "insecure" in text:
        faults.append(f"{name} is a published example: set it to {SHORTEST_SECRET} random characters or more.")
    return text


def _kept_secrets(state_dir: Path) -> dict[str, str]:
    """The random secrets of a local installation, made by whichever process comes first."""
    path = state_dir / "secrets.json"
    try:
        state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            fresh = {name: secrets.token_urlsafe(48) for name in ("SECRET_KEY", "AUDIT_KEY")}
            draft = state_dir / f"secrets.{secrets.token_hex(8)}.tmp"
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
                json.dump(fresh, out)
            try:
                os.link(draft, path)  # unlike a rename, a link never replaces what another process just made
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        kept = json.loads(path.read_text())
        return {name: kept[name] for name in ("SECRET_KEY", "AUDIT_KEY")}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Unsafe(
            [f"{path} cannot be read or made ({error}): mend or remove it, or set SECRET_KEY and AUDIT_KEY."]
        ) from error


def _running_broker(state_dir: Path) -> str | None:
    """The address of the embedded broker that `up` started for this installation, if it ever did."""
    try:
        return (state_dir / "broker" / "url").read_text().strip() or None
    except OSError:
        return None
