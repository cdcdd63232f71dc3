"""Noting the head outside of the database: hourly, after a commit, and never at the cost of what was committed."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from django.db import connection, transaction

from platform_site.access import SYSTEM
from platform_site.audit import heads, queries
from platform_site.audit.heads import SIGNATURE, send_head
from platform_site.audit.record import record
from platform_site.celery import app
from platform_site.people.models import Team
from platform_site.tasks import note_audit_head

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]


@pytest.fixture
def heads_file(settings, tmp_path):
    settings.AUDIT_HEADS_FILE = tmp_path / "safe" / "heads.jsonl"
    return settings.AUDIT_HEADS_FILE


def test_a_line_has_sequence_hash_and_time(heads_file):
    with transaction.atomic():
        record("pin.set", subject="model:eta", actor=SYSTEM)
    assert heads.note_head(heads_file)
    (line,) = map(json.loads, heads_file.read_text().splitlines())
    assert (line["sequence"], line["hash"]) == queries.head()
    assert datetime.fromisoformat(line["at"]).tzinfo is not None


def test_the_scheduler_notes_it_each_hour(settings, heads_file):
    (entry,) = [entry for entry in settings.CELERY_BEAT_SCHEDULE.values() if "audit_head" in entry["task"]]
    assert entry["schedule"] == 3600
    app.loader.import_default_modules()  # as a worker does
    app.tasks[entry["task"]]()
    assert len(heads_file.read_text().splitlines()) == 1


def test_it_is_noted_once_the_transaction_holds_and_not_before(heads_file):
    with transaction.atomic():
        record("pin.set", subject="model:eta", actor=SYSTEM)
        heads.note_after_commit()
        assert not heads_file.exists()
    assert json.loads(heads_file.read_text())["sequence"] == 1


def test_what_is_rolled_back_is_not_noted(heads_file):
    with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012
        record("pin.set", subject="model:eta", actor=SYSTEM)
        heads.note_after_commit()
        1 / 0  # noqa: B018
    assert not heads_file.exists()


@pytest.mark.parametrize("fault", [OSError("the disk is full"), RuntimeError("what nobody thought of")])
def test_a_head_that_is_not_noted_is_reported_and_costs_nothing_that_was_committed(
    fault, heads_file, monkeypatch, caplog
):
    def refused(path):
        raise fault

    monkeypatch.setattr(heads, "note_head", refused)
    with caplog.at_level(logging.ERROR), transaction.atomic():
        Team.objects.create(slug="ghosts", name="Ghosts")
        record("team.created", subject="team:ghosts", actor=SYSTEM)
        heads.note_after_commit()
    assert Team.objects.filter(slug="ghosts").exists()
    assert str(fault) in caplog.text


def test_those_who_note_at_once_do_not_mix_their_lines(heads_file):
    def note(_: int) -> None:
        try:
            heads.note_head(heads_file)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(note, range(40)))
    assert [json.loads(line)["sequence"] for line in heads_file.read_text().splitlines()] == [0] * 40


SECRET = "a secret that signs what is sent there"


@pytest.fixture
def receiver():
    """An address that takes what is posted to it: `posted` has body and signature of each."""
    posted = []

    class Takes(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            posted.append((body, self.headers[SIGNATURE]))
            self.send_response(302 if self.path == "/elsewhere" else 204)
            self.send_header("Location", "/")
            self.end_headers()

        def log_message(self, *_):
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Takes)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", posted
    server.shutdown()
    server.server_close()


def test_the_head_is_sent_signed(five_events, receiver, settings, tmp_path):
    address, posted = receiver
    settings.AUDIT_HEADS_FILE = tmp_path / "heads.jsonl"
    settings.AUDIT_HEADS_URL, settings.AUDIT_HEADS_SECRET = address, SECRET
    note_audit_head()
    ((body, signature),) = posted
    assert json.loads(body)["sequence"] == 5
    assert signature == "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()


def test_an_address_that_does_not_take_it_stops_nobody(five_events, receiver, caplog):
    address, posted = receiver
    assert send_head(f"{address}/elsewhere", SECRET) is False
    assert len(posted) == 1
    assert send_head("http://127.0.0.1:1/", SECRET) is False
    assert caplog.text.count("was not ") == 2
