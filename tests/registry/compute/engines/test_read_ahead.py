import pytest

from registry.compute.engines.read_ahead import in_order


def test_a_failure_is_raised_at_its_place_after_the_results_before_it():
    def work(column):
        if column == "c":
            raise ValueError(column)
        return column.upper()

    results = in_order([work, work], list("abcde"))
    assert [next(results), next(results)] == ["A", "B"]
    with pytest.raises(ValueError, match="c"):
        next(results)


def test_columns_that_nobody_waits_for_are_not_begun():
    begun = []
    results = in_order([begun.append], [str(number) for number in range(50)])
    next(results)
    results.close()
    assert len(begun) < 10
