"""What a pack says of features: enough that the trained value of every row is computed from the pack and the data alone."""

from __future__ import annotations

import io
import json
import math
import zipfile
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from platform_site.access import actor_of
from platform_site.people.models import User
from platform_site.roof.demo import people, registry_story
from registry.checks.queries.parity_inputs import gather
from registry.compute.sandbox.limits import Limits
from registry.compute.sandbox.run import Job, run
from registry.models import CheckRun, ModelVersion
from registry.regulation.actions.packs import hand_out
from registry.regulation.queries import pack_features
from registry.versions.actions import registration
from registry.versions.actions.no_features import confirm_no_features
from tests.registry.conftest import ARTIFACT, FIXED, TRAINED, lineage, register
from tests.registry.regulation.conftest import VIEWER
from tests.registry.serving.story import ANN

# How an auditor reads the words of a pack; nothing here is Plumbline's.
FILLS = {
    "forward_fill": 'last_value("{0}" IGNORE NULLS) OVER (PARTITION BY {1} ORDER BY {2} ROWS UNBOUNDED PRECEDING) AS "{0}"',
    "zero_fill": 'coalesce("{0}", 0) AS "{0}"',
    "none": '"{0}"',
}
TYPES = {"float32": "REAL", "float64": "DOUBLE"}


def quoted(names) -> str:
    return ", ".join(f'"{name}"' for name in names)


def computed_alone(files: dict[str, bytes], data_root: Path) -> dict[str, pa.Table]:
    """Each trained feature of a pack, computed from its files and the rows that they name: key and value of every row."""
    datasets = {row["dataset"]: row for row in json.loads(files["source_tables.json"])["datasets"]}
    values = {}
    for entry in json.loads(files["snapshot.json"])["features"]:
        definition = entry["trained"]
        source, dataset = definition["source"], datasets[definition["source"]["dataset"]]
        key, entity = quoted(source["row_key"]), quoted(source["entity_key"])
        order = quoted([source["event_time"], *source["row_key"]])
        fixed = {source["event_time"], *source["row_key"], *source["entity_key"]}
        columns = [column["name"] for column in dataset["snapshots"][-1]["schema"]]
        fill = FILLS[definition["null_handling"]]
        filled = [f'"{name}"' if name in fixed else fill.format(name, entity, order) for name in columns]
        assert dataset["kind"] == "parquet"
        rows = f"(SELECT {', '.join(filled)} FROM read_parquet('{data_root / dataset['location']}'))"
        logic = f"CAST(({definition['runs_as']}) AS {TYPES[definition['data_type']]})"
        with duckdb.connect() as engine:
            query = f"SELECT {key}, {logic} AS value FROM {rows} ORDER BY {key}"
            values[entry["feature"]] = engine.sql(query).arrow().read_all()
    return values


def files_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


@pytest.mark.slow
def test_the_trained_features_of_the_demo_are_computed_from_their_packs_alone(db, settings, tmp_path):
    settings.DATA_ROOTS = [tmp_path]
    people.load()
    actors = [actor_of(User.objects.get(username=name)) for name in ("lead", "contributor", "approver")]
    registry_story.set_policy(actors[0])
    registry_story.load(*actors[1:])
    for incident in (registry_story.ORDERS, registry_story.FLIGHTS):
        version = ModelVersion.objects.get(model__name=incident.model, version=registry_story.VERSION)
        (table,) = computed_alone(files_of(hand_out(version, actor=VIEWER).content), tmp_path).values()
        inputs = gather(CheckRun.objects.get(check_definition__feature__name=incident.feature))
        rows = run(Job(inputs.select.sql, inputs.data.names, inputs.select.columns, Limits())).table
        key = incident.columns[2][0]
        rows = rows.sort_by([(f"key:{key}", "ascending")])
        assert table[key].to_pylist() == rows[f"key:{key}"].to_pylist()
        assert differing(table["value"].to_pylist(), rows["trained"].to_pylist()) == 0
        assert table.num_rows > 100_000
        assert differing(table["value"].to_pylist(), rows["current"].to_pylist()) > 0


def differing(values, others) -> int:
    """How many values are not the same, up to a relative 1e-6; two nulls are."""
    pairs = zip(values, others, strict=True)
    return sum(
        (value is None) != (other is None)
        or (value is not None and not math.isclose(value, other, rel_tol=1e-6, abs_tol=1e-9))
        for value, other in pairs
    )


def test_the_trained_feature_of_a_small_model_is_computed_from_its_pack_alone(eventful, data_root):
    files = files_of(hand_out(eventful, actor=VIEWER).content)
    (table,) = computed_alone(files, data_root).values()
    assert table.to_pylist() == [
        {"order_id": number, "value": pytest.approx(value)}
        for number, value in enumerate((4.0, 4.0, 14 / 3, 6.0, 1.0, 1.5, 5 / 3), start=1)
    ]


def test_of_no_features_there_is_nothing_and_who_confirmed_it(model, orders, cora):
    parts = lineage(orders, feature_snapshot={}, uses_no_features=True)
    version = registration.register_version(model, version="v0", artifact=ARTIFACT, lineage_parts=parts, actor=cora)
    assert pack_features.snapshot(version) == {
        "uses_no_features": True, "no_features_confirmed_by": None, "features": [],
    }  # fmt: skip
    confirm_no_features(version, reason="A baseline.", actor=ANN)
    version = ModelVersion.objects.get(pk=version.pk)
    assert pack_features.snapshot(version)["no_features_confirmed_by"] == "ann"
    assert pack_features.versions_of_features(version) == []
    empty = {"versions": [], "changes": []}
    assert pack_features.current_versions([]) == empty
    assert pack_features.source_tables([]) == empty | {"datasets": []}


def test_versions_are_of_the_features_of_the_snapshot_in_order(model_version, cora):
    for name in ("orders_3d", "another"):
        register(TRAINED, cora, name=name)
        register(FIXED, cora, name=name)
    versions = pack_features.versions_of_features(model_version)
    assert [(version.feature.name, version.number) for version in versions] == [("orders_3d", 1), ("orders_3d", 2)]
    current = pack_features.current_versions(versions)
    assert {change["feature"] for change in current["changes"]} == {"orders_3d"}
    (first, second) = current["versions"]
    assert (first["runs_as"], second["null_handling"], first["by"]) == (TRAINED.computation_logic, "zero_fill", "cora")
