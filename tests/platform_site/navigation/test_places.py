"""Where addresses lie: each under one entry of the navigation."""

from __future__ import annotations

import pytest
from django.urls import NoReverseMatch

from platform_site.navigation import places, site_map
from tests.access.matrix import addresses

ALONE = (
    "/login/",
    "/logout/",
    "/password/reset/",
    "/healthz",
    "/readyz",
    "/metrics",
    "/gate.py",
    "/simple/",
    "/registry/verify.py",
    "/api/",
)  # pages without navigation
SAMPLES = {"<int:pk>": "7", "<int:place>": "1", "<int:item>": "3", "<int:rank>": "1"}


def sample(pattern: str) -> str:
    for part, value in SAMPLES.items():
        pattern = pattern.replace(part, value)
    while "<" in pattern:
        before, _, rest = pattern.partition("<")
        pattern = f"{before}some-name{rest.partition('>')[2]}"
    return pattern


def paths() -> list[str]:
    return sorted(
        {sample(pattern) for pattern, _ in addresses() if "(?P" not in pattern and not pattern.startswith(ALONE)}
    )


def test_every_address_of_the_site_lies_under_an_entry_of_the_navigation():
    """Home is where an address lies that nobody placed: only `/` may."""
    chains = {path: places.trail(path) for path in paths() if path != "/"}
    assert len(chains) > 500
    assert {chain[0] for chain in chains.values()} <= {*places.entries()}
    unplaced = [path for path, chain in chains.items() if chain == (site_map.HOME,) and path not in site_map.HOME.under]
    assert unplaced == [], "say in platform_site/navigation/site_map.py under which page each lies"


@pytest.mark.parametrize(
    ("path", "labels"),
    [
        ("/", ["Home"]),
        ("/nowhere/", ["Home"]),
        ("/registry/models/eta/v3/", ["Models"]),
        ("/registry/source-tables/flights/edit/", ["Data", "Source tables"]),
        ("/organizations/exampleco/levels/", ["Health", "Organizations"]),
        ("/organizations/exampleco/strategy/sourcing/3/", ["Strategy"]),
        ("/organizations/", ["Health", "Organizations"]),
        ("/initiatives/4/", ["Strategy", "Initiatives"]),
        ("/tickets/campaigns/2/", ["Tickets", "Labelling campaigns"]),
        ("/registry/change-requests/1/", ["Approvals"]),
        ("/account/services/ci/", ["Settings", "Account", "Service accounts"]),
        ("/teams/forecasting/", ["Settings", "Teams"]),
        ("/guide/skew/", ["Help", "Guide"]),
    ],
)
def test_the_trail_of_an_address(path, labels):
    assert [page.label for page in places.trail(path)] == labels


def test_an_installation_without_a_page_has_no_way_to_it(monkeypatch):
    def reverse(name):
        raise NoReverseMatch

    monkeypatch.setattr(places, "reverse", reverse)
    assert places.url_of("dashboard") == ""
