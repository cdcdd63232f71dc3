"""A promotion notes the head of the audit chain outside of the database, once it holds."""

from __future__ import annotations

import json

import pytest

from platform_site.audit.models import AuditEvent
from platform_site.errors import NotAllowed, Refused
from registry.versions.actions.promotion import promote
from tests.registry.conftest import contributor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]


@pytest.fixture
def noted(settings, tmp_path):
    """The sequences in the file of heads."""
    settings.AUDIT_HEADS_FILE = tmp_path / "heads.jsonl"
    file = settings.AUDIT_HEADS_FILE
    return lambda: [json.loads(line)["sequence"] for line in file.read_text().splitlines()] if file.exists() else []


def test_each_promotion_notes_the_head_that_holds_it(model_version, cora, noted):
    promoted = []
    for stage in ("staging", "production"):
        promote(model_version, stage, actor=cora)
        model_version.refresh_from_db()
        promoted.append(AuditEvent.objects.filter(action="model_version.promoted").latest("sequence").sequence)
    assert noted() == promoted


def test_a_step_that_is_refused_notes_nothing(model_version, cora, noted):
    with pytest.raises(Refused):
        promote(model_version, "production", actor=cora)
    with pytest.raises(NotAllowed):
        promote(model_version, "staging", actor=contributor("returns", name="stan"))
    assert noted() == []


def test_a_file_that_takes_nothing_stops_no_promotion(model_version, cora, settings, tmp_path):
    settings.AUDIT_HEADS_FILE = tmp_path / "here" / "heads.jsonl"
    (tmp_path / "here").write_text("a file where a folder should be")
    promote(model_version, "staging", actor=cora)
    model_version.refresh_from_db()
    assert model_version.stage == "staging"
