"""A registry with a trained model, and an organization."""

from tests.assessments.conftest import lea, organization
from tests.registry.conftest import cora, data_root, feature, in_production, model, model_version, orders, teams

__all__ = [
    "cora",
    "data_root",
    "feature",
    "in_production",
    "lea",
    "model",
    "model_version",
    "orders",
    "organization",
    "teams",
]
