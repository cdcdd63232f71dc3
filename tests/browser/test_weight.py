"""What a browser that was never here before loads, in bytes on the wire."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

SIGN_IN_BYTES, HOME_BYTES = 250_000, 900_000
A_YEAR = 365 * 24 * 60 * 60


@contextmanager
def counted(context: Any) -> Iterator[tuple[Any, dict[str, Any]]]:
    """A tab, and what it loads: the bytes of every answer with its headers, and each address."""
    page = context.new_page()
    session, loaded = context.new_cdp_session(page), {"bytes": 0, "addresses": [], "responses": []}
    session.send("Network.enable")
    session.on(
        "Network.loadingFinished", lambda event: loaded.update(bytes=loaded["bytes"] + event["encodedDataLength"])
    )
    page.on("response", lambda response: loaded["responses"].append(response))
    page.on("request", lambda request: loaded["addresses"].append(request.url))
    yield page, loaded
    page.close()


def cold(visit: Any, browser: Any, name: str, path: str, address: str) -> dict[str, Any]:
    """What somebody who is signed in loads in a browser with nothing in its cache."""
    state = visit(name).context.storage_state()
    context = browser.new_context(viewport={"width": 1440, "height": 900}, storage_state=state)
    with counted(context) as (page, loaded):
        page.goto(address + path)
        page.wait_for_load_state("networkidle")
    context.close()
    return loaded


def test_the_door_is_light(browser, site):
    context = browser.new_context()
    with counted(context) as (page, loaded):
        page.goto(f"{site.address}/login/")
        page.wait_for_load_state("networkidle")
    context.close()
    assert 20_000 < loaded["bytes"] <= SIGN_IN_BYTES


def test_home_is_light_with_all_its_charts(visit, browser, site):
    loaded = cold(visit, browser, "lead", "/", site.address)
    assert any("plotly" in address for address in loaded["addresses"])
    assert 300_000 < loaded["bytes"] <= HOME_BYTES


@pytest.mark.parametrize("path", ["/settings/", "/registry/inbox/", "/audit/"])
def test_a_page_without_a_chart_loads_no_chart(visit, browser, site, path):
    loaded = cold(visit, browser, "lead", path, site.address)
    assert not any("plotly" in address for address in loaded["addresses"])
    assert loaded["bytes"] <= SIGN_IN_BYTES


def test_a_static_file_is_compressed_and_kept_for_a_year(site, browser):
    context = browser.new_context()
    with counted(context) as (page, loaded):
        page.goto(f"{site.address}/login/")
        page.wait_for_load_state("networkidle")
        headers = {
            response.url: response.all_headers() for response in loaded["responses"] if "/static/" in response.url
        }
    context.close()
    assert len(headers) > 5
    for url, of in headers.items():
        age = int(of["cache-control"].partition("max-age=")[2].partition(",")[0])
        assert age >= A_YEAR, url
        if url.endswith((".css", ".js", ".svg")):
            assert of.get("content-encoding") == "gzip", url
