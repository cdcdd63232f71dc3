"""Whatever stands in a text field is text: thirty pieces of markup in every one of them, and every page opened.

A copy of the demo's database is filled, past every form and rule, as by somebody who can write the database itself;
the pages, the admin's too, are then found by their links and opened in a browser. Nothing may become an element, ask
for a dialog or be reported by the content-security policy.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.urls import Resolver404, resolve
from playwright.sync_api import Error

from platform_site.roof.launcher import ports, programs
from tests.browser.markup import MARK, PLANTED, planted
from tests.faults.site import Part
from tests.running import chromium
from tests.running.demo_site import PASSWORD
from tests.running.installation import get, variables, wait

ROWS = 40  # of each table, the newest
PAGES_OF_A_VIEW = 2
# Written by the application alone, from words of its own: digests, times, kinds, addresses of versions, who signed in.
OWN_WORDS = {
    "auth_permission": {"name", "codename"},
    "auth_group": {"name"},
    "people_user": {"username", "password"},
    "people_apitoken": {"prefix", "digest", "scopes", "made_by"},
    "people_accessrequest": {"roles", "teams"},
    "people_signinfailure": {"name_digest", "source", "address", "because"},
    "audit_auditevent": {"at", "previous_hash", "hash", "mac"},
    "audit_audithead": {"hash", "key_id"},
    "webhooks_webhook": {"sealed_url", "sealed_secret", "events"},
    "registry_featureversion": {"name", "dialect"},
    "registry_columnfinding": {"kind", "outcome", "statistic"},
    "registry_check": {"schedule"},
    "registry_alert": {"feature", "environment", "parts"},
    "registry_alertfinding": {"parts"},
    "registry_sourcetableversion": {"name", "digest", "dialect"},
    "registry_modelversion": {"version"},
    "registry_packreceipt": {"content"},
    "registry_servingreport": {"environment"},
    "registry_changerequest": {"fast_lane", "decided_through"},
    "registry_servingrevision": {"fast_lane"},
    "registry_approvallink": {"made_by", "failure"},
    "registry_standingapproval": {"environment", "limits", "policies", "baseline", "decided_through"},
    "registry_stagechange": {"before", "after"},
    "registry_approvalrequest": {"content"},  # of a policy or a stage: the page shows what differs
    "assessments_healthtarget": {"level"},
    "assessments_initiative": {"target", "origin_id"},
    "assessments_labellingcampaign": {"report"},
    "assessments_postmortemlink": {"name", "version"},  # of what is there: a page for each
    "assessments_rehearsal": {"model", "version"},
    "assessments_reviewmail": {"reason"},
    "assessments_ticketimport": {"time_zone"},
}
MUST_BE_SEEN = (
    "dashboard", "audit:events", "webhooks:webhook", "assessments:assessment", "assessments:ticket_list",
    "assessments:ticket_queue", "assessments:organization", "assessments:adoption", "registry:feature", "registry:run",
    "registry:run_column", "registry:model_version", "registry:policies", "registry:alerts", "registry:alert", "registry:check",
    "admin:audit_auditevent_change", "admin:assessments_ticket_change", "admin:registry_gatedecision_change",
)  # fmt: skip
NOT_TEXT = {"admin", "contenttypes", "sessions"}
WRONG = f"""() => {{
  const all = [...document.querySelectorAll("*")];
  const runs = one => [...one.attributes].some(a => a.name.startsWith("on") || a.name.startsWith("hx-on"))
    || ["href", "src", "action", "formaction", "xlink:href"].some(name => /^\\s*(javascript|data:text)/i.test(one.getAttribute(name) || ""));
  return [...all.filter(one => one.hasAttribute("{MARK}") || runs(one)).map(one => one.outerHTML.slice(0, 200)), ...window.reported];
}}"""
LISTEN = """
window.reported = [];
document.addEventListener("securitypolicyviolation", seen => window.reported.push(`policy: ${seen.violatedDirective} ${seen.blockedURI}`));
"""
LINKS = """() => [
  ...[...document.querySelectorAll("a[href]")].map(one => one.getAttribute("href")),
  ...[...document.querySelectorAll("[hx-get]")].map(one => one.getAttribute("hx-get")),
]"""


def free_fields(model: type[models.Model]) -> list[models.Field]:
    """The fields of a model into which people's texts come."""
    own = OWN_WORDS.get(model._meta.db_table, set())
    texts = [
        field
        for field in model._meta.fields
        if isinstance(field, models.CharField | models.TextField | models.JSONField)
    ]
    return [text for text in texts if text.name not in own and not text.choices and not is_ruled(text)]


