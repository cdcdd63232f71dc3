"""The dependency graph: what other tools report before a source table → source tables → feature versions → model versions →
where they serve, laid out to be read (F6).

A column below 0 is before the source tables: -1 the jobs that write them, -2 the data sets that those read, and so on.

>>> graph = Graph((Node("t", 0, "orders"), Node("f", 1, "orders_7d")), frozenset({("t", "f")}))
>>> [(placed.node.label, placed.x < WIDTH) for placed in layout(graph).placed]
[('orders', True), ('orders_7d', True)]
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

COLUMNS = ("Source tables", "Feature versions", "Model versions", "Serving")
READABLE = 50
BOX, GAP, HIGH, ROW = 210, 66, 44, 56  # pixels: a box's width, the gap between columns, a box's height, a row's
TOP = 32  # room for the columns' headings
WIDTH = len(COLUMNS) * BOX + (len(COLUMNS) - 1) * GAP
JOBS, DATA_SETS = "Jobs", "Data sets"
DEEPEST = 8  # columns before the source tables


class Node(NamedTuple):
    """A node: its column (an index into `COLUMNS`), its label, and the group it folds into when there are too many.

    ``note`` is shown below the label, ``tone`` is a state, ``url`` its page; ``holds`` counts the folded nodes.
    """

    key: str
    column: int
    label: str
    note: str = ""
    group: str = ""
    tone: str = ""
    url: str = ""
    holds: int = 1


class Graph(NamedTuple):
    """Nodes, and edges as pairs of their keys, from left to right."""

    nodes: tuple[Node, ...]
    edges: frozenset[tuple[str, str]]


class Placed(NamedTuple):
    """A node with the upper left corner of its box, in pixels."""

    node: Node
    x: int
    y: int


class Drawing(NamedTuple):
    """A graph as it is drawn: boxes, curves as SVG paths, the size of it all and the columns' headings, in pixels."""

    placed: tuple[Placed, ...]
    curves: tuple[str, ...]
    width: int
    height: int
    columns: tuple[tuple[str, int], ...] = ()


def fold(graph: Graph, limit: int = READABLE) -> Graph:
    """The graph with at most ``limit`` nodes: versions fold into their feature, then into their model, then each
    column keeps its first nodes and counts the rest."""
    for column in (1, 2):
        if len(graph.nodes) <= limit:
            return graph
        graph = _merged(graph, {n.key: f"{column}/{n.group}" for n in graph.nodes if n.column == column and n.group})
    if len(graph.nodes) <= limit:
        return graph
    columns = _columns(graph)
    shown = max(limit // len(columns) - 1, 1)
    rest: dict[str, str] = {}
    for column in columns:
        beyond = [node for node in graph.nodes if node.column == column][shown:]
        rest |= {node.key: f"{column}/more" for node in beyond} if len(beyond) > 1 else {}
    return _merged(graph, rest)


def layout(graph: Graph) -> Drawing:
    """Place every node in its column, in an order in which few curves cross."""
    order, columns = _ordered(graph), _columns(graph)
    first = columns[0]
    placed = {
        node.key: Placed(node, (column - first) * (BOX + GAP), TOP + row * ROW)
        for column, nodes in order.items()
        for row, node in enumerate(nodes)
    }
    curves = tuple(_curve(placed[start], placed[end]) for start, end in sorted(graph.edges))
    height = TOP + max((len(nodes) for nodes in order.values()), default=0) * ROW
    headings = tuple((heading(column), (column - first) * (BOX + GAP)) for column in columns)
    width = len(columns) * BOX + (len(columns) - 1) * GAP
    return Drawing(tuple(placed.values()), curves, width, height, headings)


def heading(column: int) -> str:
    """What stands above a column.

    >>> heading(-2), heading(-1), heading(0)
    ('Data sets', 'Jobs', 'Source tables')
    """
    return COLUMNS[column] if column >= 0 else DATA_SETS if column % 2 == 0 else JOBS


def _columns(graph: Graph) -> range:
    return range(min((node.column for node in graph.nodes if node.column < 0), default=0), len(COLUMNS))


def _merged(graph: Graph, into: Mapping[str, str]) -> Graph:
    """The graph with each node of ``into`` merged into the group it names; a group of one stays as it is."""
    members: dict[str, list[Node]] = defaultdict(list)
    for node in graph.nodes:
        if node.key in into:
            members[into[node.key]].append(node)
    alone = {nodes[0].key for nodes in members.values() if len(nodes) == 1}
    merged = {key: target for key, target in into.items() if key not in alone}
    folded = [_folded(key, members[key]) for key in dict.fromkeys(merged.values())]
    edges = {(merged.get(start, start), merged.get(end, end)) for start, end in graph.edges}
    unmerged = [node for node in graph.nodes if node.key not in merged]
    return Graph((*unmerged, *folded), frozenset(edges))


def _folded(key: str, nodes: list[Node]) -> Node:
    first, count = nodes[0], sum(node.holds for node in nodes)
    more = key.endswith("/more")
    label = f"and {count} more" if more else first.group
    tones = {node.tone for node in nodes}
    return Node(
        key, first.column, label, "" if more else f"{count} versions", tone=tones.pop() if len(tones) == 1 else "",
        url="" if more else first.url, holds=count,
    )  # fmt: skip


def _ordered(graph: Graph) -> dict[int, list[Node]]:
    """The nodes of each column, ordered by the mean row of their neighbours on the left."""
    before: dict[str, list[str]] = defaultdict(list)
    for start, end in graph.edges:
        before[end].append(start)
    order: dict[int, list[Node]] = {}
    rows: dict[str, int] = {}
    for column in _columns(graph):
        nodes = [node for node in graph.nodes if node.column == column]
        order[column] = sorted(
            nodes, key=lambda node: (_mean(rows[k] for k in before[node.key] if k in rows), node.label)
        )
        rows |= {node.key: row for row, node in enumerate(order[column])}
    return order


def _mean(values: Iterable[int]) -> float:
    numbers = list(values)
    return sum(numbers) / len(numbers) if numbers else 0.0


def _curve(start: Placed, end: Placed) -> str:
    left, right = start.x + BOX, end.x
    y, to, middle = start.y + HIGH // 2, end.y + HIGH // 2, (left + right) // 2
    return f"M{left},{y} C{middle},{y} {middle},{to} {right},{to}"
