"""The output of the programs: what is shown, what is logged, and how long the log may grow."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pytest

from platform_site.roof.launcher import log_prefix
from platform_site.roof.launcher.log_prefix import Output


def test_each_line_begins_with_the_time():
    output = Output(io.StringIO())
    output.write("web", "hello")

    assert re.fullmatch(r"\d\d:\d\d:\d\d web    \| hello\n", output.out.getvalue())


@pytest.fixture
def logged(tmp_path) -> Iterator[Output]:
    output = Output(io.StringIO(), tmp_path / "logs" / "up.log")
    yield output
    output.close()


@pytest.mark.parametrize("line", [
    "WARNING platform_site.work the broker is away", "ERROR django.request Internal Server Error: /",
    "CRITICAL celery.worker lost", "[2026-11-29 06:00:00 +0000] [7] [WARNING] Worker with pid 9 was terminated",
    "11060:M 29 Nov 2026 06:03:04.141 # Can't open the append-only file",
])  # fmt: skip
def test_a_warning_is_logged_and_shown(logged, tmp_path, line):
    logged.write("worker", line)

    assert line in logged.out.getvalue()
    assert line in (tmp_path / "logs" / "up.log").read_text()


def test_what_is_not_a_warning_is_only_logged_with_its_time(logged, tmp_path):
    logged.write("worker", "INFO celery.app.trace Task webhooks.send_what_is_due succeeded without an ERROR")

    assert logged.out.getvalue() == ""
    assert re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ worker \| INFO", (tmp_path / "logs" / "up.log").read_text())


def test_what_is_only_shown_is_not_logged(logged, tmp_path):
    logged.show("Password  secret")

    assert "secret" in logged.out.getvalue()
    assert (tmp_path / "logs" / "up.log").read_text() == ""


def test_a_program_that_failed_shows_its_last_lines_once(logged):
    for number in range(12):
        logged.write("web", f"line {number}")
    logged.show_recent("web")
    logged.show_recent("web")

    assert re.findall(r"line (\d+)", logged.out.getvalue()) == [str(number) for number in range(2, 12)]


def test_the_log_is_for_its_owner_only_and_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(log_prefix, "LOG_BYTES", 2_000)
    output = Output(io.StringIO(), tmp_path / "logs" / "up.log")
    for _ in range(200):
        output.write("worker", "x" * 100)
    output.close()

    files = sorted((tmp_path / "logs").iterdir())
    assert [file.name for file in files] == ["up.log", "up.log.1"]
    assert all(file.stat().st_size <= 2_000 for file in files)
    assert (tmp_path / "logs").stat().st_mode & 0o777 == 0o700
    assert [file.stat().st_mode & 0o777 for file in files] == [0o600, 0o600]
