"""The children of the worker's pool die with the worker."""

from __future__ import annotations

import subprocess
import sys

from tests.platform_site.roof.launcher.test_supervisor import eventually, exists

POOL = """
import os, time
from celery.signals import worker_process_init
import platform_site.roof.launcher.worker_pool
if os.fork() == 0:
    worker_process_init.send(sender=None)
    print(os.getpid(), flush=True)
time.sleep(60)
"""


def test_a_child_of_the_pool_dies_with_a_worker_that_is_killed():
    with subprocess.Popen([sys.executable, "-c", POOL], stdout=subprocess.PIPE) as worker:
        child = int(worker.stdout.readline())
        assert exists(child)
        worker.kill()

    assert eventually(lambda: not exists(child))
