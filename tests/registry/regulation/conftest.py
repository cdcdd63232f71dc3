"""A version with something in every file of its regulator pack, and the pack as it was handed out."""

from __future__ import annotations

import io
import json
import warnings
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.utils import timezone

from platform_site.access import Actor, Role
from registry.checks.actions.execution import execute
from registry.features.rules.fingerprint import address
from registry.regulation.actions.decisions import report_decisions
from registry.regulation.actions.packs import hand_out
from registry.serving.actions.reports import report_serving
from registry.versions.actions.gates import evaluate_deployment_gate
from registry.versions.actions.overrides import approve_override, request_override
from tests.built_once import built_once
from tests.registry.conftest import FIXED, register, source_changed
from tests.registry.regulation.actions.test_decisions import reported_decision
from tests.registry.serving.story import ANN, ask

VIEWER = Actor("vera", frozenset({Role.VIEWER}), frozenset())
FOLDER = "demand-v1"


class HeldPack(NamedTuple):
    """A pack and its receipt, as somebody holds them, and a folder to work in."""

    content: bytes
    receipt: dict[str, Any]
    folder: Path

    @property
    def files(self) -> dict[str, bytes]:
        with zipfile.ZipFile(io.BytesIO(self.content)) as archive:
            return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}

    def written(self, files: dict[str, bytes] | None = None) -> Path:
        """The archive as a file; of other files if some are held."""
        path = self.folder / "pack.zip"
        path.write_bytes(self.content if files is None else zipped(files.items()))
        return path

    @property
    def receipt_path(self) -> Path:
        path = self.folder / "receipt.json"
        path.write_text(json.dumps(self.receipt))
        return path


def zipped(members: Any, folder: str = FOLDER) -> bytes:
    """An archive of members, in order, whatever their names are."""
    written = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")  # a name that is there twice is meant to be
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(f"{folder}/{name}" if folder else name), content)
    return written.getvalue()


@pytest.fixture
def eventful(serving, orders, cora):
    """`demand` v1: it serves, its feature and source table changed, an alert is open, the gate was closed and overridden."""

    def happen() -> None:
        version = serving.model_version
        execute(register(FIXED, cora).run.pk)
        first = version.snapshot.entries.get().feature_version
        ask(version, cora, percent=40, pins={"orders_3d": first.name}, reason="A try.")
        now = timezone.now()
        served = {"orders_3d": {"version": address(FIXED)[:12]}}
        window = (now - timedelta(hours=1), now)
        report_serving(version, environment="production", window=window, features=served, actor=cora)
        source_changed(orders, cora, row_key=["date"])
        evaluate_deployment_gate(version, actor=cora)
        override = request_override(version, reason="Friday.", expires_at=now + timedelta(days=1), actor=cora)
        approve_override(override, actor=ANN)
        report_decisions(version, [reported_decision(number) for number in (1, 2)], actor=cora)

    built_once("eventful", happen)
    return serving.model_version


@pytest.fixture
def held(eventful, tmp_path) -> HeldPack:
    """Its pack with the receipt."""
    content, receipt = hand_out(eventful, actor=VIEWER)
    return HeldPack(content, json.loads(receipt.content), tmp_path)
