"""A spark shows the windows of a column where it has some, else its distribution."""

from types import SimpleNamespace

from registry.templatetags.sparks import effects_spark, outline, spark

POINTS = [{"value": 1.0, "limit": 2.0}, {"value": None, "limit": 2.0}, {"value": 4.0, "limit": 2.0}]


def test_windows_go_before_the_histogram():
    drawn = spark({"series": [{"points": []}, {"points": POINTS}], "histogram": {"reference": [1], "current": [1]}})
    assert drawn == {"limit": "M0 12.0L96 12.0", "line": "M0 18.0L96 0.0"}


def test_categories_are_drawn_where_there_is_no_histogram():
    commonest = [{"reference": 1, "current": 3}, {"reference": 1, "current": 1}]
    assert set(spark({"commonest": commonest})) == {"reference", "current"}
    assert spark({}) == {}


def test_nothing_high_is_a_flat_line():
    assert outline([0.0, 0.0], highest=0.0) == "M0 24V24H48V24H96V24"


def test_the_runs_of_a_check_are_a_line_with_its_limit_from_the_second_on():
    runs = [SimpleNamespace(effect=effect) for effect in (0.5, 2.0)]
    assert effects_spark(runs) == {"limit": "M0 12.0L96 12.0", "line": "M0 18.0L96 0.0"}
    assert effects_spark(runs[:1]) == {}
