"""Does serving run what it must compute? What was reported, against the definitions that F7 asks for (F8).

>>> expected = {"orders": Expected("37e8f223574c", "aa", "c0ffee")}
>>> [one.issue for one in skew(expected, {"orders": Reported("7f687058610f", "bb")})]
['serves 7f687058610f where 37e8f223574c is due']
>>> skew(expected, {"orders": Reported("37e8f223574c", "aa", "c0ffee")})
()
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Expected(NamedTuple):
    """The version due, its equivalence fingerprint, and the pipeline commit that computes it, if known."""

    version: str
    equivalence: str
    pipeline_commit: str = ""


class Reported(NamedTuple):
    """What serving says it runs; ``equivalence`` is empty where the registry does not know the version."""

    version: str
    equivalence: str = ""
    pipeline_commit: str = ""


class Skew(NamedTuple):
    """One feature that serving computes otherwise than it must."""

    feature: str
    expected: str | None
    reported: str | None
    issue: str

    def as_dict(self) -> dict[str, Any]:
        return self._asdict()


def skew(expected: Mapping[str, Expected], reported: Mapping[str, Reported]) -> tuple[Skew, ...]:
    """Every difference, by feature. An equivalent definition is none; a feature that is not told of is one."""
    found = []
    for name in sorted(expected.keys() | reported.keys()):
        due, runs = expected.get(name), reported.get(name)
        issue = _issue(due, runs)
        if issue:
            found.append(Skew(name, due.version if due else None, runs.version if runs else None, issue))
    return tuple(found)


def _issue(due: Expected | None, runs: Reported | None) -> str:
    if runs is None:
        return "is not reported: nobody knows what serving computes"
    if due is None:
        return "is served and was not trained on"
    if runs.version != due.version:
        if runs.equivalence and runs.equivalence == due.equivalence:
            return ""
        return f"serves {runs.version} where {due.version} is due"
    if runs.pipeline_commit and due.pipeline_commit and runs.pipeline_commit != due.pipeline_commit:
        return f"is computed by pipeline {runs.pipeline_commit[:12]}, not by {due.pipeline_commit[:12]}"
    return ""
