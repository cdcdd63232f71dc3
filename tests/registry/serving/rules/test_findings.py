"""What a report says of each thing that an alert may be about."""

from __future__ import annotations

import pytest

from registry.serving.rules.findings import Thing, findings, says_something
from registry.serving.rules.skew import Skew

WRONG = Skew("orders", "aaaa", "bbbb", "serves bbbb instead of aaaa")
TRAFFIC = Skew("v2", None, "v2", "serves, but has no traffic in production in revision 3")


def missing(name):
    return Skew(name, "aaaa", None, "is not reported")


def extra(name):
    return Skew(name, None, "bbbb", "is served")


def test_each_definition_is_a_thing_of_its_own():
    other = Skew("price", "cccc", "dddd", "serves dddd instead of cccc")
    wrong = findings("v2", "production", [WRONG, other])
    assert {thing: content.parts for thing, content in wrong.items()} == {
        Thing("skew", "orders"): {"aaaa>bbbb": None},
        Thing("skew", "price"): {"cccc>dddd": None},
    }
    assert wrong["skew", "orders"].title == "Serving skew of v2 in production: orders serves bbbb instead of aaaa"


@pytest.mark.parametrize(
    ("entries", "title"),
    [
        ([missing("a")], "1 feature is not reported (a)"),
        ([missing("a"), missing("b")], "2 features are not reported (a, b)"),
        ([extra("x")], "1 feature is served that it was not trained on (x)"),
        ([extra("x"), extra("y")], "2 features are served that it was not trained on (x, y)"),
        (
            [missing("a"), extra("x")],
            "1 feature is not reported (a); 1 feature is served that it was not trained on (x)",
        ),
        ([missing(name) for name in "abcde"], "5 features are not reported (a, b, c, d, e)"),
        ([missing(name) for name in "abcdefg"], "7 features are not reported (a, b, c, d, e and 2 more)"),
    ],
)
def test_features_that_are_missing_and_those_that_should_not_be_there_are_one_thing(entries, title):
    ((thing, wrong),) = findings("v2", "production", entries).items()
    assert (thing, wrong.title) == (Thing("features"), f"v2 in production: {title}")
    names = {entry.feature: "missing" if entry.reported is None else "extra" for entry in entries}
    assert wrong.parts == {f"{word}:{name}": None for name, word in names.items()}


def test_a_version_without_traffic_is_a_thing_of_its_own():
    wrong = findings("v2", "production", [WRONG], [TRAFFIC])
    assert wrong.keys() == {Thing("skew", "orders"), Thing("traffic")}
    assert wrong[Thing("traffic")].parts == {"no traffic": None}
    assert wrong[Thing("traffic")].title.endswith("v2 serves, but has no traffic in production in revision 3")
    assert findings("v2", "production", []) == {}


@pytest.mark.parametrize(
    ("thing", "is_said"),
    [
        (Thing("skew", "orders"), True),
        (Thing("skew", "price"), False),
        (Thing("features"), True),
        (Thing("traffic"), True),
    ],
)
def test_a_report_says_something_of_a_definition_only_where_it_reports_the_feature(thing, is_said):
    assert says_something(thing, {"orders": {}}) is is_said
