"""`manage.py up`: start everything on this machine, keep it running, stop it cleanly."""

from __future__ import annotations

import argparse
import contextlib
import http.client
import os
import socket
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection, connections

from platform_site.audit import queries
from platform_site.roof.launcher import installation, ports, programs
from platform_site.roof.launcher.broker import Broker
from platform_site.roof.launcher.log_prefix import Output
from platform_site.roof.launcher.supervisor import GaveUp, StopRequested, Supervisor
from platform_site.roof.static_files import compress

DEFAULT_PORT = 8000
BROKER_PATIENCE_S, READY_PATIENCE_S = 30, 120


class Command(BaseCommand):
    help = "Start the web server, the worker, the scheduler and, without REDIS_URL, a broker; stop them with Ctrl-C."
    requires_system_checks = []  # `migrate` asks for those it needs

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--port", type=port_number, help=f"The port to use; by default {DEFAULT_PORT}, or the next free one."
        )
        parser.add_argument("--no-demo", action="store_true", help="Do not load the sample organization.")

    def handle(self, *, port: int | None, no_demo: bool, **options: Any) -> None:
        os.umask(0o077)  # what this and the programs it starts write is for their owner only
        try:
            with installation.lock(settings.STATE_DIR), open_listener(port) as listener:
                installation.restrict(settings.STATE_DIR)
                check_installation()
                run(listener, with_demo=not no_demo)
        except (installation.Unusable, ports.Taken, GaveUp) as refusal:
            sys.exit(str(refusal))
        except BrokenPipeError:
            sys.exit(1)  # whoever read the output is gone, and everything has been stopped


def port_number(text: str) -> int:
    """Return a port from 1 to 65535, or raise `ArgumentTypeError`."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"{text} is not a port. Write a number from 1 to 65535.")
    return int(text)


def open_listener(port: int | None) -> socket.socket:
    """Return the web server's socket, before anything slow is done."""
    listener = ports.listen(port or DEFAULT_PORT, exactly=port is not None)
    chosen = listener.getsockname()[1]
    if port is None and chosen != DEFAULT_PORT:
        print(f"Port {DEFAULT_PORT} is in use; using {chosen} instead.", flush=True)
    return listener


def check_installation() -> None:
    """Raise `Unusable` when the disk is full or the database cannot be used."""
    installation.check_room(settings.STATE_DIR)
    if connection.vendor == "sqlite":
        installation.check_sqlite(Path(settings.DATABASES["default"]["NAME"]))


def run(listener: socket.socket, *, with_demo: bool) -> None:
    """Start everything behind `listener`, and keep it running until a signal requests the end."""
    output = Output(log_file=log_file())
    supervisor = Supervisor(output)
    supervisor.obey_signals()
    embedded = None if os.environ.get("REDIS_URL") else Broker(settings.STATE_DIR / "broker")
    try:
        start(supervisor, listener, embedded, with_demo=with_demo)
        while True:
            supervisor.tick()
    except StopRequested:
        output.write("up", "stopping …")
    finally:
        supervisor.stop()
        if embedded:
            embedded.forget()
    output.write("up", "stopped")


def log_file() -> Path:
    """Return where the programs' output is logged."""
    return settings.STATE_DIR / "logs" / "up.log"


@contextlib.contextmanager
def phase(output: Output, title: str) -> Iterator[None]:
    """Show what is being done, and how many seconds it took."""
    began = time.monotonic()
    output.write("up", f"{title} …")
    yield
    output.write("up", f"{title}: done in {time.monotonic() - began:.1f} s")


