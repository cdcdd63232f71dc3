"""What runs for logic of a dialect, or why nothing does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.compute.dialects import DIALECTS, TABLES, Translated, Untranslated, prepared, translated
from registry.compute.sandbox.acceptance.accept import Accepted, Rejected, accept
from tests.registry.compute.dialects.corpus import COLUMNS, CORPUS
from tests.registry.compute.dialects.oracle import computed, reason, runs
from tests.registry.compute.sandbox.hostile import HOSTILE

# The same words, and another meaning: by dialect what runs, or a part of the reason for a refusal.
PASTED = [
    ("dayofweek(d)", "spark", "(DATE_PART('dow', d) + 1)"),
    ("EXTRACT(DAYOFWEEK FROM d)", "bigquery", "(DATE_PART('dow', d) + 1)"),
    ("EXTRACT(DOW FROM d)", "postgres", "DATE_PART('dow', d)"),
    ("DAYOFWEEK(d)", "snowflake", "DATE_PART('dow', d)"),
    ("LOG(amount)", "bigquery", "LN(amount)"),
    ("log(amount)", "postgres", "LOG10(amount)"),
    ("log(amount)", "spark", "CASE WHEN amount > 0 THEN LN(amount) END"),
    ("LOG(2, amount)", "snowflake", "LN(amount) / LN(2)"),
    ("LOG(amount, 2)", "bigquery", "LN(amount) / LN(2)"),
    ("n / quantity", "postgres", "n // quantity"),
    ("n / quantity", "spark", "CAST(n AS DOUBLE) / NULLIF(quantity, 0)"),
    ("n / quantity", "bigquery", "n / quantity"),
    ("n / quantity", "snowflake", "ROUND(n / quantity, 6)"),
    ("CAST(amount AS INT)", "spark", "TRY_CAST(TRUNC(amount) AS INT)"),
    ("CAST(amount AS INT64)", "bigquery", "CAST(ROUND(amount) AS BIGINT)"),
    ("amount::int", "postgres", "CAST(amount AS INT)"),
    ("concat(country, status)", "postgres", "CONCAT(country, status)"),
    ("concat(country, status)", "spark", "(country || status)"),
    ("GREATEST(n, quantity)", "postgres", "GREATEST(n, quantity)"),
    ("GREATEST(n, quantity)", "snowflake", "CASE WHEN NOT (n) IS NULL AND NOT (quantity) IS NULL THEN GREATEST(n, quantity) END"),
    ("regexp_replace(country, 'a', 'b')", "postgres", "REGEXP_REPLACE(country, 'a', 'b')"),
    ("regexp_replace(country, 'a', 'b')", "spark", "REGEXP_REPLACE(country, 'a', 'b', 'g')"),
    ("RLIKE(country, 'a')", "snowflake", "REGEXP_FULL_MATCH(country, 'a')"),
    ("rlike(country, 'a')", "spark", "REGEXP_MATCHES(country, 'a')"),
    ("tags[0]", "spark", "LIST_EXTRACT(tags, 1)"),
    ("tags[1]", "postgres", "LIST_EXTRACT(tags, 1)"),
    ("DATEDIFF(day, birth, d)", "snowflake", "DATE_DIFF('day', CAST(birth AS TIMESTAMP), CAST(d AS TIMESTAMP))"),
    ("datediff(d, birth)", "spark", "DATE_DIFF('DAY', CAST(birth AS DATE), CAST(d AS DATE))"),
    ("round(amount)", "postgres", "ROUND_EVEN(amount, 0)"),
    ("json_extract_path_text(payload::json, 'plan')", "postgres", "JSON_EXTRACT_STRING(payload, '$.plan')"),
    ("RANK() OVER (ORDER BY n)", "spark", "RANK() OVER (ORDER BY n ASC NULLS FIRST)"),
    ("RANK() OVER (ORDER BY n DESC)", "postgres", "RANK() OVER (ORDER BY n DESC NULLS FIRST)"),
]  # fmt: skip
REFUSED = [
    ("x / y", "postgres", "drops the fraction"),
    ("amount / x", "snowflake", None),
    ("x / 100.0", "spark", "decimals"),
    ("AVG(x)", "snowflake", "rounded in Snowflake"),
    ("max(country)", "postgres", "collation"),
    ("country < status", "postgres", "collation"),
    ("country = 1", "spark", "compares text"),
    ("country LIKE '10\\\\%'", "spark", "backslash"),
    ("d - birth", "bigquery", "interval"),
    ("months_between(d, birth)", "spark", "31 days"),
    ("approx_count_distinct(country)", "spark", "COUNT(DISTINCT x)"),
    ("current_date()", "spark", "each time"),
    ("NOW()", "postgres", "each time"),
    ("DATE_TRUNC(d, WEEK)", "bigquery", "date_trunc"),
    ("DATE_DIFF(d, birth, WEEK)", "bigquery", "date_diff"),
    ("substring(country, 0, 2)", "spark", "substring"),
    ("regexp_extract(email, '(?<=@).*', 0)", "spark", "regexp_extract"),
    ("(regexp_match(email, 'a|ab'))[1]", "postgres", "alternatives"),
    ("ts::timestamptz", "postgres", "CAST to"),
    ("amount::text", "postgres", "write it in different ways"),
    ("amount ^ 2 ^ 3", "postgres", "parentheses"),
    ("SELECT 1", "postgres", "not translated"),
    ("other.amount", "postgres", "source table only"),
    ("'it''s'", "spark", "quote"),
    ("json_extract_path_text(payload::json, 'a.b')", "postgres", "plain names"),
    ("dat_trunc('month', ts)", "postgres", "Did you mean date_trunc"),
]


@pytest.mark.parametrize(("logic", "dialect", "engine_logic"), PASTED)
def test_the_same_words_run_as_what_they_mean_in_their_dialect(logic, dialect, engine_logic):
    assert runs(logic, dialect) == engine_logic


@pytest.mark.parametrize(("logic", "dialect", "part"), REFUSED)
def test_what_could_compute_something_else_is_refused_by_name(logic, dialect, part):
    if part is None:
        assert runs(logic, dialect)  # a float on one side decides
    else:
        assert part in reason(logic, dialect)


def test_all_refusals_come_together():
    answer = translated("foo(amount) + bar(fee) + baz(n)", "postgres", COLUMNS)
    assert [fault.message.split()[0] for fault in answer.faults] == ["foo", "bar", "baz"]


def test_types_that_are_not_known_are_not_guessed():
    assert isinstance(translated("a / b", "postgres", {}), Untranslated)
    assert translated("a / b", "postgres", {"A": "double"}) == Translated("a / b")
    assert translated("a / b", "postgres", {"a": "int32", "b": "int64"}) == Translated("a // b")


def test_a_sum_of_64_bits_is_a_numeric_in_postgresql_whose_quotient_has_a_fraction():
    assert runs("SUM(n) / COUNT(*)", "postgres") == "SUM(n) // COUNT(*)"
    assert runs("SUM(quantity) / COUNT(*)", "postgres") == "SUM(quantity) / COUNT(*)"


def test_rounding_stays_outside_of_the_window():
    assert runs("AVG(n) OVER (PARTITION BY user_id)", "snowflake") == "ROUND(AVG(n) OVER (PARTITION BY user_id), 6)"
    assert "ROUND" not in runs("AVG(amount) OVER (PARTITION BY user_id)", "snowflake")


def test_a_whole_number_is_read_from_text_and_nothing_else():
    assert computed("TRY_CAST(status AS INTEGER)", "snowflake") == [None] * 8
    assert computed("SAFE_CAST('12' AS INT64)", "bigquery")[0] == 12


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_prepares_what_runs(dialect):
    ready = prepared("amount", dialect, COLUMNS)
    assert ready == (("" if dialect == "python" else "amount"), ())


def test_a_dialect_that_is_not_known_is_named():
    (fault,) = prepared("amount", "hive", {}).faults
    assert (fault.code, "'hive' is not a dialect" in fault.message) == ("unknown_dialect", True)


@pytest.mark.parametrize("dialect", TABLES)
def test_nothing_hostile_is_translated_into_something_that_is_accepted(dialect):
    harmful = ("files", "network", "settings", "other tables", "statements", "reaches")
    for logic in (text for kind in harmful for text in HOSTILE[kind]):
        answer = translated(logic, dialect, COLUMNS)
        taken = isinstance(answer, Translated) and isinstance(accept(answer.runs_as, columns=list(COLUMNS)), Accepted)
        assert not taken, (logic, answer)


pieces = st.sampled_from(
    [*"()*+-'\",;.$[]{}\\ \n\0é`", "SELECT ", "n", "OVER ", "NOT ", "1", "--", "/*", "DATE(", "::"]
)


@given(st.sampled_from([*TABLES]), st.data(), st.lists(st.tuples(st.floats(0, 1), pieces), max_size=5))
def test_no_text_makes_a_translation_raise(dialect, data, insertions):
    logic = data.draw(st.sampled_from(CORPUS[dialect]))
    for place, piece in insertions:
        at = int(place * len(logic))
        logic = logic[:at] + piece + logic[at:]
    answer = translated(logic, dialect, COLUMNS)
    assert isinstance(answer, Translated | Untranslated)
    if isinstance(answer, Translated):
        assert isinstance(accept(answer.runs_as, columns=list(COLUMNS)), Accepted | Rejected)
