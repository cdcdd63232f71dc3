"""What a registration makes of a definition beside older ones."""

from __future__ import annotations

import pytest

from platform_site.audit.models import AuditEvent
from registry.features.rules.fingerprint import address
from tests.registry.conftest import FIXED, REWRITTEN, TRAINED, register

pytestmark = pytest.mark.postgresql


def test_a_version_is_named_by_its_content(feature):
    version = feature.versions.get()
    assert (version.digest, version.name, version.number) == (address(TRAINED), address(TRAINED)[:12], 1)
    assert feature.current == version


def test_registering_the_same_definition_again_changes_nothing(feature, cora):
    events = AuditEvent.objects.count()
    again = register(TRAINED, cora)
    assert (again.created, again.version.number) == (False, 1)
    assert AuditEvent.objects.count() == events


def test_a_new_version_is_numbered_says_what_changed_and_is_current(feature, cora):
    fixed = register(FIXED, cora, reason="faster")
    feature.refresh_from_db()
    assert (fixed.created, fixed.version.number, feature.current) == (True, 2, fixed.version)
    assert fixed.changes.words == ["logic", "null handling"]


def test_a_rewritten_version_says_formatting_only(feature, cora):
    assert register(REWRITTEN, cora).changes.words == ["formatting only"]


def test_a_line_end_of_a_browser_is_stored_and_addressed_as_a_line_feed(orders, cora):
    lines = TRAINED._replace(computation_logic="order_count -- the count\n+ 1")
    sent = lines._replace(computation_logic=lines.computation_logic.replace("\n", "\r\n"))
    version = register(sent, cora).version
    assert version.computation_logic == lines.computation_logic
    assert version.digest == address(lines)
    assert not register(lines, cora).created
