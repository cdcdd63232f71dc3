"""Where it runs: room on the disks, permissions, folders of data, clocks, and what it has to reach outside."""

from __future__ import annotations

import os
import shutil
import socket
import stat
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from platform_site.audit.models import AuditEvent
from platform_site.environment import CONNECTION
from platform_site.environment.connections import SPARK, STORES, Address, parse
from platform_site.roof import tracing
from platform_site.roof.doctor.findings import State, ill, uncertain, well
from platform_site.roof.launcher.installation import ROOM_MIB
from platform_site.text.dates import read_moment
from registry.compute.places.connect import EXTRA
from registry.compute.places.connect import PORT as SPARK_PORT

Found = Iterator[tuple[State, str]]
MOST_SKEW_S = 2.0
PATIENCE_S = 3.0
PORTS = {"http": 80, "https": 443}


def disks() -> Found:
    """Each disk that is written to has room."""
    for folder in _on_different_disks([settings.STATE_DIR, settings.AUDIT_HEADS_FILE.parent, *settings.DATA_ROOTS]):
        free = shutil.disk_usage(folder).free // 2**20
        sentence = f"The disk of {folder} has {free:,} MiB left"
        yield ill(f"{sentence}; {ROOM_MIB} MiB are the least.") if free < ROOM_MIB else well(f"{sentence}.")


def _on_different_disks(folders: list[Path]) -> list[Path]:
    by_disk: dict[int, Path] = {}
    for folder in folders:
        if folder.is_dir():
            by_disk.setdefault(folder.stat().st_dev, folder)
    return list(by_disk.values())


def permissions() -> Found:
    """Secrets and database files are for their owner alone; what has to be written can be written."""
    private = [settings.STATE_DIR, settings.STATE_DIR / "secrets.json"]
    if connection.vendor == "sqlite":
        name = str(settings.DATABASES["default"]["NAME"])
        private += [Path(name), Path(f"{name}-wal")]
    open_to_others = [path for path in private if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077]
    for path in open_to_others:
        yield ill(f"Others on this machine may read or enter {path}: `chmod go= {path}`.")
    for folder in (settings.STATE_DIR, settings.AUDIT_HEADS_FILE.parent):
        if folder.is_dir() and not os.access(folder, os.W_OK):
            yield ill(f"{folder} cannot be written by this user.")
    if not open_to_others:
        yield well("Secrets and database files are for their owner alone.")


def data_roots() -> Found:
    """Data sets can be read here."""
    for folder in settings.DATA_ROOTS:
        if not folder.is_dir():
            yield uncertain(f"{folder}, one of DATA_ROOTS, is not on this machine: checks of files below it fail here.")
        elif not os.access(folder, os.R_OK | os.X_OK):
            yield ill(f"{folder}, one of DATA_ROOTS, cannot be read by this user.")
        else:
            yield well(f"{folder} can be read.")


def clocks() -> Found:
    """The clocks of database and broker go with this one, and no event is of the future."""
    skews = {"database": _skew_of_database(), "broker": _skew_of_broker()}
    for name, skew in skews.items():
        if skew is not None and abs(skew) > MOST_SKEW_S:
            word = "ahead of" if skew > 0 else "behind"
            yield ill(
                f"The clock of the {name} is {abs(skew):.0f} s {word} this one: leases end early or late. Synchronize both."
            )
    newest = AuditEvent.objects.order_by("-sequence").first()
    if newest and (ahead := read_moment(newest.at).at.timestamp() - time.time()) > MOST_SKEW_S:
        yield ill(
            f"The newest event was recorded {ahead:.0f} s in the future: this clock went back, or another one is ahead."
        )
    if all(skew is None or abs(skew) <= MOST_SKEW_S for skew in skews.values()):
        compared = (
            ", ".join(name for name, skew in skews.items() if skew is not None) or "nothing else has a clock here"
        )
        yield well(f"This clock agrees with: {compared}.")


def _skew_of_database() -> float | None:
    if connection.vendor == "sqlite":
        return None
    with connection.cursor() as cursor:
        before = time.time()
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        return float(cursor.fetchone()[0]) - (before + time.time()) / 2


def _skew_of_broker() -> float | None:
    if not settings.REDIS_URL:
        return None
    import redis

    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=3, socket_connect_timeout=3) as client:
        before = time.time()
        seconds, microseconds = client.time()
        return float(seconds) + microseconds / 1e6 - (before + time.time()) / 2


def outbound() -> Found:
    """The servers that the settings name accept a connection."""
    named = {
        "AUDIT_HEADS_URL": _address(settings.AUDIT_HEADS_URL),
        "EMAIL_URL": (settings.EMAIL_HOST, settings.EMAIL_PORT) if settings.MAIL_IS_SET else None,
        "OIDC_ISSUER": _address(settings.PROVIDER.issuer) if settings.PROVIDER else None,
        "MLFLOW_TRACKING_URI": _address(settings.MLFLOW_TRACKING_URI),
    } | {f"{CONNECTION}{name.upper()}": _server_of(parse(url)) for name, url in settings.CONNECTIONS.items()}
    for name, address in named.items():
        if address is None:
            continue
        host, port = address
        try:
            socket.create_connection((host, port), timeout=PATIENCE_S).close()
            yield well(f"{host}:{port} of {name} accepts connections.")
        except OSError as error:
            yield ill(f"{host}:{port} of {name} is not reached from here ({error.strerror or error}).")
    if not any(named.values()):
        yield well("The settings name no server outside.")


def libraries() -> Found:
    """What connections need is installed."""
    schemes = {parse(url).scheme for url in settings.CONNECTIONS.values()}
    missing = SPARK in schemes and any(find_spec(name) is None for name in ("pyspark", "grpc"))
    yield ill(EXTRA) if missing else well("What the connections need is installed.")


def _server_of(address: Address) -> tuple[str, int] | None:
    """The server of a connection; None of a store at its usual place."""
    if address.scheme in STORES:
        return _address(address.options.get("endpoint", ""))
    parts = urlsplit(f"//{address.host}")
    return (parts.hostname or "localhost", parts.port or (SPARK_PORT if address.scheme == SPARK else 5432))


def traces() -> Found:
    """Traces are sent where a collector is named."""
    problem = tracing.why_not()
    yield ill(problem) if problem else well("Nothing is to be traced, or everything for it is installed.")


def _address(url: str) -> tuple[str, int] | None:
    parts = urlsplit(url)
    return (parts.hostname, parts.port or PORTS[parts.scheme]) if parts.hostname else None
