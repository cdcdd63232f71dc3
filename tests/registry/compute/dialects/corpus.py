"""Feature logic as people write it, by dialect: the kinds of functions that the products' documents and feature
repositories use. The columns are those of `COLUMNS`."""

from __future__ import annotations

COLUMNS = {
    "id": "int64", "user_id": "string", "country": "string", "status": "string", "email": "string", "payload": "string",
    "amount": "double", "fee": "double", "n": "int32", "quantity": "int64", "flag": "bool", "d": "date32[day]",
    "birth": "date32[day]", "ts": "timestamp[us]", "seen": "timestamp[us]", "tags": "list<item: string>", "scores": "list<item: double>",
}  # fmt: skip
DUCKDB = [
    "PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY amount)", "CHAR_LENGTH(country)", "if(flag, 1, 0)", "regexp_matches(email, '^[^@]+@[^@]+$')",
    "regexp_extract(email, '@(.+)$', 1)", "strftime(ts, '%Y-%m')", "time_bucket(INTERVAL '15 minutes', ts)",
    "approx_count_distinct(country) OVER (PARTITION BY user_id)", "len(tags)", "tags[1]", "payload->>'$.device.os'", "date_sub('month', birth, d)",
    "epoch_ms(ts)", "make_date(year(d), month(d), 1)", "md5(user_id)", "concat_ws('_', country, status)", "lpad(country, 5, '0')",
    "ts AT TIME ZONE 'Europe/Berlin'", "AVG(amount) OVER (PARTITION BY user_id ORDER BY ts ROWS BETWEEN 6 PRECEDING AND CURRENT ROW)",
    "SUM(amount) OVER (PARTITION BY user_id ORDER BY ts RANGE BETWEEN INTERVAL 30 DAYS PRECEDING AND CURRENT ROW)",
    "COUNT(*) FILTER (WHERE status = 'paid') OVER (PARTITION BY user_id)", "amount - LAG(amount) OVER (PARTITION BY user_id ORDER BY ts)",
    "date_diff('day', LAG(ts) OVER (PARTITION BY user_id ORDER BY ts), ts)", "CASE WHEN amount > 100 THEN 'high' WHEN amount > 10 THEN 'mid' ELSE 'low' END",
    "COALESCE(amount, 0) / NULLIF(COUNT(*) OVER (PARTITION BY user_id), 0)", "ln(amount + 1)", "log10(amount)", "EXTRACT(hour FROM ts)",
    "isodow(d)", "date_trunc('week', ts)", "list_contains(tags, 'new')", "list_sum(scores) / len(scores)", "list_max(scores)", "string_split(email, '@')[2]",
    "split_part(email, '@', 2)", "lower(trim(country))", "regexp_replace(country, '[^A-Za-z]', '', 'g')", "TRY_CAST(status AS INTEGER)",
    "greatest(amount, fee, 0)", "quantile_cont(amount, 0.95) OVER (PARTITION BY country)", "median(amount) OVER (PARTITION BY country)",
    "arg_max(status, ts) OVER (PARTITION BY user_id)", "mode(country) OVER (PARTITION BY user_id)", "stddev_pop(amount) OVER (PARTITION BY user_id)",
    "ntile(10) OVER (ORDER BY amount)", "percent_rank() OVER (ORDER BY amount)", "dayname(d)", "last_day(d)", "json_extract_string(payload, '$.device.os')",
    "sha256(email)", "amount BETWEEN 10 AND 100 AND country IN ('DE', 'AT')", "email ILIKE '%@gmail.com'", "country SIMILAR TO '(DE|AT|CH)'",
    "width_bucket(amount, 0, 100, 10)", "epoch(ts - seen)", "age(d, birth)", "EXTRACT(epoch FROM (ts - seen))", "ts - INTERVAL '7 days'",
    "strptime(status, '%Y-%m-%d')", "quantity // 3 + quantity % 3", "sign(amount) * sqrt(abs(amount))", "ROUND(amount, 2)",
    "FIRST_VALUE(country IGNORE NULLS) OVER (PARTITION BY user_id ORDER BY ts)", "COUNT(DISTINCT country) OVER (PARTITION BY user_id)",
    "skewness(amount) OVER (PARTITION BY user_id)", "nullif(trim(status), '')", "bool_or(flag) OVER (PARTITION BY user_id)",
]  # fmt: skip
POSTGRES = [
    "amount::numeric / NULLIF(fee::numeric, 0)", "quantity / 3", "n / 2 + quantity % 3", "SUM(n) OVER (PARTITION BY user_id) / COUNT(*) OVER (PARTITION BY user_id)",
    "AVG(amount) OVER (PARTITION BY user_id ORDER BY ts ROWS BETWEEN 6 PRECEDING AND CURRENT ROW)", "COUNT(*) FILTER (WHERE status = 'paid')",
    "percentile_cont(0.5) WITHIN GROUP (ORDER BY amount)", "date_trunc('month', ts)", "EXTRACT(DOW FROM d)", "EXTRACT(ISODOW FROM d)",
    "date_part('hour', ts)", "EXTRACT(EPOCH FROM (ts - seen)) / 3600", "EXTRACT(SECOND FROM ts)", "d - birth", "EXTRACT(YEAR FROM age(d, birth))",
    "ts - INTERVAL '7 days'", "to_char(ts, 'YYYY-MM')", "COALESCE(amount, 0)", "GREATEST(amount, fee)", "log(amount)", "ln(amount)", "ROUND(amount::numeric, 2)",
    "round(amount)", "email ~ '^[a-z]+@'", "email ~* 'GMAIL'", "substring(email from '@(.*)$')", "regexp_replace(email, '[^a-z]', '', 'g')", "split_part(email, '@', 2)",
    "payload::json->>'plan'", "payload::jsonb#>>'{device,os}'", "(payload::json->>'score')::numeric", "amount::int", "md5(email)", "length(email)", "lpad(country, 5, '0')",
    "lower(btrim(country))", "concat(country, '-', status)", "country || '-' || status", "CASE WHEN amount > 100 THEN 1 ELSE 0 END",
    "LAG(amount) OVER (PARTITION BY user_id ORDER BY ts DESC)", "ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY amount DESC)", "country ILIKE 'd%'",
    "amount IS DISTINCT FROM fee", "array_length(tags, 1)", "tags[1]", "mod(quantity, 3)", "power(amount, 2)", "stddev_samp(amount) OVER (PARTITION BY user_id)",
    "bool_or(flag) OVER (PARTITION BY user_id)", "width_bucket(amount, 0, 100, 10)", "to_date(status, 'YYYY-MM-DD')",
    "ts AT TIME ZONE 'Europe/Berlin'",
]  # fmt: skip
SPARK = [
    "dayofweek(d)", "weekday(d)", "amount / quantity", "quantity / n", "log(amount)", "log1p(amount)", "log(2, amount)", "CAST(amount AS INT)", "nvl(amount, 0)", "if(flag, 1, 0)",
    "datediff(d, birth)", "date_add(d, 7)", "date_sub(d, 7)", "add_months(d, 1)", "date_format(ts, 'yyyy-MM')", "date_trunc('MONTH', ts)", "trunc(d, 'MM')", "to_date(ts)",
    "unix_timestamp(ts)", "unix_timestamp(ts) - unix_timestamp(seen)", "hour(ts)", "weekofyear(d)", "avg(amount) OVER (PARTITION BY user_id ORDER BY ts ROWS BETWEEN 6 PRECEDING AND CURRENT ROW)",
    "sum(amount) OVER (PARTITION BY user_id ORDER BY ts RANGE BETWEEN INTERVAL 7 DAYS PRECEDING AND CURRENT ROW)", "count(DISTINCT country)", "percentile(amount, 0.5)",
    "lag(amount, 1) OVER (PARTITION BY user_id ORDER BY ts)", "first(amount, true) OVER (PARTITION BY user_id ORDER BY ts)", "regexp_extract(email, '@(.+)$', 1)", "email RLIKE '^[a-z]+@'",
    "regexp_replace(country, '[^A-Z]', '')", "concat(country, '-', status)", "concat_ws('-', country, status)", "substring(email, 1, 3)", "instr(email, '@')", "size(tags)", "array_size(tags)",
    "array_contains(tags, 'new')", "tags[0]", "get_json_object(payload, '$.device.os')", "greatest(amount, fee)", "round(amount, 2)", "bround(amount, 1)", "quantity % 3", "quantity DIV 3",
    "amount <=> fee", "sqrt(amount)", "count_if(flag) OVER (PARTITION BY user_id)", "upper(trim(country))", "lpad(country, 5, '0')", "nanvl(amount, 0)", "approx_count_distinct(country)",
]  # fmt: skip
BIGQUERY = [
    "EXTRACT(DAYOFWEEK FROM d)", "EXTRACT(HOUR FROM ts)", "EXTRACT(WEEK FROM d)", "EXTRACT(ISOWEEK FROM d)", "DATE_DIFF(d, birth, DAY)", "DATE_DIFF(d, birth, MONTH)", "TIMESTAMP_DIFF(ts, seen, HOUR)",
    "DATE_TRUNC(d, MONTH)", "TIMESTAMP_TRUNC(ts, HOUR)", "DATE_SUB(d, INTERVAL 7 DAY)", "DATE_ADD(d, INTERVAL 1 MONTH)", "SAFE_DIVIDE(amount, quantity)", "quantity / n", "LOG(amount)", "LOG(amount, 2)", "LOG10(amount)",
    "IF(flag, 1, 0)", "IFNULL(amount, 0)", "COUNTIF(status = 'paid')", "COUNTIF(flag) OVER (PARTITION BY user_id)", "REGEXP_CONTAINS(email, r'^[a-z]+@')", "REGEXP_EXTRACT(email, r'@(.+)$')", "REGEXP_REPLACE(country, r'[^A-Z]', '')",
    "FORMAT_DATE('%Y-%m', d)", "PARSE_DATE('%Y-%m-%d', status)", "UNIX_SECONDS(ts)", "SAFE_CAST(status AS INT64)", "CAST(amount AS INT64)", "GREATEST(amount, fee)", "CONCAT(country, '-', status)", "LENGTH(email)", "STRPOS(email, '@')",
    "SUBSTR(email, 1, 3)", "JSON_VALUE(payload, '$.device.os')", "JSON_EXTRACT_SCALAR(payload, '$.plan')", "ARRAY_LENGTH(tags)", "tags[OFFSET(0)]", "tags[SAFE_OFFSET(5)]", "AVG(amount) OVER (PARTITION BY user_id ORDER BY ts ROWS BETWEEN 6 PRECEDING AND CURRENT ROW)",
    "SUM(amount) OVER (PARTITION BY user_id ORDER BY UNIX_SECONDS(ts) RANGE BETWEEN 604800 PRECEDING AND CURRENT ROW)", "LAST_VALUE(amount IGNORE NULLS) OVER (PARTITION BY user_id ORDER BY ts)", "PERCENTILE_CONT(amount, 0.5) OVER (PARTITION BY country)",
    "LAG(amount) OVER (PARTITION BY user_id ORDER BY ts)", "ROUND(amount, 2)", "MOD(quantity, 3)", "DIV(quantity, 3)", "country IN ('DE', 'AT')", "DATE(ts)", "TO_HEX(MD5(email))", "APPROX_COUNT_DISTINCT(country)",
]  # fmt: skip
SNOWFLAKE = [
    "DIV0(amount, fee)", "DIV0(quantity, n)", "quantity / n", "amount / fee", "AVG(amount) OVER (PARTITION BY user_id ORDER BY ts ROWS BETWEEN 6 PRECEDING AND CURRENT ROW)", "AVG(n) OVER (PARTITION BY user_id)", "ZEROIFNULL(amount)", "NVL(amount, 0)",
    "IFF(flag, 1, 0)", "DATEDIFF('day', birth, d)", "DATEDIFF(month, birth, d)", "DATEDIFF(hour, seen, ts)", "DATEADD(day, -7, ts)", "DATEADD('month', 1, d)", "DATE_TRUNC('month', ts)", "DAYOFWEEK(d)", "DAYOFWEEKISO(d)", "EXTRACT(hour FROM ts)", "WEEK(d)",
    "TO_CHAR(ts, 'YYYY-MM')", "TO_DATE(ts)", "LOG(10, amount)", "LN(amount)", "amount::int", "TRY_CAST(status AS INTEGER)", "COUNT_IF(status = 'paid')", "MEDIAN(amount) OVER (PARTITION BY country)", "PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY amount)",
    "RATIO_TO_REPORT(amount) OVER (PARTITION BY user_id)", "LAG(amount) IGNORE NULLS OVER (PARTITION BY user_id ORDER BY ts)", "LAST_VALUE(amount) OVER (PARTITION BY user_id ORDER BY ts)", "payload:device.os::string", "payload:score::float", "REGEXP_SUBSTR(email, '[a-z]+')",
    "RLIKE(email, '[a-z]+@.*')", "REGEXP_REPLACE(country, '[^A-Z]', '')", "SPLIT_PART(email, '@', 2)", "CHARINDEX('@', email)", "CONCAT(country, '-', status)", "country || '-' || status", "GREATEST(amount, fee)", "DECODE(country, 'DE', 1, 'AT', 2, 0)",
    "EQUAL_NULL(amount, fee)", "NTILE(4) OVER (ORDER BY amount)", "ROUND(amount, 2)", "ARRAY_SIZE(tags)", "MD5(email)", "SHA2(email)", "LPAD(country, 5, '0')", "country ILIKE ANY ('d%', 'a%')", "APPROX_COUNT_DISTINCT(country)", "SUM(amount) OVER (PARTITION BY user_id ORDER BY ts)",
]  # fmt: skip
CORPUS = {"duckdb": DUCKDB, "postgres": POSTGRES, "spark": SPARK, "bigquery": BIGQUERY, "snowflake": SNOWFLAKE}
