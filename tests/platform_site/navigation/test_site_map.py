"""The map of the site: five groups of at most five, each page once."""

from __future__ import annotations

from collections import Counter

from platform_site.navigation import places, site_map


def test_the_navigation_is_five_groups_of_at_most_five():
    assert [(group.heading, [place.label for place in group.places]) for group in site_map.SITE] == [
        ("", ["Home"]),
        ("Assess", ["Health", "Strategy", "Tickets", "Adoption", "Postmortems"]),
        ("Registry", ["Models", "Features", "Data"]),
        ("Quality", ["Checks", "Alerts"]),
        ("Change", ["Approvals", "Deployments", "Exceptions", "Policies"]),
    ]
    assert [place.label for place in site_map.FOOT] == ["Audit", "Settings", "Help"]


def test_no_page_is_in_the_map_twice_and_each_has_an_address():
    names = [chain[-1].url_name for chain in places.chains()]
    assert [name for name, count in Counter(names).items() if count > 1] == []
    assert [name for name in names if not places.url_of(name)] == []
    assert places.url_of("registry:nowhere") == ""


def test_each_action_has_an_address():
    actions = [action for chain in places.chains() for action in chain[-1].actions]
    assert len(actions) > 10
    assert [action for action in actions if not places.url_of(action.url_name)] == []
