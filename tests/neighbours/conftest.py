"""The small registry of tests/registry, for tests with the programs of other tools."""

from tests.registry.conftest import cora, data_root, feature, model, model_version, orders, teams

__all__ = ["cora", "data_root", "feature", "model", "model_version", "orders", "teams"]
