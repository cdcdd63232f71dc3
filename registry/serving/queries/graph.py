"""The dependency graph around a source table, a feature or a model."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db.models import QuerySet
from django.urls import reverse

from registry.data.queries.source_tables import in_force
from registry.lineage.queries.columns import chain_of, traced
from registry.lineage.rules.columns import Traced
from registry.lineage.rules.steps import steps_before
from registry.models import (
    Feature,
    FeatureVersion,
    LineageDataset,
    LineageJob,
    ModelVersion,
    RegisteredModel,
    ServedShare,
    ServingRevision,
    SnapshotEntry,
    SourceTable,
)
from registry.serving.queries.deployments import serving_now
from registry.serving.rules.graph import DEEPEST, Graph, Node
from registry.versions.queries.blocked import blocked_in_production

MOST_TRACED = 20  # source tables of one drawing whose jobs are shown
MOST = 5_000  # entries read for one drawing; a drawing of more could not be read


def around_feature(feature: Feature) -> Graph:
    """Every version of a feature with what it is computed from, and every model version trained on one of them."""
    entries = _entries().filter(feature=feature)[:MOST]
    return _graph(list(feature.versions.select_related("feature")), list(entries))


def around_model(model: RegisteredModel) -> Graph:
    """Every version of a model with what it was trained on."""
    entries = list(_entries().filter(snapshot__model_version__model=model)[:MOST])
    return _graph([entry.feature_version for entry in entries], entries)


def around_source(name: str) -> Graph:
    """Every feature version over a source table, and every model version trained on one of them."""
    versions = list(FeatureVersion.objects.filter(source_table=name).select_related("feature")[:MOST])
    entries = _entries().filter(feature_version__source_table=name)[:MOST]
    return _graph(versions, list(entries))


def _entries() -> QuerySet[SnapshotEntry]:
    return SnapshotEntry.objects.select_related("feature_version__feature", "snapshot__model_version__model").order_by(
        "feature__name", "feature_version__number", "pk"
    )


def _graph(versions: Sequence[FeatureVersion], entries: Sequence[SnapshotEntry]) -> Graph:
    drawn = ModelVersion.objects.filter(pk__in={entry.snapshot.model_version_id for entry in entries})
    blocked = {version.pk for version in blocked_in_production(drawn)} if entries else set()
    names = {version.source_table for version in versions}
    tables = _table_nodes(names)
    revisions = list(
        serving_now().filter(model__in={entry.snapshot.model_version.model_id for entry in entries})[:MOST]
    )
    where = _places(revisions)
    nodes: dict[str, Node] = {}
    edges: set[tuple[str, str]] = set()
    for version in versions:
        table, own = f"table:{version.source_table}", f"feature:{version.pk}"
        nodes[table] = tables.get(version.source_table) or Node(table, 0, version.source_table, "not registered")
        nodes[own] = _feature_node(own, version)
        edges.add((table, own))
    for entry in entries:
        trained = entry.snapshot.model_version
        own = f"model:{trained.pk}"
        nodes[own] = _model_node(own, trained, blocked)
        edges.add((f"feature:{entry.feature_version_id}", own))
        for place in where.get(trained.pk, ()):
            nodes[place.key] = place
            edges.add((own, place.key))
    before = _before_tables(names)
    return Graph((*nodes.values(), *before.nodes), frozenset(edges) | before.edges)


def _before_tables(names: Collection[str]) -> Graph:
    """The jobs and data sets that lineage events report before source tables, each as far left as it has to be."""
    nodes: dict[str, Node] = {}
    edges: set[tuple[str, str]] = set()
    for table in SourceTable.objects.filter(name__in=names).select_related("current__dataset")[:MOST_TRACED]:
        chain = chain_of(table)
        if chain is None:
            continue
        for step in steps_before(chain.start, chain.writers, chain.reads, deepest=DEEPEST):
            job, data = f"job:{step.job}", f"data:{step.dataset}"
            target = f"table:{table.name}" if step.dataset in chain.start else data
            if step.is_written:
                nodes[job] = _further(nodes.get(job), _job_node(job, chain.jobs[step.job], step.column))
                edges.add((job, target))
            else:
                nodes[data] = _further(nodes.get(data), _data_node(data, chain.datasets[step.dataset], step.column))
                edges.add((data, job))
    return Graph(tuple(nodes.values()), frozenset(edges))


def traced_columns(graph: Graph) -> list[tuple[str, Traced]]:
    """The source tables of a graph of which lineage events say where their columns come from."""
    if not any(node.column < 0 for node in graph.nodes):
        return []
    names = [node.label for node in graph.nodes if node.column == 0]
    tables = SourceTable.objects.filter(name__in=names).select_related("current__dataset").order_by("name")
    return [(table.name, columns) for table in tables[:MOST_TRACED] if (columns := traced(table)).total]


def _further(known: Node | None, node: Node) -> Node:
    return node if known is None or node.column < known.column else known


def _job_node(key: str, job: LineageJob, column: int) -> Node:
    return Node(key, column, job.label.rpartition("/")[2], f"{job.integration or 'job'}, {job.namespace}")


def _data_node(key: str, data: LineageDataset, column: int) -> Node:
    return Node(key, column, data.name, data.namespace)


def _table_nodes(names: Collection[str]) -> dict[str, Node]:
    """The source tables of these names, each with the version in force."""
    return {
        row.source_table.name: Node(
            f"table:{row.source_table.name}",
            0,
            row.source_table.name,
            f"version {row.number}, {row.name}",
            url=reverse("registry:source_table", args=[row.source_table.name]),
        )
        for row in in_force(names)
    }


def _places(revisions: Sequence[ServingRevision]) -> dict[int, list[Node]]:
    """For each version with traffic, the environments that it serves in."""
    nodes: dict[int, list[Node]] = {}
    for revision in revisions:
        shares = list(revision.shares.all())
        note = ", ".join(f"{share.model_version.version} {_share_words(share)}" for share in shares)
        node = Node(
            f"serving:{revision.pk}",
            3,
            f"{revision.environment}, revision {revision.number}",
            note,
            url=reverse("registry:serving", args=[revision.model.name]),
        )
        for share in shares:
            nodes.setdefault(share.model_version_id, []).append(node)
    return nodes


def _share_words(share: ServedShare) -> str:
    return f"{share.percent}%" if share.percent else "shadow, 0%"


def _feature_node(key: str, version: FeatureVersion) -> Node:
    current = version.feature.current_id == version.pk
    return Node(
        key,
        1,
        version.name,
        f"{version.feature.name}, number {version.number}",
        group=version.feature.name,
        tone="current" if current else "",
        url=reverse("registry:feature", args=[version.feature.name]) + f"#v{version.name}",
    )


def _model_node(key: str, version: ModelVersion, blocked: set[int]) -> Node:
    return Node(
        key,
        2,
        str(version),
        version.stage,
        group=version.model.name,
        tone="BLOCKED" if version.pk in blocked else "",
        url=reverse("registry:model_version", args=[version.model.name, version.version]),
    )
