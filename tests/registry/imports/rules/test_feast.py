"""What a Feast registry comes to."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from registry.imports.rules import feast
from registry.imports.rules.candidates import Candidate
from tests.registry.imports.documents import FEAST
from tests.registry.imports.rules.reading import names, why


def test_feast_is_source_tables_and_features():
    imported = feast.read(FEAST)
    table, *features = imported.candidates
    assert imported.origin == "rides"
    assert names(imported) == [
        ("source_table", "driver_stats"),
        ("feature", "driver_hourly__conv_rate"),
        ("feature", "driver_hourly__daily_trips"),
        ("feature", "driver_hourly__renamed"),
    ]
    keys = {name: table.content[name] for name in ("entity_key", "event_time", "row_key")}
    assert keys == {"entity_key": ["driver_id"], "event_time": "event_timestamp", "row_key": []}
    assert table.content["upstream"]["name"] == "driver_stats"
    assert table.about["location"] == "s3://rides/driver_stats.parquet"
    logic = [(feature.content["computation_logic"], feature.content["data_type"]) for feature in features]
    assert logic == [("conv_rate", "float32"), ('"Daily Trips"', "int64"), ("raw_name", "string")]
    assert why(imported) == {
        "conv_rate_plus": "It reads no feature view that is imported, so there is no source table to compute it from.",
        "driver_activity": "It lists what a model reads; here a training snapshot does, for each version.",
        "driver_hourly:embedding": "Its type is FLOAT_LIST. A feature has one of FLOAT, DOUBLE, INT32, INT64, BOOL, STRING, UNIX_TIMESTAMP.",
        "global_rate": "It has no entity. A source table needs an entity and an event time.",
    }


def test_a_source_that_two_views_read_by_other_keys_is_one_table_of_the_first():
    document = copy.deepcopy(FEAST)
    document["featureViews"][1]["spec"] |= {
        "entities": ["rider"],
        "batchSource": FEAST["featureViews"][0]["spec"]["batchSource"],
    }
    assert "with other join keys or another event time" in why(feast.read(document))["global_rate"]


def view(name: str, *features: str, **more: Any) -> dict[str, Any]:
    """A feature view of FLOAT fields over a source of its own name."""
    source = {"name": f"{name}_source", "timestampField": "at", "fileOptions": {"uri": f"{name}.parquet"}}
    fields = [{"name": feature, "valueType": "FLOAT"} for feature in features]
    return {"spec": {"name": name, "entities": ["driver"], "features": fields, "batchSource": source} | more}


def registry(**lists: list[dict[str, Any]]) -> dict[str, Any]:
    return {"project": "rides", "entities": [{"spec": {"name": "driver", "joinKey": "driver_id"}}]} | lists


@pytest.mark.parametrize(
    ("column", "logic"),
    [("rating", "rating"), ("Rating", "Rating"), ("select", '"select"'), ("end", '"end"'), ("true", '"true"'),
     ("current_date", '"current_date"'), ("a b", '"a b"'), ('a"b', '"a""b"'), ("date", "date"), ("order", '"order"')],
)  # fmt: skip
def test_a_column_is_quoted_where_its_name_means_something_else(column, logic):
    [feature] = [
        candidate
        for candidate in feast.read(registry(featureViews=[view("v", column)])).candidates
        if candidate.kind == "feature"
    ]
    assert feature.content["computation_logic"] == logic


def test_lists_without_a_place_are_named_each_and_unknown_ones_by_their_count():
    label = view("quality", "good")
    imported = feast.read(
        registry(labelViews=[label], permissions=[{"spec": {"name": "readers"}}], graphs=[{}, {}], empty=[])
    )
    assert {(candidate.kind, candidate.external_id) for candidate in imported.unmapped} == {
        ("label view", "quality"), ("permission", "readers"), ("list", "2 × graphs"),
    }  # fmt: skip
    assert why(imported)["2 × graphs"] == "This list of Feast's registry is not known; nothing of it is imported."


def test_a_dump_of_an_old_version_is_read():
    source = {"type": "BATCH_FILE", "eventTimestampColumn": "at", "fileOptions": {"fileUrl": "x.parquet"}}
    table, feature = feast.read(registry(featureViews=[view("old_view", "rate", batchSource=source)])).candidates
    assert (table.name, table.content["event_time"], table.about["location"]) == ("old_view", "at", "x.parquet")
    assert feature.content["source_table"] == "old_view"


UDF = """def plus(inputs):
    df = pd.DataFrame()
    df["plus"] = inputs["rate"] + inputs["more"]
    return df
