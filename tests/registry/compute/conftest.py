"""Engines that are not on this machine are told of at the end, whatever else passed."""

from __future__ import annotations

import pytest

from registry.compute.pushdown import spark as engine

UNTESTED = "This engine was NOT tested: "
# Many statements over few rows: to plan them and to compile for the long run costs more than they do.
OF_LITTLE = {
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}


def pytest_terminal_summary(terminalreporter) -> None:
    """Say loudly which engine was not looked at, and why."""
    reasons = [str(stat.longrepr) for stat in terminalreporter.stats.get("skipped", [])]
    for reason in sorted({text.split(UNTESTED, 1)[1].rstrip("')") for text in reasons if UNTESTED in text}):
        skipped = sum(reason in text for text in reasons)
        result = f"!!!!! {skipped} tests of an engine were SKIPPED. {reason} !!!!!"
        terminalreporter.write_line(result, yellow=True, bold=True)


@pytest.fixture(scope="package")
def spark():
    """One session for every test of Spark: it takes long to start."""
    if reason := engine.why_unavailable():
        pytest.skip(f"{UNTESTED}{reason}")
    with engine.session(master="local[2]", memory="1g", settings=OF_LITTLE) as session:
        yield session
