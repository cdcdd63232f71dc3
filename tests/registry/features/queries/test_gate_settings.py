"""Which features need parity first, and which versions wait."""

from __future__ import annotations

import pytest

from registry.features.queries.gate_settings import gate_settings, parity_first, waiting_versions, waits
from registry.models import Feature, GateSettings
from tests.registry.conftest import FIXED, register

pytestmark = pytest.mark.postgresql


def test_the_newest_settings_are_in_force(db, in_production):
    for on in (True, False):
        GateSettings.objects.create(parity_first_in_production=on, saved_by="lea", saved_at=in_production.registered_at)
        assert gate_settings().parity_first_in_production is on


@pytest.mark.parametrize(
    ("own", "platform", "in_use", "needed"),
    [
        (False, False, True, False),
        (True, False, False, True),
        (False, True, True, True),
        (False, True, False, False),
        (True, True, True, True),
    ],
)
def test_a_feature_needs_parity_by_its_own_switch_or_by_the_platforms(
    in_production, feature, own, platform, in_use, needed
):
    GateSettings.objects.create(
        parity_first_in_production=platform, saved_by="lea", saved_at=in_production.registered_at
    )
    type(in_production).objects.update(stage="production" if in_use else "staging")
    feature.requires_parity = own
    assert parity_first([feature]) == ({feature.pk} if needed else set())


def test_a_version_waits_while_it_is_newer_and_never_was_current(feature, cora):
    Feature.objects.update(requires_parity=True)
    version = register(FIXED, cora).version
    feature.refresh_from_db()
    assert list(waiting_versions(feature)) == [version]
    assert waits(version, feature)
    assert not waits(feature.current, feature)
