"""The settings of gunicorn under `up`."""

from __future__ import annotations

import os
import subprocess
import sys
import types

from gunicorn.app.wsgiapp import WSGIApplication

from platform_site.roof.launcher import programs, web


def test_gunicorn_reads_every_setting(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["gunicorn", "--config", "python:platform_site.roof.launcher.web"])

    settings = WSGIApplication().cfg

    assert (settings.workers, settings.threads, settings.worker_class_str) == (web.workers, web.threads, "gthread")
    assert settings.wsgi_app == "platform_site.wsgi:application"
    assert settings.post_fork is web.post_fork


def test_a_graceful_end_fits_into_the_time_that_up_gives():
    listener = types.SimpleNamespace(fileno=lambda: 3)
    assert web.graceful_timeout < programs.web({}, listener).patience_s


def test_a_worker_whose_arbiter_is_gone_is_killed():
    code = (
        "import types; from platform_site.roof.launcher import web; web.post_fork(types.SimpleNamespace(pid=0), None)"
    )
    ended = subprocess.run([sys.executable, "-c", code], env=os.environ, check=False)

    assert ended.returncode == -9
