"""The command line, environment and end of each program that `up` starts."""

from __future__ import annotations

import signal
import socket
from pathlib import Path

import pytest
from django.conf import settings

from platform_site.celery import app
from platform_site.roof.launcher import programs, sort_probe
from platform_site.roof.launcher.broker import Broker


def test_the_web_server_is_handed_the_socket_that_is_open():
    with socket.socket() as listener:
        web = programs.web({"A": "b"}, listener)

        assert web.descriptors == (listener.fileno(),)
        assert web.command[-2:] == ("--bind", f"fd://{listener.fileno()}")
        assert web.environment == {"A": "b"}


@pytest.mark.parametrize("chosen", [{}, {sort_probe.VARIABLE: sort_probe.WIDEST}])
def test_a_worker_sorts_as_was_measured_and_is_ended_softly(monkeypatch, chosen):
    monkeypatch.setattr(sort_probe, "environment", lambda: chosen)

    worker = programs.worker({"A": "b"})

    assert worker.environment == {"A": "b"} | chosen
    assert worker.ending == signal.SIGQUIT
    assert worker.patience_s > programs.SOFT_SHUTDOWN_S


def test_the_schedule_is_named_in_the_advice(tmp_path):
    assert str(tmp_path / "celerybeat-schedule") in programs.beat({}, tmp_path).advice


def test_the_schedule_lies_in_the_state_folder_however_the_scheduler_is_started():
    assert app.conf.beat_schedule_filename == str(settings.STATE_DIR / "celerybeat-schedule")


def test_the_brokers_folder_is_in_the_advice_and_its_password_is_not(tmp_path):
    embedded = Broker(tmp_path / "broker")

    program = programs.broker(embedded, {})

    assert str(tmp_path / "broker") in program.advice
    assert embedded.password not in repr(program)


def test_the_password_that_the_demo_writes_is_not_logged():
    demo = programs.demo({})

    assert demo.keeps_output
    assert Path(demo.command[1]).is_file()
