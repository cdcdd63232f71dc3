"""The programs that make up a running Plumbline, each as `up` starts it."""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

from platform_site.roof.launcher import sort_probe
from platform_site.roof.launcher.broker import Broker
from platform_site.roof.launcher.processes import Program

PROJECT = Path(__file__).resolve().parent.parent.parent.parent
CELERY = (sys.executable, "-m", "celery", "--quiet", "-A", "platform_site")
SOFT_SHUTDOWN_S = 10  # what the settings give a running check to end by itself


def broker(embedded: Broker, environment: Mapping[str, str]) -> Program:
    """The embedded Valkey server."""
    advice = f"Move {embedded.folder} away and start again: all work is in the database, so nothing is lost."
    return Program("broker", embedded.command(), environment, advice=advice)


def demo(environment: Mapping[str, str]) -> Program:
    """The sample organization; its standard output says how to sign in."""
    command = (sys.executable, str(PROJECT / "manage.py"), "demo")
    return Program("demo", command, environment, keeps_output=True)


def worker(environment: Mapping[str, str]) -> Program:
    """The Celery worker. QUIT is its soft shutdown: TERM would wait for a running check for ever."""
    command = (*CELERY, "worker", "--loglevel=INFO", "--concurrency=2", "--without-gossip", "--without-mingle")
    tied = ("--include", "platform_site.roof.launcher.worker_pool")
    patience_s = SOFT_SHUTDOWN_S + 3
    sorting = {**environment, **sort_probe.environment()}
    return Program("worker", (*command, *tied), sorting, ending=signal.SIGQUIT, patience_s=patience_s)


def beat(environment: Mapping[str, str], state_dir: Path) -> Program:
    """The scheduler; the settings say where it keeps its schedule."""
    schedule = state_dir / "celerybeat-schedule"
    advice = f"Remove {schedule}.* if they are damaged; they are created again."
    return Program("beat", (*CELERY, "beat", "--pidfile="), environment, advice=advice)


def web(environment: Mapping[str, str], listener: socket.socket) -> Program:
    """gunicorn, on the socket that is open already: while it restarts, requests wait in the socket's queue."""
    settings = ("--config", "python:platform_site.roof.launcher.web", "--bind", f"fd://{listener.fileno()}")
    command = (sys.executable, "-m", "gunicorn", *settings)
    return Program("web", command, environment, descriptors=(listener.fileno(),), patience_s=7)
