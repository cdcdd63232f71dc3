"""An OpenLineage event, checked and reduced to what is read here: job, code, data sets, columns.

Whatever a producer adds beside is left out by name, so that nobody's environment or query plan is stored.

>>> event = read({"eventTime": "2026-11-05T08:00:00Z", "eventType": "COMPLETE", "producer": "https://dbt.example",
...               "run": {"runId": "01a22e0d-b9c2-7548-9f5a-db18cc95ed17"}, "job": {"namespace": "dbt", "name": "orders"},
...               "outputs": [{"namespace": "duckdb://shop", "name": "main.orders"}]})
>>> event.kind, event.is_complete, event.job.label, [output.name for output in event.outputs]
('run', True, 'dbt/orders', ['main.orders'])
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

MOST_DATASETS, MOST_COLUMNS, MOST_INPUT_COLUMNS = 500, 2_000, 10_000
LONGEST_NAMESPACE, LONGEST_NAME, LONGEST_CODE, LONGEST_PRODUCER, LONGEST_COLUMN = 500, 1_000, 200_000, 500, 300
TYPES = ("START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER")
COMPLETE = "COMPLETE"
READ = {"sql", "sourceCode", "jobType", "dbt_node", "schema", "columnLineage", "nominalTime"}  # the facets
AHEAD = timedelta(minutes=10)
DIALECTS = {  # by the scheme of an output's namespace, where the event itself names none
    "postgres": "postgres", "postgresql": "postgres", "bigquery": "bigquery", "snowflake": "snowflake", "duckdb": "duckdb",
    "redshift": "redshift", "trino": "trino", "mysql": "mysql", "awsathena": "athena", "databricks": "databricks",
    "spark": "spark", "hive": "spark", "sqlserver": "tsql", "mssql": "tsql", "clickhouse": "clickhouse", "sqlite": "sqlite",
}  # fmt: skip


class Fault(NamedTuple):
    """What is wrong with an event: the field, a code and a sentence."""

    field: str
    code: str
    sentence: str


class NotAnEvent(ValueError):
    """The value is not an event that can be taken; ``faults`` has every reason."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(" ".join(fault.sentence for fault in self.faults))


class NamedData(NamedTuple):
    """A data set as an event names it, with what it says of its columns: types, and from which columns each comes."""

    namespace: str
    name: str
    fields: tuple[tuple[str, str], ...] = ()
    columns: Mapping[str, list[list[str]]] = {}

    @property
    def key(self) -> str:
        """What it is stored under."""
        return key_of(self.namespace, self.name)


class Job(NamedTuple):
    """A job as an event names it. ``identity`` is one for a job that runs under several names, as dbt's do."""

    namespace: str
    name: str
    identity: str = ""
    label: str = ""
    text: str = ""
    dialect: str = ""
    integration: str = ""

    @property
    def key(self) -> str:
        """What it is stored under."""
        return key_of(self.namespace, self.name)


class Event(NamedTuple):
    """What an event says. ``dates``: the days of its run, which code may have been rendered with."""

    kind: str
    event_time: datetime
    producer: str
    event_type: str = ""
    run_id: str = ""
    job: Job | None = None
    inputs: tuple[NamedData, ...] = ()
    outputs: tuple[NamedData, ...] = ()
    dates: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether it describes a job as it now runs: a completed run, or a job described without a run."""
        return self.event_type == COMPLETE if self.kind == "run" else self.kind == "job"

    @property
    def key(self) -> str:
        """The same for the same run, type and time of a job; of events without a run, for the same content."""
        job = self.job.key if self.job else ""
        content = self.run_id or json.dumps(self.as_dict(), sort_keys=True)
        return key_of(self.kind, content, self.event_type, self.event_time.isoformat(), job)

    def as_dict(self) -> dict[str, Any]:
        """As it is stored as JSON."""
        return {
            "producer": self.producer,
            "job": self.job._asdict() if self.job else None,
            "inputs": [data._asdict() for data in self.inputs],
            "outputs": [data._asdict() for data in self.outputs],
            "dates": list(self.dates),
        }


def key_of(*parts: str) -> str:
    """A SHA-256 over several texts."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def stored_event(content: Mapping[str, Any], **others: Any) -> Event:
    """An event from its stored JSON; ``others`` are the columns beside it."""
    inputs, outputs = (tuple(_stored_data(data) for data in content[side]) for side in ("inputs", "outputs"))
    job = Job(**content["job"]) if content["job"] else None
    return Event(
        producer=content["producer"], job=job, inputs=inputs, outputs=outputs, dates=tuple(content["dates"]), **others
    )


def merged(events: Iterable[Event]) -> Event:
    """What several events of one run say together, the last of them above all: SQL is often in the first alone."""
    first, *others = sorted(events, key=lambda event: event.event_time)
    for event in others:
        first = event._replace(
            job=_with_code_of(event.job, first.job),
            inputs=_united(event.inputs, first.inputs),
            outputs=_united(event.outputs, first.outputs),
            dates=tuple(dict.fromkeys((*event.dates, *first.dates))),
        )
    return first


