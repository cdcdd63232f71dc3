"""Text inside Markdown that is shown as it was written: names and notes come from people and their data."""

from __future__ import annotations

import re
from typing import Any

ANYWHERE = re.compile(r"([\\*_\[\]>|~])")
AT_THE_START = re.compile(r"^([-+=](?=[-+=\s]|$)|#)")  # a list, a line, a heading
NUMBERED = re.compile(r"^(\d+)([.)])(?=\s|$)")


def escape(text: Any, limit: int | None = None) -> str:
    """The text on one line, with no link, tag, code or emphasis in it, that stays in its table cell.

    `limit` is the most characters of the text that are shown.

    >>> escape("model_registry"), escape("a|b <i>"), escape("# not a heading"), escape(-0.5)
    ('model\\\\_registry', 'a\\\\|b &lt;i\\\\>', '\\\\# not a heading', '-0.5')
    """
    line = " ".join(str(text).split())[:limit]
    line = ANYWHERE.sub(r"\\\1", line).replace("<", "&lt;").replace("`", "&#96;")
    return NUMBERED.sub(r"\1\\\2", AT_THE_START.sub(r"\\\1", line))


def code(text: Any, limit: int | None = None) -> str:
    """The text on one line as code. A backtick would end the code, so it becomes an apostrophe.

    >>> code("sales_forecast 2"), code("`x`")
    ('`sales_forecast 2`', "`'x'`")
    """
    line = " ".join(str(text).split())[:limit].replace("`", "'")
    return f"`{line}`" if line else ""
