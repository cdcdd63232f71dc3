"""No form of ours writes while it is validated: watched in every test that validates one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

WRITE = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE|MERGE)\b", re.IGNORECASE)
OURS = ("assessments", "registry", "platform_site", "tests")


def refuse_writes(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    """An `execute_wrapper` that lets reads alone through."""
    assert not WRITE.match(sql), f"A form writes while it is validated: {sql}"
    return execute(sql, params, many, context)


@pytest.fixture(scope="session", autouse=True)
def forms_write_nothing_while_they_are_validated() -> Iterator[None]:
    from django.db import connection
    from django.forms import BaseForm

    validate = BaseForm.full_clean

    def watched(form: BaseForm) -> None:
        if type(form).__module__.partition(".")[0] not in OURS:
            validate(form)
            return
        with connection.execute_wrapper(refuse_writes):
            validate(form)

    BaseForm.full_clean = watched
    yield
    BaseForm.full_clean = validate
