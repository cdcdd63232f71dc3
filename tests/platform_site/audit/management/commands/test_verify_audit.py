"""`manage.py verify_audit`: what it prints, its progress bar and its exit codes."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from platform_site.audit import chain, queries
from tests.platform_site.audit.tampering import TAMPERINGS, rewrite_from, rows

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


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
        rewrite_from(3, key=settings.AUDIT_KEYS[0])
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


def test_the_command_draws_a_bar_on_request(five_events, bar_of_two, capsys):
    call_command("verify_audit", progress=True)
    output = capsys.readouterr()
    assert f"\r[{'#' * 12:<30}] 2 of 5 events\r[{'#' * 24:<30}] 4 of 5 events\n" == output.err
    assert output.out.startswith("The chain is intact: 5 events")


def test_the_command_draws_no_bar_into_a_log(five_events, bar_of_two, capsys):
    call_command("verify_audit")
    assert capsys.readouterr().err == ""


def test_the_command_draws_a_bar_on_a_terminal(five_events, bar_of_two):
    terminal = StringIO()
    terminal.isatty = lambda: True
    call_command("verify_audit", stderr=terminal, no_color=True)
    assert "4 of 5 events\n" in terminal.getvalue()


def test_a_verification_that_is_stopped_says_that_it_found_nothing_out(five_events, bar_of_two, monkeypatch, capsys):
    def stopped(after: int | None) -> Iterator[chain.Event]:
        yield from list(real(after))[:3]
        raise KeyboardInterrupt

    real = queries.stored_events
    monkeypatch.setattr(queries, "stored_events", stopped)
    with pytest.raises(CommandError, match="Interrupted before the end: no result") as stop:
        call_command("verify_audit", progress=True)
    assert stop.value.returncode == 130
    assert capsys.readouterr().err.endswith("2 of 5 events\n")


def test_what_follows_a_lost_key_is_verified_by_itself_and_says_what_was_not(five_events, lifted_triggers, capsys):
    with lifted_triggers():
        rows.filter(sequence__lte=2).update(mac="0" * 64)
    with pytest.raises(SystemExit):
        call_command("verify_audit")
    assert "event 1: its MAC was not made with this installation's key" in capsys.readouterr().err
    call_command("verify_audit", after=2)
    assert capsys.readouterr().out.startswith(
        "Events 1 to 2 were not verified. From there the chain is intact: 3 events"
    )
