"""What a Feast registry comes to."""

from __future__ import annotations

import copy

from registry.imports.rules import feast
from tests.registry.imports.documents import FEAST
from tests.registry.imports.rules.reading import names, why


def test_feast_is_source_tables_and_features():
    found = feast.read(FEAST)
    table, *features = found.candidates
    assert found.origin == "rides"
    assert names(found) == [
        ("source_table", "driver_stats"),
        ("feature", "driver_hourly__conv_rate"),
        ("feature", "driver_hourly__daily_trips"),
        ("feature", "driver_hourly__renamed"),
    ]
    assert table.content == {"entity_key": ["driver_id"], "event_time": "event_timestamp", "row_key": []}
    assert table.about["location"] == "s3://rides/driver_stats.parquet"
    logic = [(feature.content["computation_logic"], feature.content["data_type"]) for feature in features]
    assert logic == [("conv_rate", "float32"), ('"Daily Trips"', "int64"), ("raw_name", "string")]
    assert why(found) == {
        "conv_rate_plus": "Python code computes it at request time; there is no SQL to compare.",
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
