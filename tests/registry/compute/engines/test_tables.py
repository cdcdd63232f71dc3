"""Tables of a real PostgreSQL as data: every type arrives, nothing is written, and no message shows the address."""

import time

import pytest

from registry.compute.engines.cancellation import Stopped
from registry.compute.engines.columns import Reader, Side
from registry.compute.engines.duck import opened, source
from registry.compute.engines.row_source import Unreadable
from registry.compute.engines.tables import Table

TYPES = [
    ("i", "int", "7", "int32", 7),
    ("big", "bigint", "-9", "int64", -9),
    ("exact", "numeric(12, 2)", "3.25", "double", 3.25),
    ("endless", "double precision", "'-Infinity'", "double", float("-inf")),
    ("short", "real", "0.5", "float", 0.5),
    ("words", "varchar(9)", "'a,\"b\"'", "string", 'a,"b"'),
    ("at", "timestamp", "'2024-03-01 12:00'", "timestamp[us]", "2024-03-01 12:00:00"),
    ("zoned", "timestamptz", "'2024-03-01 12:00+02'", "timestamp[us, tz=UTC]", "2024-03-01 10:00:00+00:00"),
    ("day", "date", "'2024-03-01'", "date32[day]", "2024-03-01"),
    ("clock", "time", "'12:30'", "time64[us]", "12:30:00"),
    ("truth", "boolean", "true", "bool", True),
    ("bytes", "bytea", "'\\x00ff'", "binary", b"\x00\xff"),
    ("id", "uuid", "'1b9fa94c-0b3f-447d-bc4d-60213a411326'", "string", "1b9fa94c-0b3f-447d-bc4d-60213a411326"),
    ("document", "jsonb", "'{\"a\": 1}'", "string", '{"a": 1}'),
    ("list", "int[]", "'{1,2}'", "list<item: int32>", [1, 2]),
    ("span", "interval", "'1 day'", "string", "1 day"),
    ('od"d', "int", "4", "int32", 4),
]


@pytest.fixture
def table(postgres_server, warehouse) -> Table:
    columns = ", ".join('"{}" {}'.format(name.replace('"', '""'), kind) for name, kind, *_ in TYPES)
    warehouse.execute(f"CREATE TABLE kinds ({columns})")
    warehouse.execute(f"INSERT INTO kinds VALUES ({', '.join(literal for _, _, literal, *_ in TYPES)})")
    warehouse.execute(f"INSERT INTO kinds VALUES ({', '.join('NULL' for _ in TYPES)})")
    return Table("warehouse", postgres_server, "public", "kinds", 60)


def test_each_type_has_a_column_that_engines_read(table, tmp_path):
    assert [tuple(item) for item in table.describe()] == [(name, kind) for name, _, _, kind, _ in TYPES]
    files = table.at_hand(tmp_path)
    assert files.describe() == table.describe()
    [row] = [row for row in files.first_rows(9) if row["i"] == 7]
    for name, _, _, _, value in TYPES:
        assert (str(row[name]) if isinstance(value, str) else row[name]) == value, name
    with opened(memory_bytes=2**28) as duck:
        assert duck.rows(f"SELECT count(*), count(exact) FROM {source(files)}") == [(2, 1)]


def test_the_digest_is_of_the_rows_in_whatever_order_they_lie(table, warehouse):
    warehouse.execute("CREATE TABLE other AS SELECT * FROM kinds ORDER BY i NULLS FIRST")
    first = table.snapshot()
    assert (first.rows, len(first.schema)) == (2, len(TYPES))
    assert table._replace(name="other").snapshot() == first
    warehouse.execute("INSERT INTO other SELECT * FROM kinds WHERE i = 7")
    assert table._replace(name="other").snapshot().digest != first.digest
    warehouse.execute("DELETE FROM other WHERE i IS NOT NULL")
    warehouse.execute("ALTER TABLE other RENAME COLUMN big TO bigger")
    assert table._replace(name="other").snapshot().digest != first.digest


def test_rows_are_chosen_and_sampled_there(table, warehouse, tmp_path):
    warehouse.execute("CREATE TABLE many AS SELECT n, n % 2 AS odd FROM generate_series(1, 20000) t(n)")
    many = table._replace(name="many")
    odd = many.at_hand(tmp_path, " WHERE odd = 1")
    assert odd.snapshot().rows == 10_000
    few = many.at_hand(tmp_path, " WHERE odd = 1", most_rows=1_000)
    assert 800 < few.snapshot().rows < 1_200
    assert {row["odd"] for row in few.first_rows(2_000)} == {1}
    assert few.base != odd.base
    assert many.at_hand(tmp_path, most_rows=50_000).snapshot().rows == 20_000


UNREADABLE = [
    ("gone", {"name": "gone"}, "There is no table public.gone at connection warehouse"),
    ("no schema", {"schema": "nowhere"}, "There is no table nowhere.kinds"),
    ("no server", {"dsn": "postgres://reader:hunter2@127.0.0.1:1/name"}, "warehouse does not answer"),
    ("a quote", {"name": 'kinds"; DROP TABLE kinds; --'}, "There is no table"),
]


