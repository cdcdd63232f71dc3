"""Environments in which other tools are installed, each with its own Python; made once and kept in `var/neighbours/`.

Where a tool cannot be installed, its tests are skipped with a sentence that says so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "var" / "neighbours"
REQUIREMENTS: Mapping[str, tuple[str, ...]] = {
    "dbt": ("dbt-core==1.10.*", "dbt-duckdb==1.10.*"),
    "feast": ("feast==0.67.*",),
    "openlineage": ("openlineage-python==1.54.*", "openlineage-dbt==1.54.*", "dbt-core==1.10.*", "dbt-duckdb==1.10.*"),
    "feast-openlineage": ("feast[openlineage]==0.67.*", "grpcio", "grpcio-reflection", "grpcio-health-checking"),
    "opentelemetry": ("opentelemetry-sdk==1.*", "opentelemetry-exporter-otlp-proto-http==1.*"),
    "airflow": ("apache-airflow==3.3.*", "apache-airflow-providers-openlineage==2.20.*"),
    "dagster": ("dagster==1.*",),
    "mkdocs": ("--require-hashes", "-r", str(FOLDER.parents[1] / "docs" / "site" / "requirements.txt")),
    "notebook": ("nbclient==0.10.*", "ipykernel==7.*", "scikit-learn==1.*", "pandas"),
    "feast-mlflow": ("feast==0.67.*", "mlflow==3.17.*", "scikit-learn==1.*"),
    "precommit": ("pre-commit==4.*",),
    "prefect": ("prefect==3.*",),
    "mlflow": ("mlflow[auth]==3.17.*",),
    "spark": ("pyspark==4.0.1",),  # the server; its client is what people install
    "spark-connect": (
        "--require-hashes",
        "-r",
        str(FOLDER.parents[1] / "registry" / "compute" / "places" / "spark-connect.txt"),
    ),
    "table-formats": ("deltalake==1.6.6", "pyiceberg[sql-sqlite]==0.12.0"),
    "stores": ("moto[s3,server]==5.2.5",),
    "standardwebhooks": ("standardwebhooks==1.1.*",),
}
QUIET = {
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "FEAST_USAGE": "False",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "1",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
}
INSTALL_S, RUN_S = 900, 300


def environment(name: str) -> Path:
    """The folder with the programs of a tool; skips the test where the tool cannot be installed."""
    folder, wanted = FOLDER / name, "\n".join(REQUIREMENTS[name])
    ready = folder / "installed.txt"
    if not ready.exists() or ready.read_text() != wanted:
        try:
            _install(folder, REQUIREMENTS[name])
        except (OSError, subprocess.SubprocessError) as error:
            pytest.skip(f"!!!!! {name} was NOT tested: it cannot be installed here ({error}) !!!!!")
        ready.write_text(wanted)
    return folder / "bin"


def run(command: Sequence[str | Path], folder: Path, **variables: str) -> str:
    """What a program of another tool prints; its errors fail the test with everything that it wrote."""
    ended = finished(command, folder, **variables)
    assert ended.returncode == 0, f"{' '.join(map(str, command))}\n{ended.stdout}\n{ended.stderr}"
    return ended.stdout


def finished(command: Sequence[str | Path], folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """A program of another tool, once it has ended by itself."""
    words = [str(word) for word in command]
    own = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ} | QUIET | variables
    return subprocess.run(words, cwd=folder, env=own, capture_output=True, text=True, timeout=RUN_S, check=False)


def package_from(address: str, programs: Path, folder: Path) -> Path:
    """The package `plumbline` as pip of an environment installs it from a running server, in a folder of its own for PYTHONPATH."""
    target = folder / "package"
    index = ["--isolated", "--index-url", f"{address}/simple/", "--no-cache-dir"]
    run([programs / "python", "-m", "pip", "install", "--quiet", *index, "--target", target, "plumbline"], folder)
    return target


def _install(folder: Path, requirements: Sequence[str]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    commands = [
        [sys.executable, "-m", "venv", str(folder)],
        [str(folder / "bin" / "pip"), "install", "--quiet", *requirements],
    ]
    for command in commands:
        subprocess.run(command, check=True, capture_output=True, timeout=INSTALL_S)
