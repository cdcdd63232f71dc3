import threading

import pytest

from registry.compute.engines.cancellation import Stopped, run_interruptible


def test_the_result_or_the_error_of_the_work_is_passed_on():
    never = {"stopped": lambda: False, "interrupt": lambda: pytest.fail("interrupted")}
    assert run_interruptible(lambda: 7, **never) == 7
    with pytest.raises(ZeroDivisionError):
        run_interruptible(lambda: 1 / 0, **never)


def test_work_that_is_stopped_is_interrupted_and_waited_for():
    interrupted, ended = threading.Event(), threading.Event()

    def work():
        interrupted.wait(10)
        ended.set()

    with pytest.raises(Stopped):
        run_interruptible(work, stopped=lambda: True, interrupt=interrupted.set)
    assert ended.is_set()
