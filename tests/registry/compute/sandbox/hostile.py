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
    "ABS（x）", "‘a’ || s", "“x” + 1", "x − 1", "x ∗ 2", "x\\n", "x`y`", "{x}", "$1", "$$x$$", "?1", "@x", "#1", "x /* \n", "x -- ' \n ; y",
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
    "regexp_extract_all(s, '.*.*.*=')",
    "s GLOB '*a*a*a*'", "bar(x, 0, 1, 1000000000)", "format('{:1000000000}', x)", "printf('%1000000000d', x)",
    "sleep_ms(1000000)", "x ** 10 ** 10 ** 10 ** 10 ** (SELECT 1)", "2::HUGEINT << 100000", "factorial(1000000)", "x::BIT",
    "bitstring('1', 1000000000)", "array_to_string([s], s)", "replace(s, '', 'aaaaaaaa')", "replace(s, 'a', 'aaaa')",
    "NTILE(1000000000) OVER ()", "LAG(x, 1000000000) OVER (ORDER BY t)", "SUM(x) OVER (ORDER BY t ROWS 100000000 PRECEDING)",
    "SUM(x) OVER (ORDER BY t RANGE BETWEEN x PRECEDING AND k FOLLOWING)", "decode(encode(s))", "uuid()", "random()",
    "now()", "hash(s)", "nextval('s')", "error('x')", "TRY(x)",
    "(" * 60 + "x" + ")" * 60, "ABS(" * 45 + "x" + ")" * 45, "NOT " * 1_900 + "x", "CASE WHEN x THEN " * 45 + "1" + " END" * 45,
    "+".join(["x"] * 2_000), " AND ".join(["x > 1"] * 600), "x IN (" + ", ".join(["1"] * 2_600) + ", (SELECT 1))", "-" * 2 + "x\n" + "(" * 50,
    "DATE(" * 40 + "x" + ")" * 40, "x" * 8_001,
]  # fmt: skip
STRUCTURES = [
    "{'a': 1}", "STRUCT_PACK(a := 1)", "ROW(1, 2)", "MAP([1], [2])", "x.y", "s[1:2]", "x -> 1", "lambda a: a",
    "x::JSON", "x::STRUCT(a INT)", "x::INT[]", "x::MAP(INT, INT)", "x::UNION(a INT)", "x::ENUM('a')", "x::UUID", "x::BLOB", "x::TIMETZ",
    "CAST(x AS nosuchtype)", "x COLLATE NOCASE", "DATE 'today'::nosuch", "rowid", "x::regclass",
    "GROUPING(x)", "x QUALIFY 1", "x LIMIT 1", "x ORDER BY 1", "x GROUP BY ALL", "SUM(x) WITHIN GROUP (ORDER BY y)", "SUM(x) OVER w",
    "COUNT(*) FILTER (WHERE EXISTS (SELECT 1))", "MAX(x) OVER (PARTITION BY (SELECT 1))", "FIRST(x ORDER BY t)", "mode(x) OVER (ORDER BY random())",
]  # fmt: skip
REACHES = [
    "read_csv(s)", "read_csv(['/etc/passwd'])", "read_csv_auto('x', header := true)", "parquet_kv_metadata('x')", "read_json_objects('x')",
    "read_json_objects_auto('x')", "read_ndjson_objects('x')", "arrow_scan(1, 2, 3)", "pandas_scan(1)", "python_map_function(x)", "seq_scan('x')",
    "index_scan('x')", "repeat_row(x, 1000000)", "test_all_types()", "pragma_table_info('x')", "pragma_storage_info('x')", "pragma_show('x')",
    "pg_read_file('/etc/passwd')", "pg_ls_dir('/')", "pg_sleep(100)", "pg_typeof(x)", "pg_get_viewdef(1)", "pg_read_binary_file('x')",
    "lo_import('/etc/passwd')", "dblink('host=db', 'select 1')", "xp_cmdshell('id')", "load_file('/etc/passwd')", "sys_eval('id')",
    "duckdb_variables()", "duckdb_memory()", "duckdb_temporary_files()", "duckdb_logs()", "enable_logging()", "force_checkpoint()",
    "user()", "current_role", "current_catalog", "has_table_privilege('x', 'SELECT')", "obj_description(1)", "add_parquet_key('a', 'b')",
    "getvariable(s)", "(SET VARIABLE x = 1)", "json_execute_serialized_sql('x')", "json_serialize_sql('SELECT 1')", "json_deserialize_sql('x')",
    "from_json(s, '\"VARCHAR\"')", "json_transform(s, '{}')", "stats(x)", "write_log('x')", "is_histogram_other_bin(x)", "create_sort_key(s, 'ASC')",
    "nextafter(random(), 1)", "x + (SELECT max(y) FROM duckdb_settings())", "(FROM read_csv('/etc/passwd'))", "TABLE x", "x AS (SELECT 1)",
]  # fmt: skip
SPELLINGS = [
    "read\u005fcsv('x')", "re/**/ad_csv('/etc/passwd')", "read_csv/**/('/etc/passwd')", "\"read_csv\"/* */('x')", "x /* /* */ ; DROP TABLE y */",
    "x --\n; y", "x /**/; y", "'\\'; DROP TABLE y; --'; 1", "E'\\u0041' || getenv('X')", "U&'d\\0061t' || getenv('X')", "0x41::BLOB", "x'00'::BLOB",
    "'a'::regtype", "N'abc'", "q'[abc]'", "x\r; y", "x\u2029+ 1", "x\u3000+ 1", "getenv\uff08'X'\uff09", "ｇetenv('X')", "x \u0000 + 1",
    "1 = 1; --", "x OR 1=1) UNION ALL (SELECT 1", "'%' ESCAPE (SELECT 1)", "x[(SELECT 1)]", "x[getenv('A')]", "x->>getenv('A')", "x->>s",
    "s->'$.a; DROP'", "json_extract(s, '$..*')", "json_extract(s, '$[*]')", "json_extract(s, ['$.a', '$.b'])", "s -> 'a' -> 'b' -> getenv('c')",
]  # fmt: skip
GROWING = [
    "lpad(s, 100000, 'x')", "rpad(s, 2147483647, 'ab')", "lpad(s, length(s) * 1000, 'x')", "lpad(s, -1, 'x')", "rpad(s, 10, '')", "rpad(s, 10, s)",
    "REPLACE(s, 'a', s)", "REPLACE(s, s, 'a')", "REPLACE(s, 'a', CAST(x AS VARCHAR))", "REPLACE(s, 'a', 'b' || 'c')", "REPLACE(s, 'a', NULL)",
    "REPLACE(s, 'a', UPPER('aaaa'))", "REPLACE(s, CHR(97), 'aaaaaaaaa')", "regexp_replace(s, s, '')", "regexp_replace(s, 'a', s, 'g')",
    "regexp_replace(s, '', repeat('x', 1000))", "regexp_replace(s, '(.*)', '" + "\\1" * 101 + "', 'g')",
    "regexp_replace(regexp_replace(regexp_replace(s, '(.*)', '\\1\\1\\1\\1\\1\\1\\1\\1\\1\\1'), '(.*)', '\\1\\1\\1\\1\\1\\1\\1\\1\\1\\1'), '(.*)', '\\1\\1\\1\\1\\1\\1\\1\\1\\1\\1')",
    "string_split(s, s)", "string_split(s, '')", "CAST(string_split(CAST(string_split(CAST(string_split(s, ',') AS VARCHAR), ',') AS VARCHAR), ',') AS VARCHAR)",
    "strftime(t, s)", "strftime(t, '" + "%c" * 90 + "')", "strptime(s, s)", "regexp_matches(s, '(a{1000}){1000}')", "regexp_matches(s, '((((a{9}){9}){9}){9}){9}')",
    "regexp_matches(s, 'a' || s)", "regexp_matches(s, '\\1')", "regexp_matches(s, '(?<=a)b')", "regexp_matches(s, '(?!a)b')", "regexp_extract(s, '(?<!a)b')",
    "regexp_matches(s, '" + "a" * 600 + "')", "regexp_extract(s, 'a', x)", "regexp_extract(s, 'a', 99)", "regexp_matches(s, 'a', s)", "regexp_matches(s, 'a', 'zz')",
    "list_transform([1], lambda a: a)", "list_reduce([1], lambda a, b: a)", "list_aggregate([1], 'string_agg')", "array_to_string(string_split(s, ','), s)",
    "list_resize([1], 1000000000)", "array_resize([1], 1000000000)", "list_concat([x], [x])", "flatten([[x]])", "list_zip([1], [2])", "x AT TIME ZONE (s)",
    "timezone(s, t)", "x AT TIME ZONE '../../etc/passwd'", "quantile_cont(x, 2)", "quantile_cont(x, s)", "PERCENTILE_CONT(2) WITHIN GROUP (ORDER BY x)",
    "PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY (SELECT 1))", "PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY x, k)", "approx_quantile(x, 0.5)", "reservoir_quantile(x, 0.5)",
    "time_bucket(INTERVAL '1 day', t, now())", "make_date((SELECT 1), 1, 1)", "age(t)", "DATE(" * 8 + "t" + ")" * 8,
]  # fmt: skip
# Refused once, and accepted since: RE2 is linear, the hashes are of fixed length, lists and times hold one row.
HARMLESS = [
    "regexp_matches(s, '(a+)+$')", "regexp_replace(s, '(a|a)*$', '')", "s SIMILAR TO '(a+)+b'", "s ~ '(a+)+$'", "concat_ws('x', s, s)", "md5(s)",
    "sha256(s)", "strptime(s, '%Y')", "to_timestamp(x)", "make_timestamp(x)", "[x]", "[1, 2, 3]", "x[1]", "t AT TIME ZONE 'UTC'",
]  # fmt: skip
HOSTILE = {
    "files": FILES, "network": NETWORK, "settings": SETTINGS, "other tables": OTHER_TABLES, "statements": STATEMENTS,
    "letters": LETTERS, "quoted names": QUOTED, "bombs": BOMBS, "structures": STRUCTURES,
    "reaches": REACHES, "spellings": SPELLINGS, "growing": GROWING,
}  # fmt: skip