@pytest.mark.parametrize(("why", "changed", "sentence"), UNREADABLE)
def test_what_cannot_be_read_says_why_and_shows_no_secret(table, why, changed, sentence):
    for ask in (table._replace(**changed).describe, table._replace(**changed).snapshot):
        with pytest.raises(Unreadable, match=sentence) as unreadable:
            ask()
        assert "hunter2" not in str(unreadable.value), why
        assert "plumbline:" not in str(unreadable.value), why


def test_a_table_that_may_not_be_read_says_what_to_grant(table, warehouse, postgres_server):
    warehouse.execute("DROP ROLE IF EXISTS stranger")
    warehouse.execute("CREATE ROLE stranger LOGIN PASSWORD 'hunter2'")
    stranger = postgres_server.replace(postgres_server.split("//")[1].split("@")[0], "stranger:hunter2")
    warehouse.execute("GRANT USAGE ON SCHEMA public TO stranger")
    with pytest.raises(Unreadable, match="Grant it SELECT"):
        table._replace(dsn=stranger).describe()


def test_a_view_that_writes_is_refused_by_the_server(table, warehouse):
    warehouse.execute("CREATE TABLE written (n int)")
    warehouse.execute(
        "CREATE FUNCTION sneak() RETURNS int LANGUAGE sql VOLATILE AS 'INSERT INTO public.written VALUES (1) RETURNING n'"
    )
    warehouse.execute("CREATE VIEW sly AS SELECT sneak() AS n")
    with pytest.raises(Unreadable, match="was interrupted"):
        table._replace(name="sly").snapshot()
    assert warehouse.execute("SELECT count(*) FROM written").fetchone() == (0,)


def test_a_copy_that_takes_too_long_ends_and_one_that_nobody_wants_stops(table, warehouse, tmp_path):
    warehouse.execute("CREATE VIEW slow AS SELECT n, pg_sleep(0.05)::text AS s FROM generate_series(1, 2000) t(n)")
    slow = table._replace(name="slow")
    with pytest.raises(Unreadable, match="took too long"):
        slow._replace(timeout_s=0.5).at_hand(tmp_path)
    began = time.monotonic()
    with pytest.raises(Stopped):
        slow.at_hand(tmp_path, stopped=lambda: time.monotonic() - began > 0.5)
    assert time.monotonic() - began < 10


def test_a_view_is_computed_by_its_sql_and_by_the_views_and_functions_below_it(table, warehouse):
    warehouse.execute("CREATE FUNCTION doubled(int) RETURNS int LANGUAGE sql AS 'SELECT $1 * 2'")
    warehouse.execute("CREATE SCHEMA marts")
    warehouse.execute("CREATE VIEW stage AS SELECT coalesce(i, 0) AS i FROM kinds")
    warehouse.execute("CREATE MATERIALIZED VIEW halves AS SELECT doubled(i) AS i FROM stage")
    warehouse.execute('CREATE VIEW marts."Top" AS SELECT a.i FROM halves AS a JOIN stage AS b USING (i)')
    top = table._replace(schema="marts", name="Top")
    code = top.computed_by()
    assert [part.name for part in code] == ["marts.Top", "public.doubled(integer)", "public.halves", "public.stage"]
    assert "COALESCE(kinds.i, 0)" in code[3].text
    assert code[1].text == "SELECT $1 * 2"
    warehouse.execute("CREATE OR REPLACE VIEW stage AS SELECT i FROM kinds")
    assert top.computed_by()[3].text != code[3].text
    assert table.computed_by() == (), "nothing is known of what fills a table"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name": "gone"}, "There is no table public.gone at connection warehouse"),
        ({"dsn": "postgres://reader:hunter2@127.0.0.1:1/name"}, "warehouse does not answer"),
    ],
)
def test_a_view_that_cannot_be_looked_at_is_no_table_without_code(table, changes, reason):
    with pytest.raises(Unreadable, match=reason):
        table._replace(**changes).computed_by()


def test_moments_outside_of_the_calendar_are_unreadable_cells(table, warehouse, tmp_path):
    warehouse.execute("CREATE TABLE late (at timestamp, day date)")
    warehouse.execute(
        "INSERT INTO late VALUES ('14011-01-01', 'infinity'), ('2024-01-01', '2024-01-01'), (NULL, '0044-03-15 BC')"
    )
    late = table._replace(name="late")
    assert sorted(str(row["at"]) for row in late.first_rows(9)) == ["2024-01-01 00:00:00", "None", "None"]
    with opened(memory_bytes=2**28) as duck:
        reader = Reader(duck, Side(late.at_hand(tmp_path)))
        assert (reader.unreadable("at"), reader.unreadable("day")) == (1, 2)
        assert [str(day) for day in reader.column("day").to_pylist() if day] == ["2024-01-01"]
