"""Where the columns of a source table come from, as events reported it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet

from registry.lineage.queries.chains import Chain, chain_behind
from registry.lineage.queries.matches import matches
from registry.lineage.rules import columns as rules
from registry.lineage.rules.columns import Column, Traced, TracedColumn
from registry.lineage.rules.events import key_of
from registry.models import LineageDataset, SourceTable

MOST_NAMED = 50


def datasets_of(table: SourceTable) -> list[LineageDataset]:
    """The data sets of other tools that are this table: bound by its owner, or at the same address."""
    named = LineageDataset.objects.filter(source_table=table) | _possible(table)
    rows = list(named.select_related("source_table").order_by("pk")[:MOST_NAMED])
    return [match.dataset for match in matches(rows) if match.is_certain and match.table.pk == table.pk]


def chain_of(table: SourceTable) -> Chain | None:
    """The jobs and data sets behind a source table; None where no event named it."""
    datasets = datasets_of(table)
    return chain_behind([data.pk for data in datasets]) if datasets else None


def traced(table: SourceTable) -> Traced:
    """The columns of a source table, each with those that it is computed from."""
    chain = chain_of(table)
    return traced_in(chain) if chain else Traced()


def traced_in(chain: Chain) -> Traced:
    """The columns of the data sets that a chain begins with."""
    steps = {
        (chain.datasets[pk].key, column): [(key_of(namespace, name), field) for namespace, name, field in inner]
        for pk, by_column in chain.columns.items()
        for column, inner in by_column.items()
    }
    names = {data.key: data.name for data in chain.datasets.values()}
    own = [chain.datasets[pk] for pk in chain.start]
    listed: list[TracedColumn] = []
    others: list[str] = []
    for data in own:
        reported = [field["name"] for field in data.fields]
        known = [column for key, column in steps if key == data.key]
        for column in dict.fromkeys([*reported, *known]):
            before = steps.get((data.key, column), [])
            if before:
                first = rules.origins(steps, (data.key, column))
                listed.append(TracedColumn(column, _named(before, names), _named(first, names)))
            else:
                others.append(column)
    return Traced(listed, others)


def _possible(table: SourceTable) -> QuerySet[LineageDataset]:
    """The data sets whose name ends as the table's data set does: which of them it is, `matches` decides."""
    dataset = table.current.dataset if table.current else None
    if dataset is None:
        return LineageDataset.objects.none()
    return LineageDataset.objects.filter(source_table=None, name__endswith=dataset.location.rstrip("/"))


def _named(columns: Sequence[Column], names: dict[str, str]) -> list[Column]:
    return [(names.get(key, key[:12]), column) for key, column in columns]
