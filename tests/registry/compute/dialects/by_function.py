"""Feature logic beside the corpus, for real PostgreSQL and Spark: with it every function of their tables is written once."""

from __future__ import annotations

import re

from registry.compute.dialects import TABLES
from tests.registry.compute.dialects.corpus import CORPUS

BY_USER = "OVER (PARTITION BY user_id ORDER BY ts)"
EVERYWHERE = [
    "coalesce(amount, fee, 0)", "length(country)", "abs(quantity - 10)", "acos(fee / 100)", "asin(fee / 100)", "atan(amount)", "atan2(amount, fee)", "cbrt(amount)", "ceil(amount)",
    "ceiling(fee / 3)", "cos(amount)", "sin(amount)", "tan(amount)", "exp(fee)", "floor(amount / 3)", "sign(quantity)", "sqrt(fee)", "ln(amount)",
    "log10(amount)", "pow(amount, 2)", "power(quantity, 3)", "mod(quantity, n)", "char_length(country)", "character_length(email)", "concat_ws('-', country, status)",
    "least(amount, fee)", "greatest(n, quantity)", "nullif(country, 'DE')", "left(email, 3)", "right(email, 3)", "lower(email)", "upper(email)", "ltrim(country)",
    "rtrim(country)", "trim(country)", "trim(BOTH 'D' FROM country)", "lpad(country, 1, '0')", "lpad(country, 5)", "rpad(country, 5, 'xy')", "rpad(country, 4)",
    "replace(email, 'gmail', 'mail')", "reverse(email)", "position('@' IN email)", "split_part(email, '@', 5)", "substr(email, 2)", "substr(email, 2, 3)",
    "substring(email, 3)", "substring(email, 3, 2)", "regexp_like(email, '^[a-z]+@')", "make_date(n + 2020, n, n)", "date(ts)",
    f"first_value(country) {BY_USER}", f"last_value(country) {BY_USER}", f"nth_value(status, 2) {BY_USER}", f"lag(amount, 2) {BY_USER}",
    f"lag(amount, 1, 0.5) {BY_USER}", f"lead(amount) {BY_USER}", f"lead(n, 2) {BY_USER}", f"lead(n, 1, 0) {BY_USER}", "lag(fee) OVER (ORDER BY id)",
    "rank() OVER (ORDER BY n % 3)", "dense_rank() OVER (ORDER BY n % 3 DESC)", "percent_rank() OVER (ORDER BY fee)", "cume_dist() OVER (ORDER BY fee DESC)", "ntile(3) OVER (ORDER BY id)",
    "row_number() OVER (PARTITION BY country ORDER BY fee, id)", "count(fee)", "count(*)", "sum(quantity)", "avg(n)", "avg(fee) OVER (PARTITION BY country)", "min(amount)",
    "max(ts) OVER (PARTITION BY user_id)", "bool_and(flag)", "bool_or(flag) OVER (PARTITION BY country)", "every(flag) OVER (PARTITION BY country)", "corr(amount, fee)", "covar_pop(amount, fee)", "covar_samp(amount, fee)",
    "stddev(amount)", "stddev_pop(amount)", "var_pop(amount)", "var_samp(amount)", "variance(amount)", "n BETWEEN 2 AND 5", "country IN ('DE', 'AT')", "country LIKE '_E'",
    "status IS NULL OR flag", "NOT flag", "-quantity % 4", "CAST(status AS DATE)",
    "sum(amount) OVER (PARTITION BY user_id ORDER BY ts ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)", "EXTRACT(QUARTER FROM d)", "EXTRACT(DOY FROM d)", "EXTRACT(MINUTE FROM ts)",
]  # fmt: skip
POSTGRES = [
    "EXTRACT(MONTH FROM age(d, birth))", "EXTRACT(DAY FROM age(d, birth))", "cardinality(tags)", "concat(country, n)", "date_trunc('week', ts)", "date_trunc('quarter', d)",
    "json_extract_path_text(payload::json, 'plan')", "percentile_disc(0.5) WITHIN GROUP (ORDER BY amount)", "regexp_substr(email, '[a-z]+')", "regexp_replace(email, '[a-z]+', 'x')",
    "regr_slope(amount, fee)", "round(amount::numeric)", "round((amount / 3)::numeric, 1)", "starts_with(email, 'a')", "strpos(email, '@')", "trunc(amount)", "trunc(-amount / 3)", "sum(n)", "sum(quantity) / count(*)", "avg(quantity) / 3",
    "-quantity / 2", "fee::int", "(amount * 1000)::bigint", "amount ^ 2", "amount IS NOT DISTINCT FROM NULL", "flag::int", "ts::date", "to_char(ts, 'YYYY-MM-DD HH24:MI:SS')",
    "EXTRACT(WEEK FROM d)", "EXTRACT(ISOYEAR FROM d)", "EXTRACT(EPOCH FROM ts)", "date_part('dow', ts)", "d + 30", "ts - seen > INTERVAL '1 day'", "d + INTERVAL '1 month'", "EXTRACT(EPOCH FROM (ts AT TIME ZONE 'Europe/Berlin'))", "email !~ 'gmail'", "substring(email, '^[a-z]+')",
    "(regexp_match(email, '@([a-z.]+)$'))[1]", "tags[2]", "tags[9]", "payload::jsonb->'device'->>'os'", "payload::json->>'score'", "sum(amount) FILTER (WHERE n > 2)", "array_length(scores, 1)",
    "sum(amount) OVER (PARTITION BY user_id ORDER BY ts RANGE BETWEEN INTERVAL '7 days' PRECEDING AND CURRENT ROW)", "rank() OVER (ORDER BY amount DESC NULLS LAST)", "log10(fee)", "log(2, amount::numeric)",
]  # fmt: skip
SPARK = [
    "any(flag)", "some(flag) OVER (PARTITION BY country)", "array_max(scores)", "array_min(scores)", "array_contains(tags, 'vip')", "contains(email, 'gmail')", "date_diff(d, birth)", "day(d)", "dayofmonth(ts)", "dayofyear(d)", "degrees(fee)", "radians(fee)", "double(n)",
    "element_at(tags, 1)", "endswith(email, 'com')", "startswith(email, 'a')", f"first(country) {BY_USER}", f"first_value(amount, true) {BY_USER}", f"last(country) {BY_USER}", f"last(amount, true) {BY_USER}", f"last_value(amount, true) {BY_USER}",
    "ifnull(amount, fee)", "isnan(amount)", "isnotnull(amount)", "isnull(fee)", "last_day(d)", "lcase(email)", "ucase(email)", "locate('@', email)", "log2(fee)", "ln(quantity)", "log10(quantity)", "log1p(quantity / 1e9)", "md5(email)", "mean(amount) OVER (PARTITION BY user_id)",
    "median(amount)", "minute(ts)", "month(d)", "nvl2(fee, 'there', 'missing')", "percentile_cont(0.5) WITHIN GROUP (ORDER BY amount)", "quarter(d)", "regexp(email, 'gmail')", "regexp_extract(email, '([a-z]+)@')", "rlike(email, '^[a-z]+@')",
    "round(amount)", "round(-amount, 1)", "second(ts)", "sha2(email, 256)", "signum(quantity)", "std(amount)", "stddev_samp(fee)", "to_date(status, 'yyyy-MM-dd')", "to_timestamp(status, 'yyyy-MM-dd')", "try_divide(quantity, n - 1)", "unix_millis(ts)", "year(d)", "trunc(d, 'YEAR')", "date_trunc('WEEK', ts)",
    "date_format(d, 'dd.MM.yy')", "date_format(ts, 'HH:mm:ss')", "amount / (n - n)", "quantity % (n - n)", "CAST(-amount AS INT)", "CAST(quantity AS STRING)", "amount = fee", "add_months(birth, 13)", "d + INTERVAL 1 MONTH", "ts - INTERVAL 7 DAYS", "extract(DAYOFWEEK FROM d)",
    "rank() OVER (ORDER BY amount)", "rank() OVER (ORDER BY amount DESC)", "ntile(3) OVER (ORDER BY amount DESC)", "TRY_CAST(status AS INT)", "concat(country, n)", "weekday(ts)", "weekofyear(birth)", "nanvl(amount / fee, 0)", "country RLIKE 'D|A'", "bround(fee / 3, 1)",
]  # fmt: skip
LOGICS = {
    "postgres": [*dict.fromkeys([*CORPUS["postgres"], *EVERYWHERE, *POSTGRES])],
    "spark": [*dict.fromkeys([*CORPUS["spark"], *EVERYWHERE, *SPARK])],
}


def unwritten(dialect: str) -> set[str]:
    """Functions of a dialect's table that no logic calls."""
    text = " ".join(LOGICS[dialect]).lower()
    called = {name: name.removesuffix(" of values").removesuffix(" within group") for name in TABLES[dialect]}
    return {name for name, word in called.items() if not re.search(rf"\b{re.escape(word)}\s*\(", text)}
