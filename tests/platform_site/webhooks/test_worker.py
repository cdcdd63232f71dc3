"""A whole installation, with its own worker and scheduler, before a receiver that refuses at first and one that drips."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from platform_site.webhooks.verify import is_from_plumbline
from tests.platform_site.outbound.receiver import receiving
from tests.running.demo_site import demo
from tests.running.installation import PROJECT, Up, variables, wait

pytestmark = [pytest.mark.slow, pytest.mark.worker]


class Caller:
    """A lead's program."""

    def __init__(self, up: Up) -> None:
        self.address = f"http://127.0.0.1:{up.port()}/api/v1/"
        command = [sys.executable, "manage.py", "token", "lead", "--scope", "read", "--scope", "write"]
        environ = variables(up.state_dir)
        made = subprocess.run(command, cwd=PROJECT, env=environ, capture_output=True, text=True, check=True)
        self.token = made.stdout.strip()

    def ask(self, method: str, path: str, values: Any = None) -> Any:
        """What the API answers."""
        request = urllib.request.Request(
            self.address + path,
            data=json.dumps(values or {}).encode() if method != "GET" else None,
            method=method,
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def deliveries(self, webhook: int) -> list[Any]:
        """The log of a webhook, newest first."""
        return self.ask("GET", f"webhooks/{webhook}/deliveries/")["results"]


@pytest.fixture(scope="module")
def up(tmp_path_factory) -> Iterator[Up]:
    values = {"OUTBOUND_ALLOW": "127.0.0.1", "WEBHOOK_RETRY_S": "2"}
    with demo(tmp_path_factory.mktemp("webhooks") / "var", **values) as up:
        yield up


def test_an_event_arrives_signed_after_a_refusal_a_dead_worker_and_once_more_by_hand(up):
    with receiving() as receiver:
        lead = Caller(up)
        hook = lead.ask("POST", "webhooks/", {"url": receiver.url, "events": ["organization.*"]})
        receiver.answers += [503, lambda answering: time.sleep(4)]
        lead.ask("POST", "organizations/", {"slug": "newco", "name": "NewCo"})
        assert wait(lambda: receiver.posted, seconds=20)
        assert wait(lambda: lead.deliveries(hook["id"])[0]["attempts"], seconds=10)
        assert wait(lambda: len(receiver.posted) == 2, seconds=60), "it is tried again two seconds later"
        kill_the_workers(up)  # while the answer drips
        assert wait(lambda: len(receiver.posted) == 3, seconds=90), "the sweep found what the dead worker left"
        assert wait(lambda: lead.deliveries(hook["id"])[0]["state"] == "delivered", seconds=10)
        (delivery,) = lead.deliveries(hook["id"])
        assert [attempt["status"] for attempt in delivery["attempts"]] == [503, 204]
        lead.ask("POST", f"webhooks/{hook['id']}/deliveries/{delivery['id']}/redeliver/")
        assert wait(lambda: len(receiver.posted) == 4, seconds=10)
        assert all(is_from_plumbline(hook["secret"], row.headers, row.body) for row in receiver.posted)
        assert len({row.body for row in receiver.posted}) == 1
        assert hook["secret"] not in up.output() + json.dumps(lead.ask("GET", "audit-events/?page_size=500"))


def kill_the_workers(up: Up) -> None:
    for pid, command in up.processes("celery").items():
        if "worker" in command and os.getpgid(pid) != pid:
            os.kill(pid, signal.SIGKILL)


def test_an_incident_ends_after_it_began_whatever_fails_between(up):
    with receiving() as receiver:
        lead = Caller(up)
        body = {"kind": "pagerduty", "url": receiver.url, "secret": "K" * 32, "events": ["alert.*"]}
        hook = lead.ask("POST", "webhooks/", body)
        receiver.answers += [503, lambda answering: time.sleep(4), 202]
        lead.ask("POST", f"webhooks/{hook['id']}/test/")
        assert wait(lambda: len(receiver.posted) == 2, seconds=60), "the beginning is tried again"
        kill_the_workers(up)  # while the answer drips
        assert wait(lambda: len(receiver.posted) == 4, seconds=90), "the end follows the beginning"
        events = [json.loads(row.body) for row in receiver.posted]
        assert [event["event_action"] for event in events] == ["trigger", "trigger", "trigger", "resolve"]
        assert len({event["dedup_key"] for event in events}) == 1
        assert {event["routing_key"] for event in events} == {"K" * 32}
        assert wait(lambda: {row["state"] for row in lead.deliveries(hook["id"])} == {"delivered"}, seconds=10)
        assert "K" * 32 not in up.output() + json.dumps(lead.deliveries(hook["id"]))
