"""The small registry of tests/registry, for tests with the programs of other tools; and a server that really runs over it."""

from __future__ import annotations

import pytest

from platform_site.access import SYSTEM
from platform_site.people.actions import make_token
from tests.assessments.conftest import draft, lea, organization, published
from tests.registry.conftest import cora, data_root, feature, in_production, model, model_version, orders, teams

__all__ = [
    "cora", "data_root", "draft", "feature", "in_production", "lea", "model", "model_version", "orders", "organization",
    "published", "teams",
]  # fmt: skip


@pytest.fixture
def plumbline(live_server, people) -> dict[str, str]:
    """Where the server is and a contributor's token, as variables of the environment."""
    token = make_token(people["contributor"], scopes=("read", "write"), actor=SYSTEM)
    return {"PLUMBLINE_SERVER": live_server.url, "PLUMBLINE_TOKEN": token}
