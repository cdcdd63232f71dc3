"""`manage.py export_audit`: one JSON line for each event, to a file or to standard output, from any event on."""

from __future__ import annotations

import json

import pytest
from django.core.management import call_command

from platform_site.audit import queries

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


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


def test_an_export_by_command_goes_on_where_it_broke_off(five_events, capsys, monkeypatch):
    monkeypatch.setattr(queries, "BATCH", 2)
    call_command("export_audit")
    whole = capsys.readouterr().out.splitlines()
    for written in range(6):
        call_command("export_audit", after=written)
        assert capsys.readouterr().out.splitlines() == whole[written:]
