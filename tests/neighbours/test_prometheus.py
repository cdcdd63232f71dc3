"""Prometheus itself scrapes a running site: the shipped rules fire when a production model gets blocked, and clear."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.cache import cache

from platform_site.roof.launcher.parent_death import tied_to_parent
from platform_site.roof.launcher.ports import LOOPBACK, free_port
from registry.versions.actions.pins import pin_features
from registry.versions.queries.snapshots import recorded_snapshot
from tests.registry.conftest import FIXED, register

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

BOOK = Path(__file__).parents[2] / "docs" / "operations"
BLOCKED = "PlumblineProductionModelBlocked"
PATIENCE_S = 60


@pytest.fixture(scope="module", autouse=True)
def programs() -> None:
    for name in ("prometheus", "promtool"):
        if not shutil.which(name):
            pytest.skip("!!!!! Prometheus was NOT tested: apt-get install prometheus !!!!!")


class Prometheus:
    """A server of its own, on this machine alone."""

    def __init__(self, folder: Path, target: str, token: str) -> None:
        self.port = free_port()
        (folder / "plumbline.token").write_text(token)
        shutil.copy(BOOK / "plumbline-rules.yml", folder)
        (folder / "prometheus.yml").write_text(configuration(folder, target))
        own = (f"--web.listen-address={LOOPBACK}:{self.port}", f"--storage.tsdb.path={folder / 'data'}")
        command = ["prometheus", f"--config.file={folder / 'prometheus.yml'}", *own, "--log.level=warn"]
        self.log = folder / "log"
        with self.log.open("w") as out:
            self.process = subprocess.Popen(tied_to_parent(command), stdout=out, stderr=subprocess.STDOUT, cwd=folder)

    def ask(self, path: str) -> dict:
        with urllib.request.urlopen(f"http://{LOOPBACK}:{self.port}/api/v1/{path}", timeout=5) as answer:
            return json.load(answer)["data"]

    def value(self, query: str) -> float | None:
        result = self.ask(f"query?query={query}")["result"]
        return float(result[0]["value"][1]) if result else None

    def firing(self) -> set[str]:
        alerts = self.ask("alerts")["alerts"]
        return {alert["labels"]["alertname"] for alert in alerts if alert["state"] == "firing"}

    def wait(self, true: Callable[[], object]) -> bool:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            try:
                if true():
                    return True
            except OSError:  # it does not listen yet
                assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.2)
        return False

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)


def configuration(folder: Path, target: str) -> str:
    """The shipped configuration for this target, asked every second."""
    text = (BOOK / "prometheus.yml").read_text()
    for written, here in (
        (r"(scrape|evaluation)_interval: 30s", r"\1_interval: 1s"),
        (r"scheme: https", "scheme: http"),
        (r"/etc/prometheus/plumbline.token", f"{folder}/plumbline.token"),
        (r"\[plumbline\.example\]", f"['{target}']"),
    ):
        text, changed = re.subn(written, here, text)
        assert changed, f"{written} is not in the shipped configuration"
    return text


@pytest.fixture
def prometheus(tmp_path, live_server, api) -> Iterator[Prometheus]:
    cache.clear()
    token = api("viewer", ("read",))._credentials["HTTP_AUTHORIZATION"].removeprefix("Bearer ")
    server = Prometheus(tmp_path, live_server.url.removeprefix("http://"), token)
    try:
        yield server
    finally:
        server.end()


def test_a_rule_fires_after_a_definition_changed_and_clears_after_a_pin(in_production, cora, prometheus):
    decisions = 'sum(plumbline_gate_decisions_total{decision="PROCEED"})'.replace(" ", "")
    assert prometheus.wait(lambda: (prometheus.value("up") == 1) and prometheus.value(decisions) is not None)
    assert BLOCKED not in prometheus.firing()
    assert prometheus.wait(lambda: prometheus.value("sum(plumbline_production_model_versions_blocked)") == 0)

    register(FIXED, cora)
    assert prometheus.wait(lambda: BLOCKED in prometheus.firing()), prometheus.ask("alerts")

    pin_features(in_production, recorded_snapshot(in_production), actor=cora)
    assert prometheus.wait(lambda: BLOCKED not in prometheus.firing()), prometheus.ask("alerts")


def test_promtool_finds_nothing_to_say(in_production, published, api):
    page = api("viewer").get("/metrics").content
    checked = subprocess.run(["promtool", "check", "metrics"], input=page, capture_output=True, check=False)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, b"", b"")


@pytest.mark.parametrize("command", [["rules", "plumbline-rules.yml"], ["config", "--syntax-only", "prometheus.yml"]])
def test_the_shipped_files_are_valid(command):
    checked = subprocess.run(
        ["promtool", "check", *command], cwd=BOOK, capture_output=True, text=True, check=False, env=dict(os.environ)
    )
    assert checked.returncode == 0, checked.stderr


def test_every_figure_in_the_rules_is_scraped(db):
    from platform_site.roof.metrics.families import families

    known = {family.name for family in families()}
    named = set(re.findall(r"plumbline_\w+", (BOOK / "plumbline-rules.yml").read_text()))
    assert named - known == set()
