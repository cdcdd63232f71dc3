"""Imported by the worker under `up` (`--include`): tie each child of the pool to the worker, which is tied to `up`."""

import os

from celery.signals import worker_process_init

from platform_site.roof.launcher.parent_death import die_with_parent


@worker_process_init.connect
def tie_to_the_worker(**_: object) -> None:
    """A worker that is killed takes its pool along at once; a run's lease ends, and another worker takes it over."""
    die_with_parent(os.getppid())
