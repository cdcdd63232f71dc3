"""The project's own corpus of what people might write to get out of feature logic, or to keep a worker busy for ever.

Every one is refused before any engine; what `test_run` then hands to the sandbox, past the grammar, reaches nothing.
Beside each: what it is after.
"""

from __future__ import annotations

FILES = [
    "read_csv_auto('/etc/passwd')", "read_parquet('/etc/x.parquet')", "read_json('/proc/self/environ')",
    "read_json_auto('x')", "read_ndjson('x')", "parquet_scan('x')", "csv_scan('x')", "sniff_csv('x')",
    "parquet_metadata('x')", "parquet_schema('x')", "read_text('/proc/self/cmdline')", "read_blob('/dev/zero')",
    "glob('/root/.ssh/*')", "iceberg_scan('x')", "delta_scan('x')", "st_read('x')", "read_xlsx('x')", "which_secret('x', 's3')",
    "'/etc/passwd'::BLOB", "CAST('/etc/passwd' AS BLOB)", "x || read_text('/etc/shadow')", "COALESCE(read_text('x'), 'y')",
]  # fmt: skip
NETWORK = [
    "read_csv('http://127.0.0.1:1/x')", "read_parquet('s3://bucket/x')", "read_json('https://elsewhere.example/')",
    "http_get('http://169.254.169.254/')", "httpfs('x')", "postgres_scan('host=db', 'public', 't')",
    "postgres_query('db', 'select 1')", "mysql_scan('x', 'y', 'z')", "sqlite_scan('/tmp/x.db', 't')", "sqlite_query('x', 'y')",
]  # fmt: skip
SETTINGS = [
    "SET enable_external_access = true", "RESET ALL", "SET lock_configuration = false", "PRAGMA database_list",
    "current_setting('secret_directory')", "getvariable('x')", "set_config('x', 'y')", "duckdb_secrets()",
    "duckdb_extensions()", "duckdb_functions()", "duckdb_databases()", "pragma_version()", "version()", "current_database()",
    "current_schema()", "current_schemas(true)", "current_user", "session_user", "pg_backend_pid()", "txid_current()",
    "in_search_path('x', 'y')", "getenv('SECRET_KEY')", "current_query()",
]  # fmt: skip
OTHER_TABLES = [
    "(SELECT password FROM people_user)", "(TABLE people_user)", "(VALUES (1))", "(FROM people_user)", "people_user.password",
    "main.people_user.password", "x IN (SELECT y FROM z)", "EXISTS (FROM z)", "x = ANY (SELECT y FROM z)", "ARRAY(SELECT 1)",
    "x FROM people_user", "x UNION ALL SELECT password FROM people_user", "x EXCEPT SELECT 1", "x INTERSECT SELECT 1",
    "query('SELECT 1')", "query_table('people_user')", "unnest([1, 2])", "information_schema.tables", "sqlite_master",
    "LATERAL (SELECT 1)", "COLUMNS(*)", "* EXCLUDE (x)", "* REPLACE (1 AS x)", "x) FROM y WHERE (1", "(WITH a AS (SELECT 1) FROM a)",
]  # fmt: skip
STATEMENTS = [
    "x; DROP TABLE y", "x;", "; x", "DROP TABLE x", "CREATE TABLE x AS SELECT 1", "CREATE MACRO f(a) AS a", "INSERT INTO x VALUES (1)",
    "UPDATE x SET y = 1", "DELETE FROM x", "COPY x TO '/tmp/x'", "EXPORT DATABASE '/tmp/x'", "IMPORT DATABASE 'x'",
    "ATTACH '/tmp/x.db' AS y", "DETACH y", "INSTALL httpfs", "LOAD httpfs", "CALL pragma_version()", "EXECUTE x", "PREPARE x AS SELECT 1",
    "VACUUM", "CHECKPOINT", "EXPLAIN SELECT 1", "DESCRIBE x", "SUMMARIZE x", "USE x", "BEGIN", "CREATE SECRET (TYPE s3)",
]  # fmt: skip
LETTERS = [
    "x\0", "x\u200b + 1", "x\u202e + 1", "x\ufeff", "ｘ + 1", "х + 1", "x + １", "x \u2028+ 1", "x\u00a0+ 1", "x + 1\x1a", "x\x08 + 1",
    "ABS（x）", "‘a’ || s", "“x” + 1", "x − 1", "x ∗ 2", "x\\n", "x`y`", "[x]", "{x}", "$1", "$$x$$", "?1", "@x", "#1", "x /* \n", "x -- ' \n ; y",
    "'a' 'b'", "'a", '"x', "'a'' || s", "E'\\x41'", "U&'\\0041'", "x'41'", "x'4ｘ+ 11'", "B'01'", "$tag$x$tag$", ":x", "%s", "{{ x }}",
]  # fmt: skip
QUOTED = [
    '"x"."y"', '"main"."x"', '"x""y"', '""', '"read_text"(\'/etc/passwd\')', '"getenv"(\'PATH\')', "\"x\" FROM \"y\"", '"é"', '"x\u200b"',
    "'/etc/passwd'.\"x\"", "\"'\"", '"SELECT" 1',
]  # fmt: skip
BOMBS = [
    "repeat('x', 1000000000)", "lpad('x', 1000000000, 'y')", "rpad('x', 1000000000, 'y')", "range(1000000000)",
    "generate_series(1, 1000000000)", "list_transform(range(1000000000), lambda a: a)", "string_agg(s, 'x')", "list(x)", "array_agg(x)",
    "histogram(x)", "levenshtein(s, s)", "damerau_levenshtein(s, s)", "jaccard(s, s)", "jaro_winkler_similarity(s, s)",
    "regexp_matches(s, '(a+)+$')", "regexp_replace(s, '(a|a)*$', '')", "regexp_extract_all(s, '.*.*.*=')", "s SIMILAR TO '(a+)+b'",
    "s ~ '(a+)+$'", "s GLOB '*a*a*a*'", "bar(x, 0, 1, 1000000000)", "format('{:1000000000}', x)", "printf('%1000000000d', x)",
    "sleep_ms(1000000)", "x ** 10 ** 10 ** 10 ** 10 ** (SELECT 1)", "2::HUGEINT << 100000", "factorial(1000000)", "x::BIT",
    "bitstring('1', 1000000000)", "concat_ws('x', s, s)", "array_to_string([s], s)", "replace(s, '', 'aaaaaaaa')", "replace(s, 'a', 'aaaa')",
    "NTILE(1000000000) OVER ()", "LAG(x, 1000000000) OVER (ORDER BY t)", "SUM(x) OVER (ORDER BY t ROWS 100000000 PRECEDING)",
    "SUM(x) OVER (ORDER BY t RANGE BETWEEN x PRECEDING AND k FOLLOWING)", "decode(encode(s))", "md5(s)", "sha256(s)", "uuid()", "random()",
    "now()", "hash(s)", "strptime(s, '%Y')", "to_timestamp(x)", "make_timestamp(x)", "nextval('s')", "error('x')", "TRY(x)",
    "(" * 60 + "x" + ")" * 60, "ABS(" * 45 + "x" + ")" * 45, "NOT " * 1_900 + "x", "CASE WHEN x THEN " * 45 + "1" + " END" * 45,
    "+".join(["x"] * 2_000), " AND ".join(["x > 1"] * 600), "x IN (" + ", ".join(["1"] * 2_600) + ", (SELECT 1))", "-" * 2 + "x\n" + "(" * 50,
    "DATE(" * 40 + "x" + ")" * 40, "x" * 8_001,
]  # fmt: skip
STRUCTURES = [
    "{'a': 1}", "STRUCT_PACK(a := 1)", "ROW(1, 2)", "MAP([1], [2])", "[1, 2, 3]", "x[1]", "x.y", "s[1:2]", "x -> 1", "lambda a: a",
    "x::JSON", "x::STRUCT(a INT)", "x::INT[]", "x::MAP(INT, INT)", "x::UNION(a INT)", "x::ENUM('a')", "x::UUID", "x::BLOB", "x::TIMETZ",
    "CAST(x AS nosuchtype)", "x COLLATE NOCASE", "x AT TIME ZONE 'UTC'", "DATE 'today'::nosuch", "rowid", "x::regclass",
    "GROUPING(x)", "x QUALIFY 1", "x LIMIT 1", "x ORDER BY 1", "x GROUP BY ALL", "SUM(x) WITHIN GROUP (ORDER BY y)", "SUM(x) OVER w",
    "COUNT(*) FILTER (WHERE EXISTS (SELECT 1))", "MAX(x) OVER (PARTITION BY (SELECT 1))", "FIRST(x ORDER BY t)", "mode(x) OVER (ORDER BY random())",
]  # fmt: skip
HOSTILE = {
    "files": FILES, "network": NETWORK, "settings": SETTINGS, "other tables": OTHER_TABLES, "statements": STATEMENTS,
    "letters": LETTERS, "quoted names": QUOTED, "bombs": BOMBS, "structures": STRUCTURES,
}  # fmt: skip
