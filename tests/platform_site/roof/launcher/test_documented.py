"""The commands that the documents name are those that `up` runs."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from platform_site.roof.launcher import programs

PROJECT = Path(__file__).resolve().parents[4]
DOCUMENTS = ("README.md", "docs/deployment.md")


def documented(document: str, program: str) -> list[str]:
    lines = [line.strip() for line in (PROJECT / document).read_text().splitlines()]
    (line,) = [line for line in lines if line.startswith(program)]
    return line.removeprefix(program).split()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_web_server_is_started_with_the_same_settings(document):
    with socket.socket() as listener:
        command = programs.web({}, listener).command
    words = documented(document, "gunicorn ")
    assert words[:2] == list(command[3:5])
    assert words[2] == "--bind"
    assert len(words) == 4


@pytest.mark.parametrize("document", DOCUMENTS)
def test_workers_and_scheduler_likewise(document):
    ours = {
        "--concurrency=2",
        "--include",
        "platform_site.roof.launcher.worker_pool",
    }  # of one machine that ends together
    worker = [word for word in programs.worker({}).command[6:] if word not in ours]
    assert documented(document, "celery -A platform_site worker ") == worker[1:]
    beat = programs.beat({}, PROJECT).command[6:]
    assert documented(document, "celery -A platform_site beat ") == list(beat[1:])
