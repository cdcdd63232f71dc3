"""A process confines itself: its limits hold, files and network are closed, and it ends with its worker."""

import os
import subprocess
import sys

import pytest

from registry.compute.sandbox.confined.confinement import peak_memory_bytes
from registry.compute.sandbox.run import CHILD

CONFINED = f"import sys; sys.path.insert(0, {str(CHILD.parent)!r}); import confinement, os, resource\n"


def ran(script):
    """The exit code of a confined process, and the words that it printed."""
    command = [sys.executable, "-I", "-c", CONFINED + script]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, done.stdout.split()


def test_a_process_ends_at_once_when_its_worker_is_not_its_parent():
    assert ran(f"confinement.die_with_parent({os.getpid()}); print('goes on')") == (0, ["goes", "on"])
    assert ran("confinement.die_with_parent(1); print('goes on')") == (1, [])


def test_files_can_be_opened_up_to_the_limit_and_not_written(tmp_path):
    script = f"""
confinement.bound({{"cpu_seconds": 7, "open_files": 8}})
print(*resource.getrlimit(resource.RLIMIT_CPU), *resource.getrlimit(resource.RLIMIT_CORE))
with open({str(tmp_path / "file")!r}, "w") as file:
    try: print(os.write(file.fileno(), b"x"))
    except OSError: print("not written")
opened = []
try:
    while True: opened.append(os.open("/dev/null", os.O_RDONLY))
except OSError: print(max(opened))
"""
    assert ran(script) == (0, ["7", "7", "0", "0", "not", "written", "7"])


def test_memory_beyond_the_limit_cannot_be_had():
    script = """
confinement.bound_memory({"address_space_bytes": 1 << 28})
try: bytearray(1 << 28); print("had")
except MemoryError: print("refused", len(bytearray(1 << 20)))
"""
    assert ran(script) == (0, ["refused", str(1 << 20)])


def test_no_address_is_reached_from_an_empty_network():
    script = """
import socket
listening = socket.create_server(("127.0.0.1", 0))
offered = confinement.leave_the_network()
try: socket.create_connection(listening.getsockname(), 1); print(offered, "reached")
except OSError: print(offered, "refused")
"""
    code, (offered, attempt) = ran(script)
    if offered == "False":
        pytest.skip("this kernel has no network namespaces: the other walls have to hold")
    assert (code, attempt) == (0, "refused")


def test_the_peak_memory_is_read_in_bytes():
    assert peak_memory_bytes("Name:\tpython\nVmPeak:\t 9 kB\nVmHWM:\t   123 kB\nVmRSS:\t 5 kB\n") == 123 * 1024


CLOSED = """
import sys
sys.path.insert(0, {folder!r})
import confinement, threading
print(confinement.close_the_files([{allowed!r}]))
open({allowed!r}).close()
def escape():
    for mode in ("r", "w"):
        try: open({other!r}, mode); print("opened")
        except PermissionError: print("refused")
thread = threading.Thread(target=escape); thread.start(); thread.join()
"""


def test_closed_files_stay_closed_for_every_thread_that_is_started_later(tmp_path):
    allowed, other = tmp_path / "allowed", tmp_path / "other"
    for file in (allowed, other):
        file.write_text("x")
    script = CLOSED.format(folder=str(CHILD.parent), allowed=str(allowed), other=str(other))
    output = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True).stdout
    offered, *attempts = output.split()
    if offered == "False":
        pytest.skip("this kernel has no Landlock: the other walls have to hold")
    assert attempts == ["refused", "refused"]
