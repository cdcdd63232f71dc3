"""How files are read is decided when a data set is added, stored, changeable, and what cannot be read is refused then."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid
from registry.data.actions.datasets import add_dataset, change_reading, take_snapshot
from registry.data.queries import locations
from registry.models import Dataset

SALES = "id;country;at;amount\n" + "\n".join(
    f"{row};{'NA' if row % 3 else 'DE'};{1 + row % 28:02}.01.2024;{row},5" for row in range(120)
)


def faults(refused) -> dict[str, str]:
    return {fault.field: fault.code for fault in refused.value.faults}


@pytest.fixture
def sales(cora, data_root):
    (data_root / "sales.csv").write_text(SALES)
    return add_dataset(name="sales", kind="csv", location="sales.csv", key=["id"], event_time="at", actor=cora)


def values(dataset: Dataset, name: str) -> list:
    return [row[name] for row in locations.of(dataset).first_rows(3)]


def test_what_is_found_is_stored_and_read_from_then_on(sales, data_root):
    assert sales.stated == {}
    assert sales.reading["kinds"] == {"id": "whole_number", "country": "text", "at": "date", "amount": "number"}
    assert (sales.reading["delimiter"], sales.reading["decimal"], sales.reading["date_formats"]) == (
        ";",
        ",",
        ["%d.%m.%Y"],
    )
    assert sales.inspection["rows"] == 120
    assert values(sales, "amount") == [0.5, 1.5, 2.5]
    (data_root / "sales.csv").write_text(
        "id;country;at;amount\n0;DE;01.01.2024;7\n"
    )  # as text it would be whole numbers
    assert values(Dataset.objects.get(name="sales"), "amount") == [7.0]


def test_a_change_keeps_what_was_stated_before_and_finds_the_rest_anew(sales, cora):
    change_reading(sales, {"null_words": ["", "NA"], "kinds": {"id": "text"}}, actor=cora)
    assert (values(sales, "country"), values(sales, "id")) == (["DE", None, None], ["0", "1", "2"])
    change_reading(sales, {"null_words": None}, actor=cora)
    assert sales.stated == {"kinds": {"id": "text"}}
    assert values(sales, "country") == ["DE", "NA", "NA"]
    change_reading(sales, {"kinds": {"id": None}}, actor=cora)
    assert (sales.stated, values(sales, "id")) == ({}, [0, 1, 2])
    event = AuditEvent.objects.order_by("sequence").last()
    assert (event.action, event.subject) == ("dataset.reading_changed", "dataset:sales")


def test_every_fault_of_what_is_stated_is_named_at_once(sales, cora):
    wrong = {"delimiter": "ab", "encoding": "klingon", "decimal": ";", "time_zone": "Berlin", "kinds": {"id": "money"}}
    with pytest.raises(Invalid) as refused:
        change_reading(sales, wrong, actor=cora)
    assert faults(refused) == dict.fromkeys(
        ["read.delimiter", "read.encoding", "read.decimal", "read.time_zone", "read.kinds.id"], "malformed"
    )
    with pytest.raises(Invalid) as refused:
        change_reading(sales, {"kinds": {"ident": "text", "at": "text"}}, actor=cora)
    assert faults(refused) == {"read.kinds.ident": "unknown_column", "event_time": "not_a_time"}


def parquet(data_root, **columns) -> dict[str, str]:
    pq.write_table(pa.table(columns), data_root / "rows.parquet")
    return {"name": "rows", "kind": "parquet", "location": "rows.parquet"}


NOT_TIMES = [
    (
        "whole numbers",
        [1_704_067_200],
        "when is int64, which is not a time. Read it as seconds_since_1970 or milliseconds",
    ),
    ("floats", [1.5], "when is double, which is not a time. Name another column."),
    ("words", ["soon", "later"], "2 of the first 2 cells of when are not dates or times."),
]


@pytest.mark.parametrize(("why", "cells", "sentence"), NOT_TIMES)
def test_an_event_time_is_a_time(why, cells, sentence, cora, data_root):
    with pytest.raises(Invalid) as refused:
        add_dataset(**parquet(data_root, when=cells), event_time="when", actor=cora)
    [fault] = refused.value.faults
    assert (fault.field, fault.code, sentence in fault.message) == ("event_time", "not_a_time", True), fault.message


TIMES = [
    ("seconds", [1_704_067_200], {"kinds": {"when": "seconds_since_1970"}}),
    ("milliseconds", [1_704_067_200_000], {"kinds": {"when": "milliseconds since 1970"}}),
    ("German dates", ["01.01.2024"], {"kinds": {"when": "timestamp"}, "date_formats": ["%d.%m.%Y"]}),
    ("in Berlin", ["2024-01-01 01:00"], {"kinds": {"when": "moment"}, "time_zone": "Europe/Berlin"}),
]


@pytest.mark.parametrize(("why", "cells", "read"), TIMES)
def test_numbers_and_text_are_times_when_the_description_says_how(why, cells, read, cora, data_root):
    added = add_dataset(**parquet(data_root, when=cells), event_time="when", read=read, actor=cora)
    assert [str(moment) for moment in values(added, "when")] == ["2024-01-01 00:00:00"]


def test_text_in_iso_8601_is_a_time_as_it_is(cora, data_root):
    added = add_dataset(**parquet(data_root, when=["2024-01-01T10:00:00", None]), event_time="when", actor=cora)
    assert (added.reading, values(added, "when")) == ({}, ["2024-01-01T10:00:00", None])


@pytest.mark.parametrize(
    ("kind", "read", "field"),
    [("parquet", {"delimiter": ";"}, "read.delimiter"), ("parquet", {"kinds": {"x": "text"}}, "read.kinds.x")],
)
def test_parquet_states_most_of_it_itself(kind, read, field, cora, data_root):
    with pytest.raises(Invalid) as refused:
        add_dataset(**parquet(data_root, x=[1.5]), read=read, actor=cora)
    assert list(faults(refused)) == [field]


def test_data_sets_with_the_same_bytes_have_a_snapshot_each(cora, data_root):
    taken = []
    for name in ("a", "b"):
        (data_root / f"{name}.csv").write_text("id,x\n1,2\n")
        added = add_dataset(name=name, kind="csv", location=f"{name}.csv", actor=cora)
        taken += [take_snapshot(added, actor=cora), take_snapshot(added, actor=cora)]
    assert [(snapshot.dataset.name, created) for snapshot, created in taken] == [
        ("a", True),
        ("a", False),
        ("b", True),
        ("b", False),
    ]
    assert len({snapshot.digest for snapshot, _ in taken}) == 1


REASONS = [
    ("gone.csv", None, "not_found"), ("../x.csv", None, "not_allowed"), ("nothing", None, "empty"), ("a.csv", b"", "empty_file"),
    ("a.csv", b"id,city\n1,Orl\xe9ans\n", "wrong_encoding"), ("a.csv", b"id,x\n1,2,3\n", "field_count"),
    ("a.csv", b"id,id\n1,2\n", "repeated_column"), ("a.csv", b'id,x\n1,"2\n3,4\n', "open_quote"),
    ("a.parquet", b"id,x\n1,2\n", "not_parquet"), ("a.parquet", b"", "empty_file"), ("lake", None, "delta_table"),
]  # fmt: skip


@pytest.mark.parametrize(("location", "content", "code"), REASONS)
def test_each_refusal_of_a_file_has_its_reason(location, content, code, cora, data_root):
    (data_root / "nothing").mkdir()
    (data_root / "lake/_delta_log").mkdir(parents=True)
    if content is not None:
        (data_root / location).write_bytes(content)
    kind = "parquet" if location.endswith(("parquet", "lake")) else "csv"
    with pytest.raises(Invalid) as refused:
        add_dataset(name="a", kind=kind, location=location, actor=cora)
    assert faults(refused) == {"location": code}
    assert not Dataset.objects.filter(name="a").exists()


def test_a_data_set_that_was_added_before_is_read_as_its_files_say(cora, data_root):
    (data_root / "old.csv").write_text("id,zip,at\n1,02134,2024-01-01\n")
    old = add_dataset(name="old", kind="csv", location="old.csv", actor=cora)
    described = locations.of(old).describe()
    Dataset.objects.update(reading={}, inspection={})
    old = Dataset.objects.get()
    assert locations.of(old).describe() == described
    assert values(old, "zip") == ["02134"]