def is_ruled(field: models.Field) -> bool:
    return any(isinstance(validator, RegexValidator) for validator in field.validators)


def tables() -> Iterator[tuple[type[models.Model], list[models.Field]]]:
    for model in apps.get_models():
        if model._meta.app_label not in NOT_TEXT and (fields := free_fields(model)):
            yield model, fields


def filled(field: models.Field, stored: Any, place: int) -> Any:
    """What a field holds afterwards; of JSON every sentence, and whatever else people write."""
    if isinstance(field, models.JSONField) and not stored:
        return stored  # nothing is there, and a bare text is no JSON
    if not stored or not (isinstance(field, models.JSONField) or field.name == "payload"):
        return f"{planted(place)} {place}"
    return json.dumps(_sentences(json.loads(stored), place))


def _sentences(value: Any, place: int) -> Any:
    if isinstance(value, dict):
        return {name: _sentences(inner, place) for name, inner in value.items()}
    if isinstance(value, list):
        return [_sentences(inner, place + 1) for inner in value]
    return planted(place) if isinstance(value, str) and " " in value else value


def fill(database: sqlite3.Connection) -> Counter[str]:
    """Write into every free field of the newest rows; how many cells of each field."""
    for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        database.execute(f'DROP TRIGGER "{trigger}"')
    database.execute("PRAGMA ignore_check_constraints = ON")
    cells: Counter[str] = Counter()
    for model, fields in tables():
        table, key = model._meta.db_table, model._meta.pk.column
        columns = ", ".join(f'"{field.column}"' for field in fields)
        rows = database.execute(
            f'SELECT "{key}", {columns} FROM "{table}" ORDER BY "{key}" DESC LIMIT {ROWS}'
        ).fetchall()
        for place, (pk, *stored) in enumerate(rows):
            new = [
                filled(row, cell, place + 3 * turn) for turn, (row, cell) in enumerate(zip(fields, stored, strict=True))
            ]
            written = ", ".join(f'"{field.column}" = ?' for field in fields)
            database.execute(f'UPDATE "{table}" SET {written} WHERE "{key}" = ?', [*new, pk])
            cells.update(f"{table}.{field.column}" for field in fields)
    database.commit()
    return cells


@pytest.fixture(scope="module")
def copy(site, tmp_path_factory) -> Iterator[tuple[str, Counter[str]]]:
    """The address of a web server over a copy of the demo whose texts are markup, and how many cells were filled."""
    folder = tmp_path_factory.mktemp("copy")
    state = folder / "var"
    state.mkdir()
    shutil.copy(site.state_dir / "secrets.json", state)
    with (
        contextlib.closing(sqlite3.connect(site.state_dir / "db.sqlite3", timeout=20)) as live,
        contextlib.closing(sqlite3.connect(state / "db.sqlite3")) as own,
    ):
        live.backup(own)
        cells = fill(own)
    with serving(folder, state) as port:
        yield f"http://127.0.0.1:{port}", cells


@contextlib.contextmanager
def serving(folder: Path, state: Path) -> Iterator[int]:
    values = variables(state) | {"DJANGO_SETTINGS_MODULE": "platform_site.settings"}
    with ports.listen(ports.free_port()) as door:
        server = Part(programs.web(values, door), folder / "web.log")
        server.start()
        try:
            port = door.getsockname()[1]
            assert wait(lambda: get(port, "/healthz") == 200, seconds=60), server.log.read_text()
            yield port
        finally:
            server.end()


