"""The jobs and data sets before a table, each as far left as it is from it."""

from __future__ import annotations

from registry.lineage.rules.steps import Step, steps_before


def test_two_levels_and_a_data_set_that_two_jobs_read():
    writers, reads = {1: [7], 2: [8], 3: [9]}, {7: [2, 3], 8: [3], 9: []}
    steps = list(steps_before([1], writers, reads, deepest=8))
    assert {(step.column, step.job) for step in steps if step.is_written} == {(-1, 7), (-3, 8), (-3, 9), (-5, 9)}
    assert Step(-2, 7, 2, False) in steps


def test_a_loop_ends_and_depth_is_bounded():
    assert len(list(steps_before([1], {1: [7]}, {7: [1]}, deepest=8))) == 1
    chain = {number: [number + 100] for number in range(50)}
    reads = {number + 100: [number + 1] for number in range(50)}
    assert min(step.column for step in steps_before([0], chain, reads, deepest=8)) == -8
