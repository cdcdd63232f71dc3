"""The environment behind `python3 manage.py …` on a fresh machine. Standard library alone.

Where Django can be imported nothing happens at all. Otherwise `.venv` beside manage.py is made (or used, when it
exists), the locked requirements are installed with their hashes when the lock's digest is not the one installed, and
the command runs again in there. Two at once wait for each other, an interrupted installation is done again, and
whatever goes wrong is one sentence and a non-zero exit.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import sys
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent.parent
LOCKS, TEST_LOCKS = ("requirements.txt",), ("requirements.txt", "tests/requirements.txt")
SPARK_LOCKS = (*TEST_LOCKS, "registry/compute/pushdown/spark-requirements.txt")
ROOM_MIB = 900  # what the packages of the first two locks take up, and a little; PySpark says itself what it lacks
INSTALLER_LOCK = "platform_site/roof/launcher/installer-requirements.txt"
REPEATED = "PLUMBLINE_BOOTSTRAPPED"


class Failed(Exception):
    """The environment cannot be set up; the message is the one sentence to show."""


class Environment:
    """The folder `.venv` of one project, and what is known about its content."""

    def __init__(self, project: Path) -> None:
        self.project = project
        self.folder = project / ".venv"
        self.python = self.folder / "bin" / "python"
        self.uv = self.folder / "bin" / "uv"
        self.stamp = self.folder / "installed.sha256"
        self.unfinished = self.folder / "installation.unfinished"
        self.log = self.folder / "installation.log"

    def holds(self, digests: dict[str, str]) -> bool:
        """Whether the current content of every lock is installed, and the packages are still there."""
        if self.unfinished.exists() or not any(self.folder.glob("lib/python3*/site-packages/django")):
            return False
        return digests.items() <= self.installed().items()

    def installed(self) -> dict[str, str]:
        """The digest of each lock when it was installed last."""
        try:
            return {name: digest for digest, name in map(str.split, self.stamp.read_text().splitlines())}
        except (OSError, ValueError):
            return {}


def ensure(*, testing: bool = False, with_spark: bool = False) -> None:
    """Return when Django (and what tests need besides) can be imported; otherwise run this very command in `.venv`."""
    level = testing + (testing and with_spark)
    missing = [name for name in ("django", "pytest", "pyspark")[: 1 + level] if not importlib.util.find_spec(name)]
    if not missing:
        return
    try:
        environment = prepare(PROJECT, (LOCKS, TEST_LOCKS, SPARK_LOCKS)[level])
        if os.environ.get(REPEATED) == str(os.getpid()):
            raise Failed(f"{missing[0]} cannot be imported in {environment.folder}: remove that folder and try again.")
    except Failed as failure:
        sys.exit(str(failure))
    except KeyboardInterrupt:
        sys.exit("Interrupted; the next start sets up .venv again.")
    os.environ[REPEATED] = str(os.getpid())  # survives the exec, and tells children nothing
    os.execv(environment.python, [str(environment.python), *sys.argv])  # noqa: S606


def prepare(project: Path, locks: tuple[str, ...]) -> Environment:
    """Return an environment that holds the locks, installing what is missing; raise `Failed` with the reason."""
    environment = Environment(project)
    digests = {name: _digest(project / name) for name in locks}
    if environment.holds(digests):
        return environment
    try:
        with _alone(project) as key:
            if not environment.holds(digests):  # another command may have finished it meanwhile
                _set_up(environment, digests, key)
    except PermissionError as error:
        raise Failed(f"{error.filename or project} cannot be written: Plumbline keeps its packages there.") from error
    except OSError as error:  # "No space left on device" names itself
        raise Failed(f"{environment.folder} cannot be made ({error.strerror}): solve that, then try again.") from error
    return environment


def _digest(lock: Path) -> str:
    import hashlib

    try:
        return hashlib.sha256(lock.read_bytes()).hexdigest()
    except OSError as error:
        raise Failed(f"{lock} cannot be read ({error.strerror}): restore it, `git checkout {lock.name}`.") from error


@contextlib.contextmanager
def _alone(project: Path) -> Iterator[int]:
    """Hold the project's folder itself as a lock (so no lock file is left), and yield its descriptor."""
    import fcntl

    key = os.open(project, os.O_RDONLY)
    try:
        try:
            fcntl.flock(key, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("Another command is setting up .venv; waiting for it …")
            fcntl.flock(key, fcntl.LOCK_EX)
        yield key
    finally:
        os.close(key)


def _set_up(environment: Environment, digests: dict[str, str], key: int) -> None:
    import shutil
    import time

    started = time.monotonic()
    fresh = not _runs(environment.python)
    _say("Setting up .venv (once, less than half a minute) …" if fresh else "Bringing .venv up to date …")
    if fresh and shutil.disk_usage(environment.project).free < ROOM_MIB * 2**20:
        raise Failed(f"The disk is full: {environment.project} needs {ROOM_MIB} MiB for Plumbline's packages.")
    again, installed = environment.unfinished.exists(), environment.installed() | digests
    if fresh:
        _make(environment)
    environment.unfinished.touch()
    _install(environment, list(digests), key, again=again and not fresh)
    environment.stamp.write_text("".join(f"{digest}  {name}\n" for name, digest in installed.items()))
    environment.unfinished.unlink()
    _say(f"… done in {time.monotonic() - started:.0f} s.")


def _runs(python: Path, *arguments: str) -> bool:
    import subprocess

    command = [str(python), *(arguments or ("-c", ""))]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603
    except OSError:
        return False


def _make(environment: Environment) -> None:
    """Make the bare environment; pip comes later, since Debian keeps it in a package of its own (python3-venv)."""
    import venv

    venv.EnvBuilder(clear=True, symlinks=True, with_pip=False).create(environment.folder)


def _install(environment: Environment, locks: list[str], key: int, *, again: bool) -> None:
    """Install the locks with the first installer that manages to; `again` replaces what a killed one left half-way."""
    import subprocess

    files = [word for name in locks for word in ("-r", name)]
    installers = list(_installers(environment))
    if not installers:
        raise Failed("pip is missing: install it with `apt-get install python3-venv` (or python3-pip), then try again.")
    for installer, force in installers:
        command = [*installer, "--require-hashes", *([force] if again else []), *files]
        with environment.log.open("w") as log:
            # The installer holds the key as well: should this process be killed, nobody else starts before it ended.
            ended = subprocess.run(  # noqa: S603
                command, cwd=environment.project, stdout=log, stderr=log, pass_fds=[key], check=False
            )
        if ended.returncode == 0:
            return
    raise Failed(_explain(environment.log.read_text(errors="replace"), environment))


def _installers(environment: Environment) -> Iterator[tuple[list[str], str]]:
    """The ways to install into the environment, quickest first, each with its word for replacing everything. None compiles the
    packages: most of their files are never imported, and Python compiles the others at their first import."""
    import shutil

    python = str(environment.python)
    with_uv = ["pip", "install", "--quiet", "--python", python]
    if uv := shutil.which("uv"):
        yield [uv, *with_uv], "--reinstall"
    quietly = ["install", "--quiet", "--no-compile", "--retries", "2", "--no-input", "--disable-pip-version-check"]
    if _runs(environment.python, "-m", "pip", "--version") or _runs(environment.python, "-m", "ensurepip"):
        if not uv and _fetch_uv(environment, quietly):
            yield [str(environment.uv), *with_uv], "--reinstall"
        yield [python, "-m", "pip", *quietly], "--force-reinstall"
    elif _runs(Path(sys.executable), "-m", "pip", "--python", python, "--version"):
        yield [sys.executable, "-m", "pip", "--python", python, *quietly], "--force-reinstall"


def _fetch_uv(environment: Environment, quietly: list[str]) -> bool:
    """Install uv with pip. Not where pip has an index of its own: uv does not read pip's settings."""
    import re
    import subprocess

    lock, pip = environment.project / INSTALLER_LOCK, [str(environment.python), "-m", "pip"]
    settings = subprocess.run([*pip, "config", "list"], capture_output=True, text=True, check=False)  # noqa: S603
    if not lock.exists() or re.search(r"^\S+\.(index-url|no-index)=", settings.stdout, re.MULTILINE):
        return False
    return _runs(
        environment.python, "-m", "pip", *quietly, "--only-binary", ":all:", "--require-hashes", "-r", str(lock)
    )


NO_NETWORK = (
    *("NewConnectionError", "name resolution", "Network is unreachable", "Connection refused", "ProxyError"),
    *("ConnectTimeout", "ReadTimeout", "dns error", "error sending request", "Max retries", "Failed to fetch"),
)
FAULTS = (  # the first whose words occur in what the installer wrote; a network fault shows as a missing version too
    (("No space left", "Disk quota exceeded"), "The disk is full: {folder} needs about {room} MiB."),
    (("Permission denied", "Read-only file system"), "{folder} cannot be written: Plumbline keeps its packages there."),
    (
        ("DO NOT MATCH THE HASHES", "Hash mismatch", "hash mismatch"),
        "A package is not the one that requirements.txt names by its hash: restore the lock file, or do not trust the index.",
    ),
    (
        ("--require-hashes mode", "Invalid requirement", "Couldn't parse", "Expected package name", "Could not open"),
        "requirements.txt is broken: restore it with `git checkout requirements.txt tests/requirements.txt`.",
    ),
    (
        NO_NETWORK,
        "The package index cannot be reached: Plumbline needs the network once, to install its packages.",
    ),
    (
        ("No matching distribution", "No solution found"),
        "The package index does not have every package of requirements.txt (see {log}).",
    ),
)


def _explain(output: str, environment: Environment) -> str:
    """One sentence for what an installer wrote before it gave up."""
    places = {"folder": environment.folder, "log": environment.log, "room": ROOM_MIB}
    for words, sentence in FAULTS:
        if any(word in output for word in words):
            return sentence.format(**places)
    last = (output.strip().splitlines() or ["no output"])[-1].strip()
    return f"Plumbline's packages cannot be installed: {last} (see {environment.log})"


def _say(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()
