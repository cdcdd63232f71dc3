"""The figures are of both apps: a model in production, and an organization with its assessment."""

from tests.assessments.conftest import draft, lea, organization, published
from tests.registry.conftest import cora, data_root, feature, in_production, model, model_version, orders, second, teams

__all__ = [
    "cora", "data_root", "draft", "feature", "in_production", "lea", "model", "model_version", "orders", "organization",
    "published", "second", "teams",
]  # fmt: skip
