"""Verification over the real rows, by query, command, API and page."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from threading import Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from platform_site.access import SYSTEM
from platform_site.audit import chain, queries
from platform_site.audit.chain import GENESIS, link, seal
from platform_site.audit.heads import SIGNATURE, send_head
from platform_site.audit.models import AuditEvent, AuditHead
from platform_site.audit.record import record
from platform_site.tasks import note_audit_head

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
rows = AuditEvent.objects


@pytest.fixture
def five_events(db):
    with transaction.atomic():
        for name in ("one", "two", "three", "four", "five"):
            record("pin.set", subject=f"model:{name}", actor=SYSTEM, payload={"feature": name})


def rewrite_from(sequence: int, key: str = "forged") -> None:
    """Change one event and make everything after it fit again."""
    previous = rows.filter(sequence=sequence - 1).values_list("hash", flat=True).first() or GENESIS
    for event in rows.filter(sequence__gte=sequence).order_by("sequence"):
        fields = (event.sequence, event.at, "nobody", event.action, event.subject, event.payload, previous)
        event_hash = link(*fields)
        rows.filter(pk=event.pk).update(
            actor="nobody", previous_hash=previous, hash=event_hash, mac=seal(event_hash, key)
        )
        previous = event_hash
    AuditHead.objects.update(hash=previous)


def edit_with_its_hash() -> None:
    event = rows.get(sequence=3)
    fields = (3, event.at, "nobody", event.action, event.subject, event.payload, event.previous_hash)
    rows.filter(sequence=3).update(actor="nobody", hash=link(*fields))


def swap() -> None:
    for here, there in ((2, 90), (3, 2), (90, 3)):
        rows.filter(sequence=here).update(sequence=there)


def cut_the_tail() -> None:
    rows.filter(sequence__gt=3).delete()


def cut_the_tail_and_the_head() -> None:
    cut_the_tail()
    AuditHead.objects.update(sequence=3, hash=rows.get(sequence=3).hash)


def delete_all() -> None:
    rows.all().delete()
    AuditHead.objects.update(sequence=0, hash=GENESIS)


def forge_a_row(sequence: int = 6) -> None:
    last = rows.get(sequence=5)
    fields = (sequence, last.at, "eve", "pin.set", "model:six", "{}", last.hash)
    rows.create(
        **dict(zip(("sequence", "at", "actor", "action", "subject", "payload", "previous_hash"), fields, strict=True)),
        hash=link(*fields),
        mac=seal(link(*fields), "forged"),
    )
    AuditHead.objects.update(sequence=max(sequence, 5), hash=link(*fields) if sequence == 6 else last.hash)


TAMPERINGS: list[tuple[Callable[[], object], int]] = [
    (lambda: rows.filter(sequence=3).update(actor="nobody"), 3),
    (edit_with_its_hash, 3),
    (lambda: rows.filter(sequence=3).delete(), 4),
    (swap, 2),
    (cut_the_tail, 4),
    (cut_the_tail_and_the_head, 4),
    (delete_all, 1),
    (lambda: rewrite_from(3), 3),
    (forge_a_row, 6),
    (lambda: forge_a_row(0), 0),
    (lambda: forge_a_row(-7), -7),
    (lambda: AuditHead.objects.all().delete(), 6),
    (lambda: AuditHead.objects.update(sequence=2), 2),
    (lambda: AuditHead.objects.update(sequence=0, hash=GENESIS), 1),
    (lambda: rows.filter(sequence=4).update(payload="not JSON"), 4),
]


@pytest.mark.parametrize(("tamper", "first_broken"), TAMPERINGS)
def test_tampering_with_the_rows_is_seen(tamper, first_broken, five_events, lifted_triggers):
    noted = [queries.head()]
    with lifted_triggers():
        tamper()
    found = queries.verify(heads=noted)
    assert (found.valid, found.first_broken.sequence) == (False, first_broken)


@pytest.mark.parametrize(("tamper", "first_broken"), TAMPERINGS)
def test_tampering_is_seen_by_the_command_with_the_exported_head(
    tamper, first_broken, five_events, lifted_triggers, tmp_path, capsys
):
    noted = tmp_path / "heads.jsonl"
    call_command("export_heads", to=noted)
    with lifted_triggers():
        tamper()
    with pytest.raises(SystemExit) as stop:
        call_command("verify_audit", heads=noted)
    assert stop.value.code == 1
    assert f"The chain is broken at event {first_broken}: " in capsys.readouterr().err


@pytest.mark.parametrize(("tamper", "first_broken"), TAMPERINGS)
def test_where_a_batch_ends_hides_no_tampering(tamper, first_broken, five_events, lifted_triggers, monkeypatch):
    monkeypatch.setattr(queries, "BATCH", 2)
    noted = [queries.head()]
    assert queries.verify(noted).valid
    with lifted_triggers():
        tamper()
    assert queries.verify(noted).first_broken.sequence == first_broken


def test_the_command_says_how_many_events_and_the_head(five_events, capsys):
    call_command("verify_audit")
    assert capsys.readouterr().out == f"The chain is intact: 5 events, head 5 {queries.head().hash}\n"


def test_the_command_fails_and_names_the_first_broken_event(five_events, lifted_triggers, capsys):
    with lifted_triggers():
        rows.filter(sequence=3).update(actor="nobody")
    with pytest.raises(SystemExit) as stop:
        call_command("verify_audit")
    assert stop.value.code == 1
    assert "The chain is broken at event 3: its hash does not match its content." in capsys.readouterr().err


def test_heads_that_were_exported_show_a_rewrite_by_who_has_the_key(
    five_events, lifted_triggers, settings, tmp_path, capsys
):
    noted = tmp_path / "heads.jsonl"
    call_command("export_heads", to=noted)
    with lifted_triggers():
        rewrite_from(3, key=settings.AUDIT_KEY)
    call_command("verify_audit")  # the chain is whole in itself …
    call_command("export_heads", to=noted)
    with pytest.raises(SystemExit):  # … and is not the one that was
        call_command("verify_audit", heads=noted)
    assert "The chain is broken at event 5" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["{", "[]", '{"sequence": 1}', '{"sequence": "one", "hash": "x"}', "\x00"])
def test_heads_that_are_none_are_wrong_use(text, tmp_path):
    noted = tmp_path / "heads.jsonl"
    noted.write_text(text)
    with pytest.raises(CommandError) as wrong:
        call_command("verify_audit", heads=noted)
    assert wrong.value.returncode == 2


def test_the_export_is_one_json_line_for_each_event(five_events, tmp_path):
    call_command("export_audit", first=4, target=tmp_path / "log.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [(line["sequence"], line["payload"]) for line in lines] == [
        (4, '{"feature":"four"}'),
        (5, '{"feature":"five"}'),
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["log.jsonl"]


def test_an_export_that_is_stopped_leaves_the_file_as_it_was(five_events, tmp_path, monkeypatch):
    target = tmp_path / "log.jsonl"
    target.write_text("the export of yesterday")

    def stopped(first: int):
        yield next(real(first))
        raise KeyboardInterrupt

    real = queries.stored_events
    monkeypatch.setattr(queries, "stored_events", stopped)
    with pytest.raises(KeyboardInterrupt):
        call_command("export_audit", target=target)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("log.jsonl", "the export of yesterday")]


def test_the_export_goes_to_standard_output(five_events, capsys):
    call_command("export_audit")
    assert len(capsys.readouterr().out.splitlines()) == 5


def test_the_head_is_noted_line_by_line_and_shows_a_cut_tail(five_events, lifted_triggers, settings, tmp_path):
    settings.AUDIT_HEADS_FILE = tmp_path / "safe" / "heads.jsonl"
    note_audit_head()
    call_command("export_heads")
    lines = [json.loads(line) for line in settings.AUDIT_HEADS_FILE.read_text().splitlines()]
    assert [line["sequence"] for line in lines] == [5, 5]
    with lifted_triggers():
        AuditEvent.objects.filter(sequence__gt=3).delete()
        third = AuditEvent.objects.get(sequence=3)
        AuditHead.objects.update(sequence=3, hash=third.hash)
    assert queries.verify().valid
    noted = [chain.Head(line["sequence"], line["hash"]) for line in lines]
    assert queries.verify(noted).first_broken == chain.BrokenLink(
        4, "it is missing: a noted head proves that event 5 existed"
    )


def test_a_verification_tells_how_far_it_is(five_events, monkeypatch):
    monkeypatch.setattr(chain, "PROGRESS_EVERY", 2)
    told = []
    assert queries.verify(on_progress=told.append).valid
    assert told == [2, 4]


@pytest.fixture
def bar_of_two(monkeypatch):
    """Verification tells every second event how far it is."""
    monkeypatch.setattr(chain, "PROGRESS_EVERY", 2)


def test_the_command_draws_a_bar_on_request(five_events, bar_of_two, capsys):
    call_command("verify_audit", progress=True)
    said = capsys.readouterr()
    assert f"\r[{'#' * 12:<30}] 2 of 5 events\r[{'#' * 24:<30}] 4 of 5 events\n" == said.err
    assert said.out.startswith("The chain is intact: 5 events")


def test_the_command_draws_no_bar_into_a_log(five_events, bar_of_two, capsys):
    call_command("verify_audit")
    assert capsys.readouterr().err == ""


def test_the_command_draws_a_bar_on_a_terminal(five_events, bar_of_two):
    terminal = StringIO()
    terminal.isatty = lambda: True
    call_command("verify_audit", stderr=terminal, no_color=True)
    assert "4 of 5 events\n" in terminal.getvalue()


def test_a_verification_that_is_stopped_says_that_it_found_nothing_out(five_events, bar_of_two, monkeypatch, capsys):
    def stopped() -> Iterator[chain.Event]:
        yield from list(real())[:3]
        raise KeyboardInterrupt

    real = queries.stored_events
    monkeypatch.setattr(queries, "stored_events", stopped)
    with pytest.raises(CommandError, match="Stopped: nothing was found out") as stop:
        call_command("verify_audit", progress=True)
    assert stop.value.returncode == 130
    assert capsys.readouterr().err.endswith("2 of 5 events\n")


def test_an_export_by_command_goes_on_where_it_broke_off(five_events, capsys, monkeypatch):
    monkeypatch.setattr(queries, "BATCH", 2)
    call_command("export_audit")
    whole = capsys.readouterr().out.splitlines()
    for written in range(6):
        call_command("export_audit", after=written)
        assert capsys.readouterr().out.splitlines() == whole[written:]


def test_what_was_exported_in_pieces_verifies_line_by_line(five_events, api, settings, capsys):
    answer = api("viewer").get("/api/v1/audit-events/export/")
    lines = b"".join(answer.streaming_content).decode().splitlines()[:2]
    call_command("export_audit", after=2)
    lines += capsys.readouterr().out.splitlines()
    events = [chain.Event(**json.loads(line)) for line in lines]
    assert chain.verify(events, key=settings.AUDIT_KEY, heads=[queries.head()]).valid
    changed = events[1]._replace(payload="{}")
    assert chain.verify([events[0], changed], key=settings.AUDIT_KEY).first_broken.sequence == 2


def test_an_export_reads_in_batches_and_asks_only_as_the_reader_goes_on(
    five_events, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(queries, "BATCH", 2)
    events = queries.stored_events()
    with django_assert_num_queries(1):
        assert [next(events).sequence, next(events).sequence] == [1, 2]
    with django_assert_num_queries(3):  # two batches, and one that is empty
        assert [event.sequence for event in events] == [3, 4, 5]


def test_an_export_goes_on_where_it_broke_off(five_events, api):
    auditor = api("viewer")
    whole = b"".join(auditor.get("/api/v1/audit-events/export/").streaming_content).decode().splitlines()
    rest = b"".join(auditor.get("/api/v1/audit-events/export/?after=3").streaming_content).decode().splitlines()
    assert [json.loads(line)["sequence"] for line in rest] == list(range(4, len(whole) + 1))
    assert whole[3:] == rest
    assert auditor.get("/api/v1/audit-events/export/?after=x").status_code == 400


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
