"""What DuckDB computes and others do not: refused where a clear spelling exists, else a warning."""

import pytest

from registry.compute.dialects.ambiguous import unclear
from registry.compute.sandbox.acceptance.accept import accept
from tests.registry.compute.dialects.corpus import COLUMNS


def judged(logic):
    return unclear(accept(logic, columns=list(COLUMNS)).tree, COLUMNS)


@pytest.mark.parametrize(
    ("logic", "part"),
    [
        ("dayofweek(d)", "isodow"),
        ("weekday(d)", "isodow"),
        ("EXTRACT(dayofweek FROM d)", "EXTRACT(dow FROM"),
        ("date_part('dayofweek', d)", "isodow"),
        ("LOG(amount)", "Write log10(amount) or ln(amount)"),
        ("tags[0]", "begin at 1"),
        ("substring(country, 0, 2)", "Write 1"),
        ("country SIMILAR TO 'D%'", "LIKE"),
    ],
)
def test_what_has_a_clear_spelling_is_refused_with_it(logic, part):
    (fault,) = judged(logic).faults
    assert fault.code == "ambiguous"
    assert part in fault.message


@pytest.mark.parametrize(
    ("logic", "part"),
    [
        ("n / quantity", "keeps the fraction"),
        ("SUM(n) / COUNT(*)", "keeps the fraction"),
        ("greatest(n, quantity)", "ignores nulls"),
        ("concat(country, status)", "ignores nulls"),
        ("regexp_replace(country, 'a', 'b')", "first match"),
        ("CAST(amount AS INTEGER)", "rounds here"),
    ],
)
def test_the_rest_is_a_warning(logic, part):
    answer = judged(logic)
    assert answer.faults == ()
    assert part in answer.warnings[0]


@pytest.mark.parametrize(
    "logic",
    [
        "isodow(d)", "EXTRACT(dow FROM d)", "log10(amount)", "LOG(2, amount)", "amount / quantity", "n // quantity", "tags[1]",
        "country SIMILAR TO '(DE|AT)'", "CAST(trunc(amount) AS INTEGER)", "country || status", "AVG(amount) OVER (PARTITION BY user_id)",
    ],
)  # fmt: skip
def test_what_is_clear_is_taken_as_it_is(logic):
    assert judged(logic) == ((), ())
