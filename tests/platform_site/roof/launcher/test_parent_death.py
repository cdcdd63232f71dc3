"""A program dies with its parent, whatever ends the parent."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from platform_site.roof.launcher.parent_death import tied_to_parent
from tests.platform_site.roof.launcher.test_supervisor import eventually, exists


def test_a_leashed_program_dies_with_the_one_that_started_it():
    start = (
        "import subprocess, sys, time; sys.path.insert(0, '.');"
        "from platform_site.roof.launcher.parent_death import tied_to_parent;"
        "print(subprocess.Popen(tied_to_parent(['sleep', '60']), start_new_session=True).pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", start], stdout=subprocess.PIPE) as parent:
        pid = int(parent.stdout.readline())
        assert eventually(lambda: Path(f"/proc/{pid}/comm").read_text() == "sleep\n")
        parent.kill()

    assert eventually(lambda: not exists(pid))


def test_a_leashed_program_whose_parent_went_before_it_was_tied_ends_itself():
    words = tied_to_parent(["sleep", "60"])
    words[4] = "1"  # the parent it is told of is another one than it has

    assert subprocess.run(words, check=False).returncode == -signal.SIGKILL
