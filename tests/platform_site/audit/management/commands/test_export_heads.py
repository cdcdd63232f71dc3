"""`manage.py export_heads`: a line for each call, and a clear end when there is no head."""

from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command

from platform_site.audit import chain, queries
from platform_site.audit.models import AuditEvent, AuditHead
from platform_site.tasks import note_audit_head

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


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


def test_the_option_is_stronger_than_the_setting(five_events, settings, tmp_path):
    settings.AUDIT_HEADS_FILE = tmp_path / "setting.jsonl"
    call_command("export_heads", to=tmp_path / "option.jsonl")
    (line,) = (tmp_path / "option.jsonl").read_text().splitlines()
    assert json.loads(line)["hash"] == queries.head().hash
    assert not settings.AUDIT_HEADS_FILE.exists()


def test_a_missing_head_row_is_an_error_and_leaves_no_file(five_events, lifted_triggers, tmp_path):
    with lifted_triggers():
        AuditHead.objects.all().delete()
    with pytest.raises(CommandError, match="verify_audit"):
        call_command("export_heads", to=tmp_path / "heads.jsonl")
    assert list(tmp_path.iterdir()) == []
