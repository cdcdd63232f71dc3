"""A real Spark Connect server on loopback, and its client beside the product's own packages."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from platform_site.roof.launcher.parent_death import tied_to_parent
from registry.compute.pushdown.spark import why_no_java
from tests.neighbours.environments import environment

READY_S = 180
SETTINGS = {  # many statements over few rows: to plan them and to compile for the long run costs more than they do
    "spark.connect.grpc.binding.address": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}


def client() -> None:
    """Let this process import the client, whose packages come after those that the product has."""
    packages = str(packages_of("spark-connect"))
    if packages not in sys.path:
        sys.path.append(packages)


@contextlib.contextmanager
def server(folder: Path, token: str = "") -> Iterator[tuple[str, subprocess.Popen]]:
    """The address of a server that answers, and its process; it is stopped afterwards."""
    if reason := why_no_java():
        pytest.skip(f"!!!!! Spark Connect was NOT tested: {reason} !!!!!")
    home = packages_of("spark") / "pyspark"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = SETTINGS | {
        "spark.connect.grpc.binding.port": str(port),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
    }
    options = [word for name, value in settings.items() for word in ("--conf", f"{name}={value}")]
    own = {name: os.environ[name] for name in ("PATH", "HOME", "JAVA_HOME") if name in os.environ} | {
        "SPARK_HOME": str(home)
    }
    own |= {"SPARK_CONNECT_AUTHENTICATE_TOKEN": token} if token else {}
    command = [
        str(home / "bin" / "spark-submit"), "--class", "org.apache.spark.sql.connect.service.SparkConnectServer",
        "--master", "local[2]", "--driver-memory", "1g", *options, "spark-internal",
    ]  # fmt: skip
    log = folder / "server.log"
    with log.open("wb") as out:
        process = subprocess.Popen(tied_to_parent(command), cwd=folder, env=own, stdout=out, stderr=subprocess.STDOUT)
    try:
        until = time.monotonic() + READY_S
        while not re.search(r"Spark Connect server started", log.read_text(errors="replace")):
            assert process.poll() is None, log.read_text(errors="replace")[-3000:]
            assert time.monotonic() < until, log.read_text(errors="replace")[-3000:]
            time.sleep(0.3)
        yield f"sc://127.0.0.1:{port}", process
    finally:
        process.terminate()
        process.wait(20)
        shutil.rmtree(folder / "warehouse", ignore_errors=True)


def packages_of(name: str) -> Path:
    """Where an environment has its packages."""
    return next((environment(name).parent / "lib").glob("python3*/site-packages"))
