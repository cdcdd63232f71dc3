"""Features tell whoever follows them what happened, inside the transaction in which it happened."""

from __future__ import annotations

import pytest
from django.db import transaction

from registry.features.actions.current_version import set_current
from registry.features.signals import current_set, versions_added
from registry.models import CurrentVersionChange
from tests.registry.conftest import FIXED, REWRITTEN, TRAINED, register

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


@pytest.fixture
def heard(monkeypatch):
    """What a single receiver of both signals heard, in place of the receivers of checks."""
    calls = []

    def receiver(signal, **arguments):
        assert transaction.get_connection().in_atomic_block
        calls.append((signal, arguments))
        return {arguments["pairs"][0][1].pk: "the run"} if signal is versions_added else None

    for signal in (versions_added, current_set):
        monkeypatch.setattr(signal, "receivers", [])
        signal.sender_receivers_cache.clear()
        signal.connect(receiver)
    yield calls
    for signal in (versions_added, current_set):
        signal.disconnect(receiver)
        signal.sender_receivers_cache.clear()


def test_a_first_version_and_one_that_exists_are_not_announced(teams, orders, cora, heard):
    register(TRAINED, cora)
    assert register(TRAINED, cora).run is None
    assert heard == []


def test_a_further_version_is_announced_with_its_base_and_what_is_answered_is_its_run(feature, cora, heard):
    base, registered = feature.versions.get(), register(FIXED, cora)
    ((signal, arguments),) = heard
    assert signal is versions_added
    assert (arguments["pairs"], arguments["actor"]) == ([(base, registered.version)], cora)
    assert registered.run == "the run"


def test_another_current_version_is_announced_once(feature, cora, heard):
    first, second = feature.versions.get(), register(FIXED, cora).version
    heard.clear()
    set_current(feature, second, reason="It is current already.", actor=cora)
    assert heard == []
    set_current(feature, first, reason="Back.", actor=cora)
    ((signal, arguments),) = heard
    assert signal is current_set
    assert (arguments["feature"], arguments["version"], arguments["feature"].current) == (feature, first, first)


def test_nothing_is_stored_when_a_receiver_fails(feature, cora):
    def fail(**_):
        raise RuntimeError("no")

    version = register(FIXED, cora).version
    changes = CurrentVersionChange.objects.count()
    for signal in (versions_added, current_set):
        signal.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            register(REWRITTEN, cora)
        with pytest.raises(RuntimeError):
            set_current(feature, feature.versions.exclude(pk=version.pk).get(), reason="Back.", actor=cora)
    finally:
        for signal in (versions_added, current_set):
            signal.disconnect(fail)
    feature.refresh_from_db()
    assert (feature.versions.count(), feature.current, CurrentVersionChange.objects.count()) == (2, version, changes)
