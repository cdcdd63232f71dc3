"""Which aliases moved since a server was read last."""

from __future__ import annotations

from platform_site.environment.mlflow import MlflowServer
from registry.imports.queries.alias_moves import alias_moves
from tests.registry.versions.observations import ORIGIN, observed


def named(**aliases: str) -> list[object]:
    listed = [{"alias": alias, "version": version} for alias, version in aliases.items()]
    return [{"name": "Demand", "aliases": listed}, {"name": "Other", "aliases": listed}, {"aliases": "x"}, 7]


def test_a_move_names_the_version_before_and_what_is_new_or_gone_is_a_move_too(in_production, orders, cora):
    server = MlflowServer("eu", ORIGIN)
    assert alias_moves(server, named(champion="8")) == [], "its model was never read"
    observed(in_production.model, orders, cora, "7", "champion", "canary")
    assert alias_moves(server, named(champion="7", canary="7")) == []
    moves = [
        (event.action, event.alias, event.version, event.before)
        for event in alias_moves(server, named(champion="8", live="7"))
    ]
    assert moves == [("created", "champion", "8", "7"), ("created", "live", "7", ""), ("deleted", "canary", "", "")]
    assert alias_moves(server, []) == []