"""


def on_demand(code: str = UDF, **more: Any) -> dict[str, Any]:
    projection = {
        "featureViewName": "stats",
        "batchSource": {"name": "stats_source", "fileOptions": {"uri": "stats.parquet"}},
    }
    request = {"name": "vals", "requestDataOptions": {"schema": [{"name": "more", "valueType": "INT64"}]}}
    return {"spec": {
        "name": "plus_rate", "entities": ["__dummy"], "features": [{"name": "plus", "valueType": "DOUBLE"}],
        "featureTransformation": {"userDefinedFunction": {"bodyText": code, "body": "gASV", "mode": "pandas", "name": "plus"}},
        "sources": {"stats": {"featureViewProjection": projection}, "vals": {"requestDataSource": request}},
    } | more}  # fmt: skip


def demanded(*, views: list[dict[str, Any]] | None = None, **more: Any) -> Candidate:
    imported = feast.read(
        registry(featureViews=views or [view("stats", "rate")], onDemandFeatureViews=[on_demand(**more)])
    )
    return next(candidate for candidate in imported.candidates if candidate.name == "plus_rate__plus")


def test_an_on_demand_view_is_features_whose_definition_is_its_python():
    feature = demanded()
    assert feature.content["dialect"] == "python"
    assert (feature.content["data_type"], feature.content["source_table"]) == ("float64", "stats_source")
    assert feature.content["computation_logic"] == (
        'view = "plus_rate"\nmode = "pandas"\nentities = ["driver_id"]\n'
        'reads["stats"] = {"fileOptions.uri": "stats.parquet"}\n'
        'reads["vals"] = {"request": [{"name": "more", "valueType": "INT64"}]}\n'
        f'{UDF}output = "plus"'
    )


@pytest.mark.parametrize(
    "more",
    [
        {"code": UDF.replace('inputs["rate"]', 'inputs["rate"].fillna(0)')},
        {"aggregations": [{"column": "rate", "function": "sum"}]},
        {
            "sources": {
                "stats": {
                    "featureViewProjection": {"featureViewName": "stats", "batchSource": {"fileOptions": {"uri": "b"}}}
                }
            }
        },
        {"mode": "python"},
    ],
)
def test_what_decides_an_on_demand_feature_is_in_its_definition(more):
    assert demanded(**more).content["computation_logic"] != demanded().content["computation_logic"]


def test_line_ends_and_other_fields_of_the_view_read_do_not_count():
    other = demanded(views=[view("stats", "rate", "another")], code=UDF.replace("\n", "\r\n"))
    assert other.content["computation_logic"] == demanded().content["computation_logic"]


def test_a_stream_view_with_code_is_python_with_its_source_and_how_long_it_is_valid():
    transformation = {"userDefinedFunction": {"bodyText": UDF, "mode": "spark"}}
    stream = view("clicks", "rate", featureTransformation=transformation, ttl="3600s")
    _, feature = feast.read(registry(streamFeatureViews=[stream])).candidates
    assert feature.content["dialect"] == "python"
    lines = feature.content["computation_logic"].split("\n")
    assert lines[:5] == ['view = "clicks"', 'mode = "spark"', 'entities = ["driver_id"]',
                         'reads["clicks_source"] = {"fileOptions.uri": "clicks.parquet"}', 'ttl = "3600s"']  # fmt: skip


def test_a_query_behind_a_view_is_the_tables_upstream():
    def table(query: str, **more: Any) -> dict[str, Any]:
        source = {"name": "s", "timestampField": "at", "snowflakeOptions": {"query": query}}
        imported = feast.read(registry(featureViews=[view("v", "a", batchSource=source, **more)]))
        return imported.candidates[0].content["upstream"]

    first = table("select last_value(a) ignore nulls over (order by at) as a from t")
    assert (first["dialect"], first["fingerprint"][:4]) == ("snowflake", "sql:")
    assert table("SELECT LAST_VALUE(a) IGNORE NULLS OVER (ORDER BY at) AS a\nFROM t")["digest"] == first["digest"]
    assert table("select coalesce(a, 0) as a from t")["digest"] != first["digest"]
    assert table(first["text"], ttl="60s")["digest"] != first["digest"]


def test_a_feature_has_its_own_description_or_that_of_its_view():
    described = view("stats", "rate", "trips", description="Of a driver.")
    described["spec"]["features"][0]["description"] = "Accepted of offered."
    features = feast.read(registry(featureViews=[described])).candidates[1:]
    assert [feature.content["description"] for feature in features] == ["Accepted of offered.", "Of a driver."]
