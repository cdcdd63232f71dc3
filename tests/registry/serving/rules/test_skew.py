import pytest

from registry.serving.rules.skew import Expected, Reported, skew

DUE = Expected("aaaa", "same", "c0ffee")


@pytest.mark.parametrize(
    ("reported", "issue"),
    [
        (Reported("aaaa"), None), (Reported("aaaa", "same", "c0ffee"), None), (Reported("bbbb", "same"), None),
        (Reported("bbbb", "other"), "serves bbbb instead of aaaa"), (Reported("bbbb"), "serves bbbb instead of aaaa"),
        (Reported("aaaa", "same", "decaf"), "is computed by pipeline commit decaf instead of c0ffee"),
    ],
)  # fmt: skip
def test_skew_is_whatever_computes_something_else(reported, issue):
    assert [one.issue for one in skew({"orders": DUE}, {"orders": reported})] == ([issue] if issue else [])


def test_a_feature_on_one_side_only_is_skew():
    found = skew({"orders": DUE}, {"clicks": Reported("cccc")})
    assert [(one.feature, one.expected, one.reported) for one in found] == [
        ("clicks", None, "cccc"),
        ("orders", "aaaa", None),
    ]