def most_of(view: str) -> int:
    """How many pages of a view are opened: the admin's are all made by the same few templates."""
    return 1 if view.startswith("admin:") else PAGES_OF_A_VIEW


def nearly(view: str) -> str:
    """The admin's history is one page, whosever it is."""
    return "admin:history" if view.endswith("_history") else view


class Walk:
    """Opens what links lead to, a few pages of each view, and keeps what is wrong with them."""

    def __init__(self, page: Any, address: str) -> None:
        self.page, self.address = page, address
        self.seen: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.files: list[str] = []
        self.known: set[str] = set()
        page.on("dialog", self._dialog)
        page.on("pageerror", lambda error: self.wrong.append(f"{page.url}: {error}"))

    def _dialog(self, dialog: Any) -> None:
        self.wrong.append(f"{self.page.url}: a dialog says {dialog.message}")
        dialog.dismiss()

    def from_(self, *paths: str) -> None:
        waiting = list(paths)
        while waiting:
            path = waiting.pop(0)
            view = self._view(path)
            if path in self.known or not view or self.seen[view] >= most_of(view):
                continue
            self.known.add(path)
            self.seen[view] += 1
            waiting += [urljoin(path, link).partition("#")[0] for link in self._open(path) if not link.startswith("#")]

    def _view(self, path: str) -> str:
        if urlsplit(path).netloc or not path.startswith("/"):
            return ""
        try:
            return nearly(resolve(urlsplit(path).path).view_name)
        except Resolver404:
            return ""

    def _open(self, path: str) -> list[str]:
        try:
            answer = self.page.goto(self.address + path, wait_until="load")
        except Error as error:
            if "Download is starting" not in str(error):
                raise
            self.files.append(path)
            return []
        if answer.status >= 500:
            self.wrong.append(f"{path} answered {answer.status}")
        if answer.headers["content-type"].startswith("text/html") and not self.page.query_selector("main, #main"):
            return self._swap(path)
        return self._look(path)

    def _swap(self, path: str) -> list[str]:
        """A fragment, as htmx puts it into a page."""
        self.page.goto(f"{self.address}/workers/", wait_until="load")
        self.page.evaluate("path => htmx.ajax('GET', path, {target: 'main', swap: 'innerHTML'})", path)
        return self._look(path)

    def _look(self, path: str) -> list[str]:
        self.wrong += [f"{path}: {row}" for row in self.page.evaluate(WRONG)]
        return self.page.evaluate(LINKS)


def refuses(field: models.Field, text: str) -> bool:
    try:
        field.clean(text, None)
    except ValidationError:
        return True
    return False


def test_a_field_with_a_rule_takes_none_of_it():
    ruled = [field for model in apps.get_models() for field in model._meta.fields if is_ruled(field) or field.choices]
    taken = [f"{row}: {text}" for row in ruled for text in PLANTED if not refuses(row, text)]
    assert len(ruled) > 30
    assert taken == []


def test_the_look_at_a_page_sees_what_was_let_through(browser):
    page = browser.new_page()
    page.on("dialog", lambda dialog: dialog.dismiss())
    page.add_init_script(LISTEN)
    page.goto("data:text/html,<main></main>")
    page.evaluate("text => { document.querySelector('main').innerHTML = text }", planted(2))
    assert len(page.evaluate(WRONG)) >= 10
    page.close()


def test_whatever_others_wrote_is_text_on_every_page(copy, browser):
    address, cells = copy
    assert (len(PLANTED), len(cells) > 90, sum(cells.values()) > 900) == (30, True, True)
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_init_script(LISTEN)
    page = context.new_page()
    chromium.sign_in(page, address, "admin", PASSWORD)
    walk = Walk(page, address)
    walk.from_(
        "/", "/admin/", "/workers/", "/password/", f"/tickets/list/?q={PLANTED[0]}", f"/audit/?subject={PLANTED[5]}"
    )
    context.close()
    assert walk.wrong == [], "\n".join(walk.wrong)
    assert sum(walk.seen.values()) > 140, walk.seen
    assert len(walk.files) >= 3, walk.files
    assert set(MUST_BE_SEEN) <= set(walk.seen)
