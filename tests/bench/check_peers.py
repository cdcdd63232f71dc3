"""The contenders of `bench checks`: what each runs, in which environment, and what it cost there.

Each contender is a program in a process of its own, whose wall time, CPU (of it and its children) and peak memory the
kernel counts; an environment is made once, by pip, below the installation's own state. Programs read the same Parquet
files and print their figures as JSON: what they took from the first byte read on, imports apart.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from platform_site.roof.launcher import sort_probe
from tests.bench.servers import PROJECT

PROGRAMS = Path(__file__).parent / "contenders"
INSTALL_S, RUN_S = 1_800, 7_200


class Contender(NamedTuple):
    """``packages`` of an environment of its own; none are needed where it is ours. ``words`` go to its program."""

    name: str
    program: str
    packages: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    environment: str = ""
    categorical: bool = False


PINNED = ("pandas<3", "pyarrow")
OWN = (
    Contender("the floor", "floor", categorical=True),
    Contender("read into arrays", "floor", words=("arrays",)),
    Contender("Plumbline", "plumbline", categorical=True),
)
PEERS = (
    Contender("scipy", "scipy_loop", ("scipy", *PINNED), (), "scipy", categorical=True),
    Contender("nannyml", "nannyml_ks", ("nannyml", "statsmodels", *PINNED), (), "nannyml", categorical=True),
    Contender("alibi-detect", "alibi_ks", ("alibi-detect", "pandas<3", "pyarrow<19"), (), "alibi-detect"),
    Contender("evidently", "evidently_run", ("evidently", *PINNED), ("defaults",), "evidently", categorical=True),
    Contender("evidently-four", "evidently_run", ("evidently", *PINNED), ("four",), "evidently"),
)


class Cost(NamedTuple):
    """Seconds of wall and CPU of the work itself, peak memory of the whole process in MB, what the work computed."""

    wall: float
    cpu: float
    peak_mb: float
    results: dict[str, Any]


class Missing(Exception):
    """A contender could not be installed or did not finish; the message says what it said last."""


def environment(contender: Contender, folder: Path) -> Path:
    """The contender's Python: ours, or that of an environment with its packages, made once. Missing when pip fails."""
    if not contender.packages:
        return Path(sys.executable)
    place = folder / contender.environment
    python = place / "bin" / "python"
    if not (place / "ready").exists():
        _call([sys.executable, "-m", "venv", "--clear", str(place)], INSTALL_S)
        _call([str(python), "-m", "pip", "install", "--quiet", *contender.packages], INSTALL_S)
        (place / "ready").touch()
    return python


def run(contender: Contender, python: Path, files: tuple[Path, Path], *words: str) -> Cost:
    """One run of the contender's program over both files. Missing when it fails."""
    command = [str(python), str(PROGRAMS / f"{contender.program}.py"), *map(str, files), *contender.words, *words]
    own = {} if contender.packages else {"PYTHONPATH": str(PROJECT), **sort_probe.environment()}
    quiet = {
        "DO_NOT_TRACK": "1",
        "NML_DISABLE_USAGE_LOGGING": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "",
    }
    printed = _call(command, RUN_S, {**os.environ, **quiet, **own})
    body = json.loads(printed.splitlines()[-1])
    return Cost(body.pop("wall"), body.pop("cpu"), body.pop("peak_mb"), body)


def _call(command: list[str], seconds: int, variables: dict[str, str] | None = None) -> str:
    with tempfile.TemporaryDirectory(prefix="plumbline-bench-") as folder:
        try:
            return subprocess.run(
                command, cwd=folder, env=variables, check=True, capture_output=True, text=True, timeout=seconds
            ).stdout
        except subprocess.CalledProcessError as error:
            last = (error.stderr.strip().splitlines() or ["nothing"])[-1]
            raise Missing(f"{last[:160]}") from error
        except subprocess.TimeoutExpired as error:
            raise Missing(f"not finished after {seconds:,} s") from error
