"""What dbt computes a table with: which change of a project changes it, and which does not."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from registry.compute.upstream import Upstream
from registry.compute.upstream_change import sentence
from registry.imports.rules.dbt_upstream import Lineage
from registry.imports.rules.document import Reader


def node(path: str, code: str, *before: str, **more: Any) -> dict[str, Any]:
    kind = {"seeds": "seed", "snapshots": "snapshot"}.get(path.partition("/")[0], "model")
    codes = {"raw_code": "select {{ jinja }}", "compiled_code": code} if code else {}
    return {"resource_type": kind, "original_file_path": path, "package_name": "shop", **codes,
            "depends_on": {"nodes": list(before)}} | more  # fmt: skip


MANIFEST: dict[str, Any] = {
    "metadata": {"project_name": "shop", "adapter_type": "duckdb"},
    "nodes": {
        "seed.shop.countries": node("seeds/countries.csv", "", checksum={"name": "sha256", "checksum": "a" * 64}),
        "model.shop.raw": node("models/raw.sql", "select id, amount from raw.orders", "source.shop.raw.orders"),
        "snapshot.shop.customers": node("snapshots/customers.sql", "select * from raw.customers", "source.shop.raw.customers",
                                        config={"materialized": "snapshot", "strategy": "timestamp", "updated_at": "at"}),
        "model.shop.stage": node("models/stage.sql", "select id, last_value(amount ignore nulls) over (order by id) as amount from raw",
                                 "model.shop.raw", "seed.shop.countries"),
        "model.shop.orders": node("models/orders.sql", "select id, amount from stage", "model.shop.stage", "snapshot.shop.customers"),
        "model.util.dates": node("models/dates.sql", "select 1 as day", package_name="util"),
        "model.shop.other": node("models/other.sql", "select 2"),
    },
    "sources": {"source.shop.raw.orders": {"resource_type": "source", "name": "orders"}},
}  # fmt: skip


def upstream(changes: dict[str, Any] | None = None, of: str = "model.shop.orders", **macros: Any) -> Upstream:
    """The upstream in a manifest with other parts, each by its path."""
    document = copy.deepcopy(MANIFEST) | macros
    for path, value in (changes or {}).items():
        unique_id, _, part = path.partition("/")
        target = document["nodes"][unique_id]
        *folders, last = part.split("/")
        for folder in folders:
            target = target.setdefault(folder, {})
        target[last] = value
    reader = Reader()
    read = Lineage(reader, document).upstream(of)
    reader.finish()
    assert read is not None
    return read


def test_a_tables_upstream_is_its_code_with_everything_that_it_is_built_on():
    read = upstream()
    assert (read.kind, read.name, read.dialect, read.is_parsed) == ("dbt", "models/orders.sql", "duckdb", True)
    assert [ancestor.name for ancestor in read.ancestors] == [
        "models/raw.sql", "models/stage.sql", "seeds/countries.csv", "snapshots/customers.sql", "snapshots/customers.sql (settings)",
        "source raw.customers", "source raw.orders",
    ]  # fmt: skip


CHANGES = [
    ({"model.shop.orders/compiled_code": "select id, coalesce(amount, 0) as amount from stage"}, "null handling (models/orders.sql)"),
    ({"model.shop.stage/compiled_code": "select id, coalesce(amount, 0) as amount from raw"}, "null handling (models/stage.sql)"),
    ({"model.shop.raw/compiled_code": "select id, coalesce(amount, 0) as amount from raw.orders"}, "null handling (models/raw.sql)"),
    ({"model.shop.raw/compiled_code": "select id, amount from raw.orders where amount > 0"}, "filter (models/raw.sql)"),
    ({"seed.shop.countries/checksum/checksum": "b" * 64}, "logic (seeds/countries.csv)"),
    ({"snapshot.shop.customers/config/strategy": "check"}, "logic (snapshots/customers.sql (settings))"),
    ({"model.shop.stage/config/post-hook": [{"sql": "delete from stage where amount is null"}]}, "added (models/stage.sql (settings))"),
    ({"model.shop.orders/depends_on/nodes": ["model.shop.stage"]},
     "removed (snapshots/customers.sql), removed (snapshots/customers.sql (settings)), removed (source raw.customers)"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "what"), CHANGES)
def test_a_change_anywhere_in_the_lineage_is_seen_and_named(changes, what):
    assert sentence(upstream(), upstream(changes)) == f"upstream changed: {what}"


NO_CHANGES = [
    {"model.shop.orders/compiled_code": "-- all orders\nSELECT id,\n   amount\nFROM stage"},
    {"model.shop.raw/compiled_code": "select id, amount /* in euro */ from raw.orders"},
    {"model.shop.orders/raw_code": "select {{ another_way }}"},
    {"model.shop.orders/original_file_path": "models/marts/orders.sql"},
    {"model.shop.stage/original_file_path": "models/staging/stage.sql"},
    {"model.shop.other/compiled_code": "select 3"},
    {"model.shop.orders/description": "Orders."},
]


@pytest.mark.parametrize("changes", NO_CHANGES)
def test_formatting_paths_and_the_rest_of_the_project_change_nothing(changes):
    assert upstream(changes).digest == upstream().digest


def test_a_source_has_no_upstream_and_a_seed_its_checksum():
    reader = Reader()
    assert Lineage(reader, MANIFEST).upstream("source.shop.raw.orders") is None
    seed = upstream(of="seed.shop.countries")
    assert (seed.name, seed.ancestors) == ("seeds/countries.csv", ())
    assert seed.digest != upstream({"seed.shop.countries/checksum/checksum": "b" * 64}, of="seed.shop.countries").digest


def test_a_seed_that_dbt_does_not_read_is_named_as_not_seen():
    read = upstream({"seed.shop.countries/checksum": {"name": "path", "checksum": "seeds/countries.csv"}})
    assert "seeds/countries.csv (too large for dbt's checksum: its changes are not seen)" in {
        a.name for a in read.ancestors
    }


def test_files_of_another_package_are_named_with_it():
    read = upstream({"model.shop.orders/depends_on/nodes": ["model.util.dates"]})
    assert [ancestor.name for ancestor in read.ancestors] == ["util/models/dates.sql"]


def test_models_that_depend_on_each_other_end():
    read = upstream({"model.shop.raw/depends_on/nodes": ["model.shop.orders"]})
    assert "models/stage.sql" in {ancestor.name for ancestor in read.ancestors}


MACROS = {
    "macro.shop.cents": {"package_name": "shop", "macro_sql": "{% macro cents(x) %} {{ x }} / 100 {% endmacro %}",
                         "depends_on": {"macros": ["macro.shop.inner", "macro.dbt.is_incremental"]}},
    "macro.shop.inner": {"package_name": "shop", "macro_sql": "inner", "depends_on": {"macros": ["macro.shop.cents"]}},
    "macro.dbt.is_incremental": {"package_name": "dbt", "macro_sql": "built in"},
    "macro.dbt_utils.star": {"package_name": "dbt_utils", "macro_sql": "star"},
}  # fmt: skip
INCREMENTAL = {
    "model.shop.stage/config/materialized": "incremental",
    "model.shop.stage/raw_code": "select {{ cents('amount') }} from raw {% if is_incremental() %} where id > 7 {% endif %}",
    "model.shop.stage/depends_on/macros": ["macro.shop.cents", "macro.dbt_utils.star"],
}


def test_an_incremental_model_is_compared_as_written_with_its_macros():
    first = upstream(INCREMENTAL, macros=MACROS)
    macros = [ancestor.name for ancestor in first.ancestors if ancestor.name.startswith("macro")]
    assert macros == ["macro dbt_utils.star", "macro shop.cents", "macro shop.inner"]
    second_run = INCREMENTAL | {"model.shop.stage/compiled_code": "select amount / 100 from raw where id > 7"}
    assert upstream(second_run, macros=MACROS).digest == first.digest
    changed = copy.deepcopy(MACROS)
    changed["macro.shop.inner"]["macro_sql"] = "coalesce(inner, 0)"
    assert (
        sentence(first, upstream(INCREMENTAL, macros=changed)) == "upstream changed: null handling (macro shop.inner)"
    )
    changed = INCREMENTAL | {"model.shop.stage/config/unique_key": "id"}
    assert sentence(first, upstream(changed, macros=MACROS)) == "upstream changed: added (models/stage.sql (settings))"


def test_sql_that_holds_the_time_of_the_run_is_compared_as_written():
    code = {"model.shop.orders/raw_code": "select id, '{{ run_started_at }}' as at from stage"}
    runs = [
        upstream(code | {"model.shop.orders/compiled_code": f"select id, '{day}' as at from stage"}) for day in "12"
    ]
    assert runs[0].digest == runs[1].digest


def test_python_is_compared_as_text():
    code = {"model.shop.orders/language": "python", "model.shop.orders/raw_code": "def model(dbt, session): return 1"}
    read = upstream(code)
    assert (read.dialect, read.is_parsed) == ("python", False)
    changed = code | {"model.shop.orders/raw_code": "def model(dbt, session): return 2"}
    assert upstream(changed).digest != read.digest


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({}, []),
        ({"model.shop.raw/compiled_code": None}, ["models/raw.sql"]),
        ({"model.shop.raw/compiled_code": None, "model.shop.raw/raw_code": "select 1"}, []),
        ({"model.shop.raw/compiled_code": None, "model.shop.raw/config": {"materialized": "incremental"}}, []),
        ({"model.shop.other/compiled_code": None}, []),
        ({"model.shop.orders/compiled_code": None}, ["models/orders.sql"]),
    ],
)
def test_what_is_not_compiled_is_named(changes, missing):
    document = copy.deepcopy(MANIFEST)
    for path, value in changes.items():
        unique_id, _, part = path.partition("/")
        document["nodes"][unique_id][part] = value
    assert Lineage(Reader(), document).uncompiled("model.shop.orders") == missing


def test_sql_of_a_database_that_is_not_known_is_compared_as_text():
    document = copy.deepcopy(MANIFEST)
    document["metadata"]["adapter_type"] = "vertica"
    read = Lineage(Reader(), document).upstream("model.shop.orders")
    assert read is not None
    assert (read.dialect, read.is_parsed) == ("", False)


def test_a_lineage_that_is_compiled_in_part_is_not_read_and_one_that_is_not_compiled_is_read_as_written():
    document = copy.deepcopy(MANIFEST)
    document["nodes"]["model.shop.raw"]["compiled_code"] = None
    assert Lineage(Reader(), document).upstream("model.shop.orders") is None
    for unique_id in document["nodes"]:
        document["nodes"][unique_id]["compiled_code"] = None
    read = Lineage(Reader(), document).upstream("model.shop.orders")
    assert read is not None
    assert (read.dialect, read.text) == ("jinja", "select {{ jinja }}")
