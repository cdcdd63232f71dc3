"""The small registry of tests/registry."""

from tests.registry.conftest import (
    cora,
    data_root,
    feature,
    in_production,
    model,
    model_version,
    orders,
    teams,
)

__all__ = ["cora", "data_root", "feature", "in_production", "model", "model_version", "orders", "teams"]
