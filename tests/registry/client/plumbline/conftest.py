"""A server that really runs, as the package sees it."""

from __future__ import annotations

import pytest

from platform_site.access import SYSTEM
from platform_site.people.actions import make_token
from registry.client import plumbline


@pytest.fixture
def server_of(live_server, people):
    """The server by a token of that person: `server_of("approver", "read", "approve")`."""

    def connect(person: str, *scopes: str) -> plumbline.Server:
        token = make_token(people[person], scopes=scopes or ("read", "write"), actor=SYSTEM)
        return plumbline.Server(live_server.url, token)

    return connect


@pytest.fixture
def server(server_of) -> plumbline.Server:
    return server_of("contributor")
