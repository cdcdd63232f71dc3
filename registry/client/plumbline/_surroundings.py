"""What a training script stands in: its git commit, its container image, the files that it wrote, its MLflow run."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
IMAGE_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
# Variables in which CI systems name the commit: GitHub, GitLab, Jenkins, Azure, Bitbucket, Cloud Build, CircleCI.
COMMIT_VARIABLES = (
    "GITHUB_SHA", "CI_COMMIT_SHA", "GIT_COMMIT", "BUILD_SOURCEVERSION", "BITBUCKET_COMMIT", "COMMIT_SHA", "CIRCLE_SHA1",
)  # fmt: skip
IMAGE_VARIABLES = ("PLUMBLINE_IMAGE", "IMAGE_DIGEST", "CONTAINER_DIGEST", "CONTAINER_IMAGE", "IMAGE")
BLOCK, GIT_S = 2**20, 20


class TrainingRun(NamedTuple):
    """What an MLflow run recorded: its parameters, metrics and tags, and where its artifacts are."""

    run_id: str
    artifact_uri: str
    parameters: dict[str, Any]
    metrics: dict[str, float]
    tags: dict[str, str]


def code_commit(folder: str = ".") -> str:
    """The commit of the code: PLUMBLINE_CODE_COMMIT, else that of git in this folder, else the one that CI names; empty
    where there is none. Warns where files differ from the commit, which then does not hold what ran."""
    stated = os.environ.get("PLUMBLINE_CODE_COMMIT", "")
    if stated:
        return stated
    commit = _git(folder, "rev-parse", "HEAD")
    if COMMIT.fullmatch(commit):
        changed = [line[3:] for line in _git(folder, "status", "--porcelain", "--untracked-files=no").splitlines()]
        if changed:
            what = f"{', '.join(changed[:5])}{' and more' if len(changed) > 5 else ''}"
            warnings.warn(f"Commit {commit[:12]} is not the code that ran: {what} changed since.", stacklevel=3)
        return commit
    named = (os.environ.get(name, "") for name in COMMIT_VARIABLES)
    return next((commit for commit in named if COMMIT.fullmatch(commit)), "")


def container_digest() -> str:
    """The digest of the image that this runs in, from the first variable that names one; empty where none does."""
    for name in IMAGE_VARIABLES:
        match = IMAGE_DIGEST.search(os.environ.get(name, ""))
        if match:
            return match[0]
    return ""


def artifact_of(path: str) -> dict[str, str]:
    """The address and the digest of a file or a folder.

    A folder's digest is the SHA-256 of a line `DIGEST  PATH` for each of its files, in the order of the paths, as
    `find . -type f | sort | xargs sha256sum | sha256sum` makes it with paths without `./`.
    """
    place = Path(path).resolve(strict=True)
    if place.is_file():
        return {"uri": place.as_uri(), "digest": digest_of(place)}
    files = sorted((file.relative_to(place).as_posix(), file) for file in place.rglob("*") if file.is_file())
    if not files:
        raise ValueError(f"{path} is a folder without files. Write the model into it first.")
    lines = "".join(f"{digest_of(file)}  {name}\n" for name, file in files)
    return {"uri": place.as_uri(), "digest": hashlib.sha256(lines.encode()).hexdigest()}


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, read block by block."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for block in iter(lambda: file.read(BLOCK), b""):
            digest.update(block)
    return digest.hexdigest()


def mlflow_run(run_id: str = "") -> TrainingRun | None:
    """The MLflow run with this id, else the one that is active or that MLFLOW_RUN_ID names; None where there is none.

    MLflow is imported only where the script already did, or where a run is named: it takes seconds.
    """
    wanted = run_id or os.environ.get("MLFLOW_RUN_ID", "")
    if not wanted and "mlflow" not in sys.modules:
        return None
    try:
        import mlflow
    except ImportError:
        if run_id:
            raise
        return None
    active = None if wanted else mlflow.active_run()
    name = wanted or (active.info.run_id if active else "")
    if not name:
        return None
    run = mlflow.get_run(name)
    return TrainingRun(
        run.info.run_id, run.info.artifact_uri, dict(run.data.params), dict(run.data.metrics), dict(run.data.tags)
    )


def artifact_address(run: TrainingRun, path: str) -> str:
    """Where a run keeps a file of this name."""
    return f"{run.artifact_uri.rstrip('/')}/{quote(Path(path).name)}"


def _git(folder: str, *words: str) -> str:
    """What git prints; empty where there is no git or no repository."""
    command = ["git", "-C", folder, *words]
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=GIT_S, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return ended.stdout.rstrip("\n") if ended.returncode == 0 else ""
