"""Below a path (`SCRIPT_NAME=/plumb`) everything works: every address on every page begins with it, and answers."""

from __future__ import annotations

import http.cookiejar
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from collections import deque
from collections.abc import Iterator

import pytest

from tests.running.demo_site import PASSWORD, demo
from tests.running.installation import Up

pytestmark = [pytest.mark.slow, pytest.mark.worker]

PREFIX = "/plumb"
ADDRESS = re.compile(r'(?:href|src|action|hx-get|hx-post|data-[a-z-]*url|formaction|content)="(/[^"]*)"')
MOST_PAGES = 250


class Visitor:
    """A browser without scripts: it keeps cookies and follows redirects."""

    def __init__(self, port: int) -> None:
        self.root = f"http://127.0.0.1:{port}"
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def get(self, path: str, fields: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Status, text and where it ended."""
        body = urllib.parse.urlencode(fields).encode() if fields else None
        call = urllib.request.Request(self.root + path, body, {"Referer": self.root + path})
        try:
            with self.opener.open(call, timeout=60) as answer:
                return answer.status, answer.read().decode(errors="replace"), answer.url.removeprefix(self.root)
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(errors="replace"), path

    def sign_in(self, name: str) -> str:
        _, page, _ = self.get(f"{PREFIX}/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token
        fields = {"csrfmiddlewaretoken": token[1], "username": name, "password": PASSWORD}
        return self.get(f"{PREFIX}/login/", fields)[2]


@pytest.fixture(scope="module")
def below(tmp_path_factory) -> Iterator[Up]:
    folder = tmp_path_factory.mktemp("below") / "state"
    with demo(folder, SCRIPT_NAME=PREFIX) as up:
        yield up


@pytest.fixture(scope="module")
def port(below) -> int:
    match = re.search(rf"ready at http://127\.0\.0\.1:(\d+){PREFIX}$", below.ready(), re.MULTILINE)
    assert match, below.output()
    return int(match[1])


def shape(address: str) -> str:
    """Addresses that differ in a name or a number alone are one kind of page."""
    path = address.partition("?")[0].partition("#")[0]
    return re.sub(r"/[^/]*[\d_.][^/]*", "/*", path)


def test_the_door_has_its_style_and_leads_home(port):
    visitor = Visitor(port)
    status, page, _ = visitor.get(f"{PREFIX}/login/")
    assert status == 200
    assert f'href="{PREFIX}/static/css/plumbline' in page
    assert f'<a class="brand" href="{PREFIX}/">' in page
    assert visitor.sign_in("lead") == f"{PREFIX}/"
    assert {cookie.path for cookie in visitor.cookies} == {f"{PREFIX}/"}


def test_every_address_on_every_kind_of_page_lies_below_the_path_and_answers(port):
    visitor = Visitor(port)
    visitor.sign_in("admin")
    waiting, seen, broken, outside = deque([f"{PREFIX}/", f"{PREFIX}/admin/"]), set(), [], set()
    kinds: set[str] = set()
    while waiting and len(kinds) < MOST_PAGES:
        address = waiting.popleft()
        status, page, _ = visitor.get(address)
        if status >= 400:
            broken.append((status, address))
        for match in ADDRESS.finditer(page):
            target = match[1].replace("&amp;", "&").partition("#")[0]
            if not f"{target}/".startswith(f"{PREFIX}/"):
                outside.add((shape(address), target))
            elif target not in seen and shape(target) not in kinds and "logout" not in target:
                seen.add(target)
                kinds.add(shape(target))
                waiting.append(target)
    assert outside == set()
    assert broken == []
    assert len(kinds) > 100, sorted(kinds)


def test_the_api_its_description_and_the_script_of_the_gate_work_below_it(port, tmp_path):
    visitor = Visitor(port)
    visitor.sign_in("lead")
    schema = visitor.get(f"{PREFIX}/api/v1/schema/")[1]
    assert f"servers:\n- url: {PREFIX}\n" in schema
    assert "\n  /api/v1/models/:\n" in schema
    status, page, _ = visitor.get(f"{PREFIX}/api/v1/models/")
    assert (status, json.loads(page)["count"] > 0) == (200, True)
    script = visitor.get(f"{PREFIX}/gate.py")[1]
    assert script.startswith("#!") or '"""' in script
    assert visitor.get("/login/")[0] >= 400, "what lies outside is not ours"
