"""`manage.py doctor`: sentences, JSON, and its exit code."""

from __future__ import annotations

import json

import pytest
from django.core.management import call_command

from platform_site.management.commands import doctor
from platform_site.roof.doctor.findings import ill, uncertain, well

PARTS = (("disk", lambda: [well("It has room.")]), ("clocks", lambda: [uncertain("Perhaps.")]))


def test_a_note_is_no_failure(monkeypatch, capsys):
    monkeypatch.setattr(doctor, "PARTS", PARTS)
    call_command("doctor", no_color=True)
    assert capsys.readouterr().out.splitlines() == [
        "ok     disk         It has room.",
        "note   clocks       Perhaps.",
        "",
        "Nothing is wrong.",
    ]


@pytest.mark.parametrize("options", [{}, {"json": True}])
def test_anything_wrong_ends_with_1(monkeypatch, capsys, options):
    monkeypatch.setattr(doctor, "PARTS", (*PARTS, ("broker", lambda: [ill("It is away.")])))
    with pytest.raises(SystemExit) as ended:
        call_command("doctor", no_color=True, **options)
    assert ended.value.code == 1
    lines = capsys.readouterr().out.splitlines()
    if options:
        assert json.loads(lines[-1]) == {"part": "broker", "state": "wrong", "sentence": "It is away."}
    else:
        assert lines[-1] == "1 thing wrong."


@pytest.mark.django_db
def test_every_part_of_a_test_installation_can_be_examined(capsys):
    with pytest.raises(SystemExit):  # neither worker nor scheduler runs here
        call_command("doctor", no_color=True)
    output = capsys.readouterr().out
    assert "could not be examined" not in output
    assert {part for part, _ in doctor.PARTS} <= {line[7:20].strip() for line in output.splitlines()}
