"""MLflow's own server over its own registry, in an environment of its own: the peer of `bench registry`."""

from __future__ import annotations

import contextlib
import os
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.bench.servers import Server, free_port, started

FILL = """
import sys
from mlflow.store.model_registry.sqlalchemy_store import SqlAlchemyStore
store = SqlAlchemyStore(sys.argv[1])
for number in range(int(sys.argv[2])):
    store.create_registered_model(f"model_{number:05}")
    for version in range(int(sys.argv[3])):
        store.create_model_version(f"model_{number:05}", f"s3://seeded/model_{number:05}/v{version + 1}")
"""


def environment(folder: Path) -> Path:
    """The Python of an environment that has MLflow; made once, beside the installation's own state."""
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", "mlflow"], check=True)
        (folder / "ready").touch()
    return python


def version(python: Path) -> str:
    """Which MLflow it is."""
    rows = [str(python), "-c", "import importlib.metadata as m; print(m.version('mlflow'))"]
    return subprocess.run(rows, check=True, capture_output=True, text=True).stdout.strip()


@contextlib.contextmanager
def server(
    python: Path, scratch: Path, models: int, *options: str, versions: int = 1, tls: ssl.SSLContext | None = None
) -> Iterator[Server]:
    """MLflow's server, as its documentation starts it, over so many registered models with so many versions each."""
    store = f"sqlite:///{scratch / 'mlflow.db'}"
    quiet = {**os.environ, "MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}
    subprocess.run(
        [str(python), "-c", FILL, store, str(models), str(versions)],
        check=True,
        env=quiet,
        cwd=scratch,
        capture_output=True,
    )
    port = free_port()
    command = [str(python), "-m", "mlflow", "server", "--backend-store-uri", store, "--artifacts-destination",
               str(scratch / "artifacts"), "--host", "127.0.0.1", "--port", str(port), *options]  # fmt: skip
    with started(command, quiet, port, "/health", scratch / "mlflow.log", tls) as running:
        yield running