def read(body: Any, *, now: datetime | None = None) -> Event:
    """The event that a body holds; raises NotAnEvent with every fault."""
    reader = _Reader()
    event = reader.event(body if isinstance(body, dict) else {}, now or datetime.now(UTC))
    if not isinstance(body, dict):
        raise NotAnEvent([Fault("", "kind", "Send one OpenLineage event: a JSON object.")])
    if reader.faults or event is None:
        raise NotAnEvent(reader.faults)
    return event


class _Reader:
    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.left_out: set[str] = set()

    def event(self, body: dict[str, Any], now: datetime) -> Event | None:
        kind = "run" if "run" in body else "job" if "job" in body else "dataset"
        if kind == "dataset" and "dataset" not in body:
            self._fault("run", "missing", "An event has a run with a job, a job alone, or a dataset.")
            return None
        at = self._time(body, "eventTime", now)
        producer = self._text(body, "producer", "", LONGEST_PRODUCER)
        run = self._object(body, "run", "") if kind == "run" else {}
        run_id = self._uuid(run) if kind == "run" else ""
        event_type = self._type(body) if kind == "run" else ""
        if kind == "dataset":
            outputs = tuple(self._data(body["dataset"], "dataset"))
            return Event(kind, at, producer, outputs=outputs, left_out=tuple(sorted(self.left_out)))
        inputs, outputs = (tuple(self._all_data(body, side)) for side in ("inputs", "outputs"))
        job = self._job(self._object(body, "job", ""), outputs)
        self._columns_bound(outputs)
        inputs = _united(inputs, tuple(_read_by_columns(outputs)))
        dates = tuple(_dates(self._facets(run, "run", ""), at))
        left = tuple(sorted(self.left_out))
        return Event(kind, at, producer, event_type, run_id, job, inputs, outputs, dates, left)

    def _fault(self, field: str, code: str, sentence: str) -> None:
        if len(self.faults) < 100:
            self.faults.append(Fault(field, code, sentence))

    def _object(self, of: Mapping[str, Any], name: str, place: str) -> dict[str, Any]:
        value = of.get(name)
        if isinstance(value, dict):
            return value
        field = f"{place}{name}"
        if value is not None:
            self._fault(field, "kind", f"{field} must be an object.")
        return {}

    def _text(self, of: Mapping[str, Any], name: str, place: str, longest: int) -> str:
        value, field = of.get(name), f"{place}{name}"
        if not isinstance(value, str) or not value.strip():
            self._fault(field, "missing" if value is None else "kind", f"{field} must be a text.")
            return ""
        if len(value) > longest:
            self._fault(field, "too_long", f"{field} has {len(value):,} characters; at most {longest:,} are taken.")
        return value

    def _time(self, body: Mapping[str, Any], name: str, now: datetime) -> datetime:
        text = self._text(body, name, "", 64)
        try:
            at = datetime.fromisoformat(text)
            at = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            if text:
                self._fault(name, "malformed", f"{name}: {text} is not a time such as 2026-11-05T08:00:00Z.")
            return now
        if at > now + AHEAD:
            self._fault(name, "future", f"{name}: {text} is more than 10 minutes ahead of the clock here.")
        return at

    def _uuid(self, run: Mapping[str, Any]) -> str:
        text = self._text(run, "runId", "run.", 64)
        try:
            return str(UUID(text)) if text else ""
        except ValueError:
            self._fault("run.runId", "malformed", f"run.runId: {text} is not a UUID.")
            return ""

    def _type(self, body: Mapping[str, Any]) -> str:
        value = body.get("eventType", "OTHER")
        if isinstance(value, str) and value in TYPES:
            return value
        self._fault("eventType", "unknown", f"eventType: {value!r:.80} is not a type. Choose {', '.join(TYPES)}.")
        return ""

    def _facets(self, of: Mapping[str, Any], what: str, place: str) -> dict[str, dict[str, Any]]:
        facets = of.get("facets") or {}
        if not isinstance(facets, dict):
            self._fault(f"{place}{what}.facets", "kind", f"{place}{what}.facets must be an object.")
            return {}
        known = {name: facet for name, facet in facets.items() if name in READ and isinstance(facet, dict)}
        self.left_out |= {f"{what}.{name}"[:200] for name in facets if name not in known}
        return known

    def _job(self, job: dict[str, Any], outputs: Iterable[NamedData]) -> Job:
        namespace = self._text(job, "namespace", "job.", LONGEST_NAMESPACE)
        name = self._text(job, "name", "job.", LONGEST_NAME)
        facets = self._facets(job, "job", "")
        sql, code, node = (facets.get(facet, {}) for facet in ("sql", "sourceCode", "dbt_node"))
        own = sql.get("query") or code.get("sourceCode")
        text = own if isinstance(own, str) else ""
        if len(text) > LONGEST_CODE:
            sentence = f"The code of {name} has {len(text):,} characters; at most {LONGEST_CODE:,} are taken."
            self._fault("job.facets.sql.query", "too_long", sentence)
        dialect = str(sql.get("dialect") or "").lower() if sql else str(code.get("language") or "").lower()
        if sql and not dialect:
            dialect = next((d for data in outputs if (d := DIALECTS.get(data.namespace.partition(":")[0].lower()))), "")
        label = str(node.get("original_file_path") or f"{namespace}/{name}")[:1600]
        identity = (
            f"{namespace}/{node['unique_id']}" if isinstance(node.get("unique_id"), str) else f"{namespace}/{name}"
        )
        integration = str(facets.get("jobType", {}).get("integration") or "")[:64]
        return Job(namespace, name, identity[:1600], label, text, dialect[:32], integration)

    def _all_data(self, body: Mapping[str, Any], side: str) -> Iterator[NamedData]:
        entries = body.get(side) or []
        if not isinstance(entries, list):
            self._fault(side, "kind", f"{side} must be a list.")
            return
        if len(entries) > MOST_DATASETS:
            self._fault(side, "too_many", f"{side} has {len(entries):,} entries; at most {MOST_DATASETS} are taken.")
            return
        for index, entry in enumerate(entries):
            yield from self._data(entry, f"{side}.{index}")

    def _data(self, entry: Any, place: str) -> Iterator[NamedData]:
        if not isinstance(entry, dict):
            self._fault(place, "kind", f"{place} must be an object.")
            return
        namespace = self._text(entry, "namespace", f"{place}.", LONGEST_NAMESPACE)
        name = self._text(entry, "name", f"{place}.", LONGEST_NAME)
        facets = self._facets(entry, "dataset", f"{place}.")
        yield NamedData(
            namespace, name, tuple(_fields(facets.get("schema", {}))), _columns(facets.get("columnLineage", {}))
        )

    def _columns_bound(self, outputs: Iterable[NamedData]) -> None:
        for index, data in enumerate(outputs):
            count = sum(map(len, data.columns.values()))
            if len(data.columns) > MOST_COLUMNS or len(data.fields) > MOST_COLUMNS or count > MOST_INPUT_COLUMNS:
                sentence = (
                    f"{data.name} has too many columns: at most {MOST_COLUMNS:,} with {MOST_INPUT_COLUMNS:,} inputs."
                )
                self._fault(f"outputs.{index}", "too_many", sentence)


