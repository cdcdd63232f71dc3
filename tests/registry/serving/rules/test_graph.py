import pytest

from registry.serving.rules.graph import BOX, COLUMNS, HIGH, READABLE, ROW, Graph, Node, fold, layout


def graph(features=1, versions=1, models=1):
    """One source table; each feature with so many versions, each of them behind so many model versions."""
    nodes, edges = [Node("t", 0, "orders")], set()
    for feature in range(features):
        for version in range(versions):
            own = f"f{feature}v{version}"
            nodes.append(Node(own, 1, own, group=f"feature {feature}", url="/f"))
            edges.add(("t", own))
            for model in range(models):
                trained = f"{own}m{model}"
                nodes.append(Node(trained, 2, trained, group=f"model {model}"))
                edges |= {(own, trained), (trained, "production")}
    nodes.append(Node("production", 3, "Production"))
    return Graph(tuple(nodes), frozenset(edges))


def test_a_small_graph_is_shown_whole():
    assert fold(graph(2, 3, 4)) == graph(2, 3, 4)


@pytest.mark.parametrize(
    ("shape", "features", "models"),
    [((2, 30, 1), 2, 1), ((60, 1, 1), 12, 1), ((1, 1, 60), 1, 12), ((40, 5, 3), 40, 3), ((3, 10, 2), 3, 2)],
)
def test_a_large_one_folds_until_it_can_be_read(shape, features, models):
    shown = fold(graph(*shape))
    assert len(shown.nodes) <= READABLE
    columns = [[node for node in shown.nodes if node.column == column] for column in range(len(COLUMNS))]
    assert len(columns[1]) == features
    assert len(columns[2]) <= max(models, 12)
    assert sum(node.holds for node in shown.nodes) == len(graph(*shape).nodes)
    known = {node.key for node in shown.nodes}
    assert all(start in known and end in known for start, end in shown.edges)


def test_what_is_folded_says_so_and_leads_where_its_members_did():
    folded = [node for node in fold(graph(2, 30, 1)).nodes if node.column == 1]
    assert [(node.label, node.note, node.url) for node in folded] == [
        ("feature 0", "30 versions", "/f"),
        ("feature 1", "30 versions", "/f"),
    ]
    more = [node for node in fold(graph(60, 1, 1)).nodes if node.key.endswith("/more")]
    assert "more" in more[0].label


@pytest.mark.parametrize("shape", [(1, 1, 1), (2, 3, 4), (40, 5, 3)])
def test_no_box_lies_on_another_and_every_curve_goes_to_the_right(shape):
    drawing = layout(fold(graph(*shape)))
    corners = [(placed.x, placed.y) for placed in drawing.placed]
    assert len(set(corners)) == len(corners)
    assert HIGH < ROW
    assert all(x + BOX <= drawing.width and y + HIGH <= drawing.height for x, y in corners)
    for curve in drawing.curves:
        numbers = [int(part) for part in curve.replace("M", "").replace("C", "").replace(",", " ").split()]
        assert numbers[0] < numbers[-2]


def test_neighbours_stand_side_by_side():
    nodes = (Node("a", 0, "a"), Node("b", 0, "b"), Node("x", 1, "x"), Node("y", 1, "y"))
    drawing = layout(Graph(nodes, frozenset({("a", "y"), ("b", "x")})))
    row = {placed.node.key: placed.y for placed in drawing.placed}
    assert (row["y"], row["x"]) == (row["a"], row["b"])
