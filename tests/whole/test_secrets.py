"""Secrets are nowhere that they need not be: canaries go through every door of a running production installation, and
are then looked for in its logs, its answers, its audit log, its tasks and a dump of its database."""

from __future__ import annotations

import base64
import contextlib
import json
import re
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from platform_site.roof.launcher import ports, programs
from tests.faults.site import Part
from tests.running.installation import PROJECT, get, variables, wait
from tests.running.migrated import install

pytestmark = [pytest.mark.slow, pytest.mark.worker]
LETTERS = "4kQ9-wZ7rT2_mX8vB3nY6cH1jL5-pD0sF"
CANARIES = {
    "SECRET_KEY": f"canary-of-the-secret-key-{LETTERS}",
    "AUDIT_KEY": f"canary-of-the-audit-key-{LETTERS}",
    "AUDIT_HEADS_SECRET": f"canary-of-the-heads-{LETTERS}",
    "GITHUB_WEBHOOK_SECRET": f"canary-of-github-{LETTERS}",
    "the password of the mail server": f"canary-of-the-mail-{LETTERS}",
    "the password of a connection": f"canary-of-the-warehouse-{LETTERS}",
    "somebody's password": f"canary-of-a-password-{LETTERS}",
    "a wrong password": f"canary-that-was-typed-wrong-{LETTERS}",
    "a webhook's secret": f"canary-of-a-webhook-{LETTERS}",
    "the address of a webhook": f"canary-in-a-slack-address-{LETTERS}",
    "a session's cookie": "",
    "a token": "",
    "a made secret": "",
}
BEGIN = """
from platform_site.access import SYSTEM, Role
from platform_site.people.actions import create_team, create_user, make_token
from platform_site.people.models import User
create_team(slug="ml-platform", name="ML", actor=SYSTEM)
create_user(username="ada", password={password!r}, roles=[Role.ADMINISTRATOR], teams=["ml-platform"], actor=SYSTEM)
print(make_token(User.objects.get(username="ada"), scopes=["read", "write", "admin"], actor=SYSTEM))
"""
CRASH = """
from django.db import connection
connection.cursor().execute("DROP TABLE assessments_release")
"""


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


