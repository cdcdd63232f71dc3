from registry.compute.name_lists import MOST, named


def test_names_are_listed_up_to_thirty_and_the_nearest_of_more():
    names = [f"c{number:02}" for number in range(MOST + 1)]
    assert named(names[:MOST]).count(",") == MOST - 1
    assert named(names, near="c07").startswith("c07, ")
    assert named(names, near="c07").endswith(f" and {MOST - 2} more")
