"""On every page of the site exactly one entry of the navigation is lit, and the breadcrumbs begin at it."""

from __future__ import annotations

import re

import pytest
from django.db import transaction

from tests.access.matrix import filled, lines

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.same_on_both]
LIT = re.compile(r'<a href="([^"]+)"\s+aria-current="(page|true)">')
NAVIGATION = re.compile(r'<nav class="nav-list".*?</nav>', re.S)
CRUMBS = re.compile(r'<nav class="crumbs".*?</nav>', re.S)
FEWEST = 70


def place_faults(path: str, html: str) -> list[str]:
    """What is wrong with the navigation and the breadcrumbs of a page."""
    crumbs, faults = CRUMBS.search(html), []
    for navigation in NAVIGATION.findall(html):  # the one at the side and the one of small screens
        lit = LIT.findall(navigation)
        if len(lit) != 1:
            faults.append(f"{path}: {len(lit)} entries are lit")
            continue
        url, is_here = lit[0][0], lit[0][1] == "page"
        if is_here != (url == path.partition("?")[0]):
            faults.append(f"{path}: aria-current is {lit[0][1]} at {url}")
        label = re.search(rf'href="{re.escape(url)}".*?<span>([^<]+)', navigation, re.S)[1]
        first = re.search(r"<li.*?</li>", crumbs[0], re.S)[0] if crumbs else ""
        if re.sub(r"<[^>]*>", "", first).strip() != label:
            faults.append(f"{path}: {label} is lit and the breadcrumbs begin with {first}")
    if crumbs and crumbs[0].count('aria-current="page"') > 1:
        faults.append(f"{path}: the breadcrumbs have two current pages")
    return faults


def test_one_entry_is_lit_on_every_page(world):
    seen, faults = 0, []
    for line in lines():
        if line.method != "GET" or line.pattern.startswith(("/admin/", "/api/")):
            continue
        path = filled(line.pattern, world) + line.query.format_map(world.ids)
        with transaction.atomic():
            response = world.call("administrator", "GET", path)
            transaction.set_rollback(True)
        html = "" if response.streaming else response.content.decode(errors="replace")
        if '<body class="site">' in html:
            seen += 1
            faults += place_faults(path, html)
    assert faults == []
    assert seen > FEWEST, "few pages were looked at: the test looks in the wrong place"


@pytest.mark.parametrize(
    ("lit", "crumb", "fault"),
    [
        ("", "Models", "0 entries are lit"),
        (' aria-current="true"', "Models", "aria-current is true"),
        (' aria-current="page"', "Data", "Models is lit and the breadcrumbs begin with"),
    ],
)
def test_a_page_without_its_place_is_seen(lit, crumb, fault):
    html = f'''<nav class="crumbs"><ol><li>{crumb}</li></ol></nav>
      <nav class="nav-list"><a href="/m/"{lit}><svg></svg><span>Models</span></a></nav>'''
    assert fault in " ".join(place_faults("/m/", html))