class Visitor:
    """A client of the site; everything it was answered is kept."""

    def __init__(self, address: str) -> None:
        self.address, self.answers = address, []
        self.cookies: dict[str, str] = {}  # kept by hand: they are secure, and this machine's proxy speaks no TLS
        self.opener = urllib.request.build_opener(NoRedirect)

    def ask(self, path: str, body: Any = None, *, method: str | None = None, form: bool = False, **headers: str) -> Any:
        data = None
        if body is not None:
            data = (urllib.parse.urlencode(body) if form else json.dumps(body)).encode()
            headers |= {} if form else {"Content-Type": "application/json"}
        site = "plumbline.example"
        values = {"X-Forwarded-Proto": "https", "Host": site, "Referer": f"https://{site}/"} | headers
        values["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        request = urllib.request.Request(self.address + path, data=data, method=method, headers=values)
        try:
            answer = self.opener.open(request, timeout=30)
        except urllib.error.HTTPError as error:
            answer = error
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        text = answer.read().decode(errors="replace")
        self.answers.append(f"{answer.headers}\n{text}")
        return answer.status, text


@pytest.fixture(scope="module")
def place(tmp_path_factory, broker) -> dict[str, Any]:
    """A production installation that was used, misused and crashed; what it said, kept and answered."""
    folder = tmp_path_factory.mktemp("secrets")
    fields = variables(
        folder / "var",
        DEBUG="0",
        DATABASE_URL=f"sqlite:///{folder / 'var' / 'db.sqlite3'}",
        REDIS_URL=broker,
        ALLOWED_HOSTS="plumbline.example,127.0.0.1",
        CSRF_TRUSTED_ORIGINS="https://plumbline.example",
        BEHIND_TLS_PROXY="1",
        SECRET_KEY=CANARIES["SECRET_KEY"],
        AUDIT_KEY=CANARIES["AUDIT_KEY"],
        AUDIT_HEADS_URL="http://127.0.0.1:1/",
        AUDIT_HEADS_SECRET=CANARIES["AUDIT_HEADS_SECRET"],
        GITHUB_WEBHOOK_SECRET=CANARIES["GITHUB_WEBHOOK_SECRET"],
        EMAIL_URL=f"smtp://plumbline:{CANARIES['the password of the mail server']}@127.0.0.1:1",
        CONNECTION_WAREHOUSE=f"postgres://reader:{CANARIES['the password of a connection']}@127.0.0.1:1/warehouse",
    ) | {"DJANGO_SETTINGS_MODULE": "platform_site.settings", "PYTHONUNBUFFERED": "1"}
    install(folder / "var")
    values = CANARIES | {"a token": shell(fields, BEGIN.format(password=CANARIES["somebody's password"])).split()[-1]}
    with serving(folder, fields) as address:
        visitor = Visitor(address)
        values |= use(visitor, values["a token"])
        shell(fields, CRASH)
        visitor.ask("/adoption/")
        visitor.ask("/api/v1/releases/", Authorization=f"Bearer {values['a token']}")
    tasks = shell(fields, TASKS)
    logs = (folder / "web.log").read_text() + tasks
    return {
        "canaries": values,
        "answers": visitor.answers,
        "the logs": logs,
        "the tasks": tasks,
        "the audit log": manage(fields, "export_audit"),
        "the database": (folder / "var" / "db.sqlite3").read_bytes() + wal(folder / "var"),
    }


TASKS = """
from platform_site import work
sent = []
work.app.send_task = lambda name, args=(), **given: sent.append((name, args, given))
from platform_site.tasks import note_audit_head
from platform_site.webhooks.tasks import send_what_is_due
note_audit_head()
send_what_is_due()
print(sent)
"""


def wal(state: Path) -> bytes:
    beside = state / "db.sqlite3-wal"
    return beside.read_bytes() if beside.exists() else b""


def manage(values: dict[str, str], *words: str) -> str:
    command = [sys.executable, "manage.py", *words]
    ended = subprocess.run(command, cwd=PROJECT, env=values, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout + ended.stderr


def shell(values: dict[str, str], script: str) -> str:
    return manage(values, "shell", "-v", "0", "-c", script)


@contextlib.contextmanager
def serving(folder: Path, values: dict[str, str]) -> Iterator[str]:
    with ports.listen(ports.free_port()) as door:
        server = Part(programs.web(values, door), folder / "web.log")
        server.start()
        try:
            port = door.getsockname()[1]
            assert wait(lambda: get(port, "/healthz") == 200, seconds=60), server.log.read_text()
            yield f"http://127.0.0.1:{port}"
        finally:
            server.end()


def use(visitor: Visitor, token: str) -> dict[str, str]:
    """Sign in well and badly, send secrets where they belong and where they do not; the secrets that were made."""
    for password in (CANARIES["a wrong password"], CANARIES["somebody's password"]):
        page = visitor.ask("/login/")[1]
        csrf = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
        visitor.ask("/login/", {"username": "ada", "password": password, "csrfmiddlewaretoken": csrf}, form=True)
    bearer = {"Authorization": f"Bearer {token}"}
    values = {"url": "https://hooks.example/x", "events": ["*"], "secret": CANARIES["a webhook's secret"]}
    assert visitor.ask("/api/v1/webhooks/", values, **bearer)[0] == 201
    visitor.answers.pop()  # whoever adds a webhook is shown its secret, once
    slack = {
        "url": f"https://hooks.slack.example/{CANARIES['the address of a webhook']}",
        "kind": "slack",
        "events": ["*"],
    }
    assert visitor.ask("/api/v1/webhooks/", slack, **bearer)[0] == 201
    made = json.loads(visitor.ask("/api/v1/webhooks/1/secret/", {}, **bearer)[1])["secret"]
    visitor.answers.pop()  # and whoever renews it
    visitor.ask("/api/v1/webhooks/1/test/", {}, **bearer)
    table = {"name": "orders", "kind": "table", "location": "orders", "connection": "warehouse", "key": ["id"]}
    visitor.ask("/api/v1/datasets/", table, **bearer)
    visitor.ask("/api/v1/datasets/orders/snapshots/", {}, **bearer)
    visitor.ask(
        "/api/v1/tickets/webhooks/github/", {"x": 1}, **{"X-Hub-Signature-256": "sha256=00", "X-GitHub-Event": "issues"}
    )
    visitor.ask("/api/v1/models/", {"name": 7, "secret": "x"}, **bearer)
    visitor.ask("/api/v1/models/", Authorization=f"Bearer {token}x")
    for path in (
        "/",
        "/webhooks/",
        "/webhooks/1/",
        "/webhooks/2/",
        "/audit/",
        "/admin/people/apitoken/",
        "/workers/",
        "/readyz",
    ):
        visitor.ask(path)
    return {"a session's cookie": visitor.cookies["sessionid"], "a made secret": made}


def spellings(secret: str) -> list[bytes]:
    """A secret as it is, and as what encodes without hiding would write it."""
    plain = secret.encode()
    return [plain, base64.b64encode(plain).rstrip(b"="), plain.hex().encode(), urllib.parse.quote(secret).encode()]


def found_in(text: str | bytes, canaries: dict[str, str]) -> list[str]:
    held = text if isinstance(text, bytes) else text.encode()
    return [name for name, secret in canaries.items() if any(spelling in held for spelling in spellings(secret))]


def test_every_canary_flew(place):
    assert [name for name, secret in place["canaries"].items() if len(secret) < 20] == []
    assert (
        sum(
            " 500 " in answer or "fault of Plumbline" in answer or "Something went wrong on our side" in answer
            for answer in place["answers"]
        )
        >= 1
    )
    assert "OperationalError" in place["the logs"]


@pytest.mark.parametrize("where", ["the logs", "the tasks", "the audit log", "the database"])
def test_no_secret_is_in(where, place):
    result = place["canaries"]
    if where == "the database":  # a session is found by its key there, as Django keeps them; it ends by signing out
        result = {name: secret for name, secret in result.items() if name != "a session's cookie"}
    assert found_in(place[where], result) == []


def test_no_answer_shows_a_secret(place):
    shown = {name: secret for name, secret in place["canaries"].items() if name != "a session's cookie"}
    assert found_in("\n".join(place["answers"]), shown) == []