def _fields(schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for field in _dicts(schema.get("fields")):
        if isinstance(field.get("name"), str):
            yield field["name"][:LONGEST_COLUMN], str(field.get("type") or "")[:LONGEST_COLUMN]


def _columns(lineage: Mapping[str, Any]) -> dict[str, list[list[str]]]:
    fields = lineage.get("fields")
    if not isinstance(fields, dict):
        return {}
    return {
        column[:LONGEST_COLUMN]: [
            [entry["namespace"][:LONGEST_NAMESPACE], entry["name"][:LONGEST_NAME], entry["field"][:LONGEST_COLUMN]]
            for entry in _dicts(described.get("inputFields"))
            if all(isinstance(entry.get(part), str) and entry[part] for part in ("namespace", "name", "field"))
        ]
        for column, described in fields.items()
        if isinstance(described, dict)
    }


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _dates(facets: Mapping[str, Mapping[str, Any]], at: datetime) -> Iterator[str]:
    """The days of a run: of the event, and those that the scheduler ran it for."""
    yield at.date().isoformat()
    nominal = facets.get("nominalTime", {})
    for name in ("nominalStartTime", "nominalEndTime"):
        try:
            yield datetime.fromisoformat(str(nominal.get(name))).date().isoformat()
        except ValueError:
            continue


def _read_by_columns(outputs: Iterable[NamedData]) -> Iterator[NamedData]:
    """The data sets that columns come from: some producers name them nowhere else."""
    outputs = list(outputs)
    own = {(data.namespace, data.name) for data in outputs}
    places = {(namespace, name) for data in outputs for inner in data.columns.values() for namespace, name, _ in inner}
    yield from (NamedData(*place) for place in sorted(places - own))


def _united(first: tuple[NamedData, ...], other: tuple[NamedData, ...]) -> tuple[NamedData, ...]:
    """The data sets of both sides, each once; what the first says of columns counts, and the other's where it is silent."""
    by_key = {data.key: data for data in other}
    for data in first:
        before = by_key.get(data.key)
        if before:
            data = data._replace(fields=data.fields or before.fields, columns=data.columns or before.columns)
        by_key[data.key] = data
    return tuple(by_key[key] for key in sorted(by_key))


def _with_code_of(job: Job | None, before: Job | None) -> Job | None:
    if job is None or before is None or job.text:
        return job
    return job._replace(text=before.text, dialect=before.dialect, identity=before.identity, label=before.label)


def _stored_data(data: Mapping[str, Any]) -> NamedData:
    return NamedData(data["namespace"], data["name"], tuple(map(tuple, data["fields"])), data["columns"])
