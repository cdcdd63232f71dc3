"""The navigation and the breadcrumbs of every page, from the map of the site. `{% load navigation %}`."""

from __future__ import annotations

from typing import Any, NamedTuple

from django import template

from platform_site.navigation import places, site_map

register = template.Library()


class Link(NamedTuple):
    """An entry of the navigation: whether the reader is at it or under it, and how much waits there."""

    label: str
    url: str
    icon: str
    is_lit: bool
    is_here: bool
    waiting: int = 0


class Crumb(NamedTuple):
    """A page above the one that is shown, or that page itself."""

    label: str
    url: str
    is_here: bool


@register.simple_tag(takes_context=True)
def nav(context: template.Context) -> list[tuple[str, list[Link]]]:
    """The navigation, as (heading, links); a page that this installation does not have is left out."""
    path = _path(context)
    lit, badges = places.trail(path)[0], _badges(context)
    groups = [*site_map.SITE, site_map.Group("", site_map.FOOT)]
    links = [(group.heading, [_link(place, path, lit, badges) for place in group.places]) for group in groups]
    existing = [(heading, [link for link in group if link.url]) for heading, group in links]
    return [(heading, group) for heading, group in existing if group]


def _link(place: site_map.Page, path: str, lit: site_map.Page, badges: dict[str, int]) -> Link:
    url = places.url_of(place.url_name)
    return Link(place.label, url, place.icon, place is lit, url == path, badges.get(place.url_name, 0))


@register.simple_tag(takes_context=True)
def trail(context: template.Context) -> list[Crumb]:
    """The breadcrumbs that the map knows; the page adds those of its own records."""
    path, request = _path(context), context.get("request")
    is_page = request is not None and request.method in ("GET", "HEAD")  # a POST shows what came of it
    urls = [(page, places.url_of(page.url_name)) for page in places.trail(path)]
    return [Crumb(page.label, url, is_page and url == path) for page, url in urls if url]


def _path(context: template.Context) -> str:
    request = context.get("request")
    return request.path if request else ""


def _badges(context: template.Context) -> dict[str, int]:
    """The counts beside places, by the URL name; the context processor that counts runs its queries only here."""
    count: Any = context.get("badges")
    return count() if count else {}
