"""One program that is kept running: how it died, and when it is started again."""

from __future__ import annotations

import sys

from platform_site.roof.launcher.processes import Child, Program


def test_deaths_of_long_ago_do_not_count():
    child = Child(Program("web", ("sleep", "60")))
    child.deaths.extend([0.0, 1.0, 2.0, 3.0, 70.0])

    assert not child.keeps_dying(now=71.0)
    assert child.keeps_dying(now=59.0)


def test_the_pause_before_a_restart_doubles():
    child = Child(Program("web", (sys.executable, "-S", "-c", "")))
    pauses = []
    for _ in range(3):
        child.start()
        child.process.communicate()
        child.record_death(now=100.0)
        pauses.append(child.restart_at - 100.0)

    assert pauses == [0.5, 1.0, 2.0]
