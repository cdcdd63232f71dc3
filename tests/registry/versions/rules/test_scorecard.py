"""How much of a scorecard is met."""

from registry.versions.rules.scorecard import Fact, met


def test_what_does_not_apply_is_not_counted():
    assert met([]) == "0 of 0"
    assert met([Fact("a", True, ""), Fact("b", True, ""), Fact("c", False, ""), Fact("d", None, "")]) == "2 of 3"
