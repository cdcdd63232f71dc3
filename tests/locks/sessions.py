"""Two sessions in a fixed order on PostgreSQL, and a row lock taken out of the code: does the order then still hold?"""

from __future__ import annotations

import ast
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet

from platform_site.audit.models import AuditEvent
from platform_site.errors import Refusal

ROOT = Path(__file__).parent.parent.parent
APPS = ("assessments", "platform_site", "registry")


def meanwhile(first: Callable[[], object], second: Callable[[], object]) -> object:
    """What ``second`` returns or raises when it starts after ``first`` has written and before that is committed."""
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            answer = pool.submit(_in_own_session, second)
            _wait_until_blocked(answer)
        return answer.result(timeout=30)


def _in_own_session(action: Callable[[], object]) -> object:
    try:
        return action()
    except Exception as error:  # a refusal is an answer; anything else shows that the lock is missing
        return error
    finally:
        connection.close()


def _wait_until_blocked(answer: Future[object]) -> None:
    """Until the other session waits for a lock of this one, or has ended."""
    deadline = time.monotonic() + 20
    while not answer.done() and time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)


def is_refused(answer: object, code: str) -> bool:
    """Whether the action was refused for this reason."""
    return isinstance(answer, Refusal) and answer.code == code


def is_done(answer: object) -> bool:
    """Whether the action came to its end."""
    return not isinstance(answer, Exception)


def lock_sites() -> Iterator[tuple[str, int]]:
    """Every call of `select_for_update` in the product: its name (path, function, and which one of several in it) and
    its line."""
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            seen: dict[str, int] = {}
            source = path.read_text()
            if "select_for_update" not in source:  # parsing it would take far longer
                continue
            for function, line in sorted(_calls(ast.parse(source), ""), key=lambda call: call[1]):
                seen[function] = seen.get(function, 0) + 1
                nth = f" #{seen[function]}" if seen[function] > 1 else ""
                yield f"{path.relative_to(ROOT)} {function}{nth}", line


def _calls(node: ast.AST, function: str) -> Iterator[tuple[str, int]]:
    for child in ast.iter_child_nodes(node):
        inside = child.name if isinstance(child, ast.FunctionDef) else function
        if isinstance(child, ast.Attribute) and child.attr == "select_for_update":
            yield inside, child.end_lineno or child.lineno
        yield from _calls(child, inside)


def take_out(monkeypatch: Any, site: str) -> None:
    """Let one call of `select_for_update` lock nothing, for this test."""
    place = (str(ROOT / site.split()[0]), dict(lock_sites())[site])
    lock = QuerySet.select_for_update

    def unlocked(rows: QuerySet[Any], *args: Any, **options: Any) -> QuerySet[Any]:
        frame = sys._getframe(1)
        while frame.f_code.co_filename.endswith("django/db/models/manager.py") and frame.f_back:
            frame = frame.f_back
        if (frame.f_code.co_filename, frame.f_lineno) == place:
            return rows.all()
        return lock(rows, *args, **options)

    monkeypatch.setattr(QuerySet, "select_for_update", unlocked)


def require_postgresql() -> None:
    """Skip the test elsewhere: SQLite has one writer at a time."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")


def events(action: str) -> int:
    """How many audit events of an action there are."""
    return AuditEvent.objects.filter(action=action).count()
