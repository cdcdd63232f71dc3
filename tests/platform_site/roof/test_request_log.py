"""Each request has an id and a line; probes, scrapes and static files have no line."""

from __future__ import annotations

import json
import logging
import os
import re
import time
import urllib.request
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from platform_site import urls as site
from platform_site.text.correlation import HEADER
from platform_site.urls import handler400, handler403, handler404, handler500  # noqa: F401 - of this URLconf too
from tests.running.demo_site import demo
from tests.running.installation import wait

LOGGER = "platform_site.roof.request_log"


@require_safe
def crash(request) -> HttpResponse:
    raise RuntimeError("for the test")


urlpatterns = [path("api/crash/", crash), path("crash/", crash), *site.urlpatterns]


@pytest.fixture
def lines(caplog):
    caplog.set_level(logging.INFO, logger=LOGGER)
    return lambda: [entry for entry in caplog.records if entry.name == LOGGER]


def test_an_answer_names_the_id_that_was_sent_or_a_new_one(db, client):
    assert client.get("/login/", headers={HEADER: "call-7"})[HEADER] == "call-7"
    assert client.get("/login/", headers={HEADER: 'x"\u00e9;y'})[HEADER] == "xy"
    assert len(client.get("/login/", headers={HEADER: "a" * 500})[HEADER]) == 64
    first, second = (client.get("/login/")[HEADER] for _ in range(2))
    assert re.fullmatch("[0-9a-f]{32}", first)
    assert first != second


def test_a_problem_names_its_request(db, client):
    answer = client.get("/api/v1/models/", headers={HEADER: "call-8"})
    assert (answer.status_code, answer.json()["request_id"]) == (401, "call-8")
    assert client.get("/api/v1/nothing/", headers={HEADER: "call-9"}).json()["request_id"] == "call-9"


def test_a_line_says_method_route_status_and_time(browser_of, lines):
    browser_of("viewer").get("/registry/models/?model=secret")
    (line,) = lines()
    assert re.fullmatch(r"GET registry/models/ 200 in \d+ ms", line.message)
    assert line.fields["status"] == 200


def test_what_stands_in_an_address_is_not_logged(db, client, lines):
    client.get("/password/reset/MQ/a-secret-token/")
    (line,) = lines()
    assert "a-secret-token" not in line.message
    assert "<token>" in line.message


def test_what_stands_in_an_address_is_not_logged_where_the_host_was_refused(db, client, lines):
    assert client.get("/password/reset/MQ/a-secret-token/", headers={"host": "elsewhere.example"}).status_code == 400
    (line,) = lines()
    assert "a-secret-token" not in line.message


@pytest.mark.parametrize("address", ["/healthz", "/readyz", "/static/css/plumbline.css"])
def test_probes_and_static_files_leave_no_line(db, client, lines, address):
    client.get(address).close()
    assert lines() == []


def test_scrapes_leave_no_line(api, lines):
    assert api("viewer").get("/metrics").status_code == 200
    assert lines() == []


def test_a_path_that_leads_nowhere_is_logged_as_it_came_but_bounded(db, client, lines):
    client.get("/no\n" + "x" * 1000)
    (line,) = lines()
    assert line.message.startswith("GET ")
    assert "\n" not in line.message
    assert len(line.message) < 300


@pytest.mark.urls("tests.platform_site.roof.test_request_log")
@pytest.mark.parametrize("address", ["/api/crash/", "/crash/"])
def test_a_crash_is_logged_once_and_its_answer_names_the_request(db, client, lines, caplog, address):
    client.raise_request_exception = False
    client.force_login(_somebody())
    answer = client.get(address, headers={HEADER: "call-10"})
    assert (answer.status_code, answer[HEADER]) == (500, "call-10")
    assert "call-10" in answer.content.decode()
    assert lines() == []
    (error,) = [entry for entry in caplog.records if entry.name == "django.request"]
    assert error.exc_info


def _somebody():
    from platform_site.people.models import User

    return User.objects.create(username="somebody")


@pytest.mark.slow
@pytest.mark.worker
def test_an_idle_installation_writes_nothing_and_a_task_carries_the_id_of_its_request(tmp_path):
    """A real one, in JSON: half a minute of silence, then one request whose check run the worker logs under its id."""
    with demo(tmp_path / "state", LOG_FORMAT="json") as up:
        port = up.port()
        log = tmp_path / "state" / "logs" / "up.log"
        wait(lambda: "[celery@" in log.read_text() or "ready" in log.read_text(), seconds=30)
        time.sleep(5)
        before = log.read_text()
        for _ in range(6):
            time.sleep(5)
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
        assert log.read_text()[len(before) :] == ""

        token = _token(up.state_dir)
        call = urllib.request.Request(
            f"http://127.0.0.1:{port}/api/v1/checks/1/runs/",
            data=b"{}",
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json", HEADER: "call-11"},
        )
        urllib.request.urlopen(call, timeout=30).close()
        lines = lambda: [entry for entry in _json(log) if entry.get("request_id") == "call-11"]  # noqa: E731
        assert wait(lambda: any("ended" in entry["message"] for entry in lines()), seconds=60), lines()
        (request,) = [entry for entry in lines() if entry.get("method") == "POST"]
        assert (request["status"], request["level"]) == (202, "INFO")
        (end,) = [entry for entry in lines() if "ended" in entry["message"]]
        assert end["job"] == end["message"].partition(" ")[0]
        assert re.fullmatch(r"check_run:\d+", end["job"])
        assert all({"time", "level", "logger", "message"} <= set(entry) for entry in _json(log))


def _token(state_dir: Path) -> str:
    import subprocess
    import sys

    from tests.running.installation import PROJECT, variables

    command = [sys.executable, "manage.py", "token", "lead", "--scope", "read", "--scope", "write"]
    made = subprocess.run(
        command,
        cwd=PROJECT,
        env=variables(state_dir) | {"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    return made.stdout.strip()


def _json(log: Path) -> list[dict]:
    parts = [line.partition("| ")[2] for line in log.read_text().splitlines()]
    return [json.loads(part) for part in parts if part.startswith("{")]
