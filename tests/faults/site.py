"""A Plumbline of real processes that can be killed one by one: broker, worker, beat and, when asked for, the web.

The programs are those of `up`, by their own command lines. What dies is started again at once, as `up` would: it is
not `up` itself because that one gives up, rightly, when a part dies five times within a minute.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from platform_site.roof.launcher import ports, programs
from platform_site.roof.launcher.broker import Broker
from platform_site.roof.launcher.parent_death import tied_to_parent
from platform_site.roof.launcher.processes import Program
from tests.faults.databases import Database, SqliteFile
from tests.running.installation import PROJECT, variables
from tests.running.migrated import install, install_keys


class Part:
    """One program of a site and its process, leader of a session of its own."""

    def __init__(self, program: Program, log: Path) -> None:
        self.program, self.log = program, log
        self.process: subprocess.Popen[bytes] | None = None
        self.starts = 0

    def start(self) -> None:
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                tied_to_parent(self.program.command),
                cwd=PROJECT,
                env=dict(self.program.environment),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                pass_fds=self.program.descriptors,
                start_new_session=True,
            )
        self.starts += 1

    def kill(self) -> None:
        """Kill -9 the leader alone, and wait for it."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def end(self) -> None:
        """Kill the whole family."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    @property
    def down(self) -> bool:
        return self.process is not None and self.process.poll() is not None


class Site:
    """One installation in `folder`, on a database that is up, with its data below `folder/var/data`."""

    def __init__(self, folder: Path, database: Database, **fields: str) -> None:
        self.folder, self.database = folder, database
        state = folder / "var"
        self.broker = Broker(state / "broker")
        self.environment = variables(
            state, DATABASE_URL=database.url, REDIS_URL=self.broker.url, PYTHONUNBUFFERED="1", **fields
        ) | {"DJANGO_SETTINGS_MODULE": "platform_site.settings"}
        made = (
            programs.broker(self.broker, self.environment),
            programs.worker(self.environment),
            programs.beat(self.environment, state),
        )
        self.parts = {program.name: Part(program, folder / f"{program.name}.log") for program in made}
        self.without: set[str] = set()

    def prepare(self) -> None:
        """Make the tables, and start the broker."""
        if isinstance(self.database, SqliteFile):
            install(self.database.path.parent)
        else:  # the server began with them
            install_keys(Path(self.environment["STATE_DIR"]))
        self.start_broker()

    def tell(self, *words: str) -> list[str]:
        """Have the story do something; the lines it says."""
        command = [sys.executable, "-m", "tests.faults.story", *words]
        done = subprocess.run(
            command, cwd=PROJECT, env=self.environment, check=False, timeout=300, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr[-2_000:]
        return done.stdout.splitlines()

    def wait(self, true: Callable[[], object], *, seconds: float) -> bool:
        """Start again whatever died, until `true()` or the time is over; which of the two."""
        deadline = time.monotonic() + seconds
        while not (met := true()) and time.monotonic() < deadline:
            for part in self.parts.values():
                if part.down and part.program.name not in self.without:
                    part.start()
            time.sleep(0.05)
        return bool(met)

    def start_broker(self) -> None:
        self.without.discard("broker")
        self.parts["broker"].start()
        assert self.wait(self.broker.answers, seconds=30)

    def kill_broker(self, *, empty: bool = False) -> None:
        """Kill the broker, its saved messages too if asked, and leave it down."""
        self.without.add("broker")
        self.parts["broker"].kill()
        if empty:
            for path in self.broker.folder.glob("append*"):
                shutil.rmtree(path)

    def pool(self) -> list[int]:
        """The children of the worker that work on runs."""
        return children(self.parts["worker"].process.pid)

    def output(self) -> str:
        """The last words of every part."""
        return "\n".join(f"== {part.log.name}\n{part.log.read_text()[-1_500:]}" for part in self.parts.values())

    @contextlib.contextmanager
    def web(self) -> Iterator[int]:
        """The web server, on the port that is yielded."""
        with ports.listen(ports.free_port()) as door:
            server = Part(programs.web(self.environment, door), self.folder / "web.log")
            server.start()
            try:
                yield door.getsockname()[1]
            finally:
                server.end()

    def end(self) -> None:
        for part in reversed(self.parts.values()):
            part.end()


def children(parent: int) -> list[int]:
    """The processes that `parent` started and that still live."""
    try:
        listed = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    except OSError:
        return []
    return [int(pid) for pid in listed]


@contextlib.contextmanager
def site(folder: Path, database: Database, **fields: str) -> Iterator[Site]:
    """A site with its story begun and every part running; all of it is gone afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    made = Site(folder, database, **fields)
    try:
        made.prepare()
        made.tell("begin")
        made.parts["worker"].start()
        made.parts["beat"].start()
        yield made
    finally:
        made.end()