def start(supervisor: Supervisor, listener: socket.socket, embedded: Broker | None, *, with_demo: bool) -> None:
    """Start one part after the other, and show how to sign in once all of them are ready."""
    output, port = supervisor.output, listener.getsockname()[1]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with phase(output, "updating the database"):
        migrate()
        check_key()
    with phase(output, "compressing static files"):
        compress(settings.COMPRESSED_STATIC)
    if embedded:
        environment["REDIS_URL"] = embedded.url
        with phase(output, "starting the broker"):
            start_broker(supervisor, embedded, environment)
    login: list[str] = []
    ready: list[str] = []
    try:
        if with_demo:
            with phase(output, "loading the sample organization"):
                load_demo(supervisor, environment, login)
        with phase(output, "starting the worker, the scheduler and the web server"):
            supervisor.keep(programs.worker(environment))
            supervisor.keep(programs.beat(environment, settings.STATE_DIR))
            supervisor.keep(programs.web(environment, listener))
            await_ready(supervisor, port)
        ready = [f"Plumbline is ready at http://{ports.LOOPBACK}:{port}{settings.FORCE_SCRIPT_NAME or ''}"]
        login = login or known_login(with_demo=with_demo)
    finally:  # whatever happens, a password that is shown only once is shown
        if ready or login:
            output.show(framed([*ready, *login, f"  Log       {log_file()}"]))


def framed(lines: Sequence[str]) -> str:
    """Return the lines between two rules; without side borders, so that a password can be copied whole."""
    rule = "─" * max(map(len, lines))
    return "\n".join([rule, *lines, rule])


def known_login(*, with_demo: bool) -> list[str]:
    """Return how to sign in when this start made no account."""
    if nobody_can_sign_in():
        return [
            "  Nobody can sign in yet: python3 manage.py people add NAME --role administrator adds the first account."
        ]
    if with_demo:
        return [
            "  User      lead, or any other account",
            "  Password  shown at the first start; python3 manage.py people password lead sets a new one",
        ]
    return []


def start_broker(supervisor: Supervisor, embedded: Broker, environment: Mapping[str, str]) -> None:
    """Start the embedded broker, and return once it takes commands."""
    supervisor.keep(programs.broker(embedded, environment))
    if not supervisor.wait_for(embedded.answers, seconds=BROKER_PATIENCE_S):
        supervisor.output.show_recent("broker")
        raise GaveUp(f"The broker does not answer after {BROKER_PATIENCE_S} s. Its last lines are above.")


def migrate() -> None:
    """Bring the database to what the code expects; raise `Unusable` when it cannot be reached or changed."""
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except DatabaseError as error:
        reason = str(error).strip().splitlines()[0]
        raise installation.Unusable(f"The database cannot be used: {reason}.") from error
    finally:
        connections.close_all()


def check_key() -> None:
    """Raise `Unusable` when no key that is set sealed the newest event."""
    try:
        if fault := queries.key_fault():
            raise installation.Unusable(fault)
    finally:
        connections.close_all()


def nobody_can_sign_in() -> bool:
    """Whether there is no active account."""
    try:
        return not get_user_model().objects.filter(is_active=True).exists()
    finally:
        connections.close_all()


def load_demo(supervisor: Supervisor, environment: Mapping[str, str], login: list[str]) -> None:
    """Load the sample organization where it is missing; add the lines with user and password to `login`."""
    if supervisor.run(programs.demo(environment), on_line=login.append):
        supervisor.output.show_recent("demo")
        raise GaveUp("The demo cannot be loaded. `up --no-demo` starts without it.")


def await_ready(supervisor: Supervisor, port: int) -> None:
    """Return when `/readyz` says that every part is ready; raise `GaveUp` with its last answer."""
    answer = "nothing"

    def ready() -> bool:
        nonlocal answer
        status, answer = ask_readyz(port)
        return status == http.HTTPStatus.OK

    if not supervisor.wait_for(ready, seconds=READY_PATIENCE_S):
        raise GaveUp(f"Plumbline is not ready after {READY_PATIENCE_S} s; /readyz says: {answer}")


def ask_readyz(port: int) -> tuple[int, str]:
    """Return the status and text of `/readyz`; the status is 0 when nobody answers."""
    connection = http.client.HTTPConnection(ports.LOOPBACK, port, timeout=2)
    try:
        connection.request(
            "GET",
            f"{settings.FORCE_SCRIPT_NAME or ''}/readyz",
            headers={"Host": settings.ALLOWED_HOSTS[0].lstrip(".*") or ports.LOOPBACK},
        )
        answer = connection.getresponse()
        return answer.status, answer.read(2000).decode(errors="replace").strip()
    except (OSError, http.client.HTTPException) as error:
        return 0, f"{type(error).__name__}: {error}"
    finally:
        connection.close()
