"""Names in a sentence: all of a few, the nearest of many."""

import pytest

from registry.compute.name_lists import MOST, case_twins, named


@pytest.mark.parametrize(("count", "all_of_them"), [(MOST - 1, True), (MOST, True), (MOST + 1, False)])
def test_a_few_are_listed_and_many_are_counted(count, all_of_them):
    sentence = named([f"column_{number:02}" for number in range(count)])
    assert sentence.endswith(f"column_{count - 1:02}") is all_of_them
    assert sentence.endswith(f"and {count - 3} more") is not all_of_them


def test_of_many_the_nearest_comes_first():
    names = [f"feature_{number}" for number in range(2_000)] + ["delay"]
    assert named(names, near="dellay") == "delay and 2,000 more"


def test_without_one_that_is_near_the_first_are_named():
    names = [f"b{number:03}" for number in range(40)]
    assert named(names, near="zzz") == "b000, b001, b002 and 37 more"


def test_no_names_are_nothing():
    assert named([]) == ""


def test_names_that_differ_only_by_case_are_named_together():
    twins = case_twins(["id", "Amount", "amount", "AMOUNT"])
    assert twins.keys() == {"Amount", "amount", "AMOUNT"}
    assert twins["amount"].startswith("The columns Amount and amount and AMOUNT differ only by the case of their names")
    assert case_twins(["a", "b"]) == {}
