"""Regular expressions: RE2's syntax, of a bounded size."""

import duckdb
import pytest

from registry.compute.sandbox.acceptance.patterns import LARGEST, LONGEST, pattern_fault, size


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "^[^@]+@[^@]+$",
        r"\d{4}-\d{2}-\d{2}",
        r"^(?:GET|POST)\s+/api/v\d+",
        r"[[:alpha:]]+\.",
        r"(?i)refund|return",
        r"^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$",
        r"(a+)+$",
        r"\\1",
        r"[(?=]",
    ],
)
def test_patterns_of_features_are_taken_and_the_engine_reads_them(pattern):
    assert pattern_fault(pattern) == ""
    assert duckdb.execute("SELECT regexp_matches('abc', ?)", [pattern]).fetchone() is not None


@pytest.mark.parametrize(
    ("pattern", "part"),
    [
        (r"a(?=b)", "ahead"),
        (r"(?<!a)b", "behind"),
        (r"(a)\1", "refers back"),
        (r"a++b", "possessive"),
        (r"(?>a)", "atomic"),
        ("a" * (LONGEST + 1), "characters"),
        (r"((a{50}){50}){50}", "repeats too much"),
    ],
)
def test_what_re2_cannot_or_would_cost_too_much_is_refused_with_the_reason(pattern, part):
    assert part in pattern_fault(pattern)


@pytest.mark.parametrize(
    ("pattern", "parts"),
    [("abc", 3), ("a{3}", 3), ("(ab){2,5}", 10), ("a{2}{3}", 6), ("[a-z]{4}", 4), ("a{3,}", 3), (r"\d{4}", 4)],
)
def test_counted_repetitions_count_as_often_as_they_may_repeat(pattern, parts):
    assert size(pattern) == parts


def test_the_largest_size_is_allowed():
    assert pattern_fault(f"a{{{LARGEST}}}") == ""
    assert pattern_fault(f"a{{{LARGEST + 1}}}") != ""
