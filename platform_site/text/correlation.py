"""What the running code works for: the request that began it, and the job. Log lines, errors and messages to workers say it."""

from __future__ import annotations

import re
import secrets
from contextvars import ContextVar

HEADER = "X-Request-ID"
LONGEST = 64
UNSAFE = re.compile(r"[^A-Za-z0-9._-]")

request_id: ContextVar[str] = ContextVar("request_id", default="")
job: ContextVar[str] = ContextVar("job", default="")


def cleaned(text: str) -> str:
    """A caller's id as log lines can hold it: letters, digits, `.`, `_` and `-`, of any length up to 64.

    >>> cleaned("7f3a-b"), cleaned('x"; level=ERROR'), cleaned(" "), len(cleaned("a" * 1000))
    ('7f3a-b', 'xlevelERROR', '', 64)
    """
    return UNSAFE.sub("", text[: 4 * LONGEST])[:LONGEST]


def new_id() -> str:
    """The id of a request that came without one."""
    return secrets.token_hex(16)
