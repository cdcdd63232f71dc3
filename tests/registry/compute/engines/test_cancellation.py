"""Work that is cancelled while an engine is busy with it."""

import threading

import pytest

from registry.compute.engines.cancellation import Stopped, run_interruptible


def never():
    raise AssertionError("Nothing was to be interrupted.")


def test_the_result_of_the_work_is_returned():
    assert run_interruptible(lambda: 7, stopped=lambda: False, interrupt=never) == 7


def test_an_error_of_the_work_is_raised_in_the_thread_that_waits():
    with pytest.raises(ZeroDivisionError):
        run_interruptible(lambda: 1 // 0, stopped=lambda: False, interrupt=never)


def test_cancelled_work_is_interrupted_and_has_ended_when_it_is_reported():
    interrupted, ended = threading.Event(), []

    def work():
        interrupted.wait(10)
        ended.append(True)

    with pytest.raises(Stopped):
        run_interruptible(work, stopped=lambda: True, interrupt=interrupted.set)
    assert ended == [True]


def test_what_interrupted_work_raises_is_a_cancel_all_the_same():
    interrupted = threading.Event()

    def work():
        interrupted.wait(10)
        raise ValueError

    with pytest.raises(Stopped):
        run_interruptible(work, stopped=lambda: True, interrupt=interrupted.set)
