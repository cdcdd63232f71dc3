"""Where an address lies on the map of the site."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from django.conf import settings
from django.urls import NoReverseMatch, get_script_prefix, reverse

from platform_site.navigation.site_map import FOOT, HOME, SITE, Page


def entries() -> Iterator[Page]:
    """Every entry of the navigation, from the top to the foot."""
    for group in SITE:
        yield from group.places
    yield from FOOT


def chains(
    pages: Iterator[Page] | tuple[Page, ...] | None = None, above: tuple[Page, ...] = ()
) -> Iterator[tuple[Page, ...]]:
    """Every page of the map behind those that it lies under."""
    for page in entries() if pages is None else pages:
        chain = (*above, page)
        yield chain
        yield from chains(page.pages, chain)


def url_of(name: str) -> str:
    """The address of a page; empty on an installation that does not have it."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def trail(path: str) -> tuple[Page, ...]:
    """The pages above an address, the entry of the navigation first; Home for what lies nowhere.

    The longest address of the map that the path begins with decides. Home itself is only `/`.
    """
    matches = [
        (len(match[0]), chain) for pattern, chain in _patterns(settings.ROOT_URLCONF) if (match := pattern.match(path))
    ]
    return max(matches, key=lambda match: match[0])[1] if matches else (HOME,)


@cache
def _patterns(urlconf: str) -> list[tuple[re.Pattern[str], tuple[Page, ...]]]:
    """How the addresses of each page begin, and where it lies."""
    prefix = get_script_prefix().rstrip("/")
    return [
        (re.compile(re.escape(begin).replace(r"\*", "[^/]+") + ("$" if begin == f"{prefix}/" else "")), chain)
        for chain in chains()
        for begin in (url_of(chain[-1].url_name), *(prefix + under for under in chain[-1].under))
        if begin
    ]
