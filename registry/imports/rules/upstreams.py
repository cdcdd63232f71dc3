"""What a candidate says computes its table, compared with what is on record.

>>> compare(None, {"upstream": None}).sentence, compare(None, {"upstream": None}).recorded
('', None)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from registry.compute.upstream import JINJA, Upstream, from_dict
from registry.compute.upstream_change import code_changes, sentence

SHOWN = 3


class Comparison(NamedTuple):
    """What an import makes of an upstream: the one to record, if any, with a sentence and each file's difference."""

    sentence: str = ""
    recorded: Mapping[str, Any] | None = None
    diffs: Sequence[Mapping[str, str]] = ()
    is_change: bool = False


def compare(before: Mapping[str, Any] | None, content: Mapping[str, Any]) -> Comparison:
    """Hold a candidate's upstream to the one on record. Code of which a part was not compiled is not compared."""
    old, new = from_dict(before), from_dict(content.get("upstream"))
    missing = content.get("uncompiled") or []
    if missing and (new is None or (old is not None and old.dialect != JINJA)):
        return Comparison(_not_compiled(missing))
    if new is None or (old is not None and old.digest == new.digest):
        return Comparison()
    if old is None:
        return Comparison(_now_known(new), new.as_dict())
    diffs = [{"name": change.name, "what": change.what, "diff": change.diff} for change in code_changes(old, new)]
    return Comparison(sentence(old, new), new.as_dict(), diffs, is_change=True)


def _now_known(upstream: Upstream) -> str:
    others = len(upstream.ancestors)
    built_on = f", built on {others} more" if others else ""
    return f"upstream is known from now on: {upstream.name}{built_on}"


def _not_compiled(files: Sequence[str]) -> str:
    more = f" and {len(files) - SHOWN} more" if len(files) > SHOWN else ""
    named = f"{', '.join(files[:SHOWN])}{more}"
    return f"upstream not compared: the manifest has no compiled SQL of {named}. Run dbt compile, then import again"
