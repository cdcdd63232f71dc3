"""Compare what serving reports with the definitions that it must compute (F7, F8).

>>> expected = {"orders": Expected("37e8f223574c", "aa", "c0ffee")}
>>> [difference.issue for difference in skew(expected, {"orders": Reported("7f687058610f", "bb")})]
['serves 7f687058610f instead of 37e8f223574c']
>>> skew(expected, {"orders": Reported("37e8f223574c", "aa", "c0ffee")})
()
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Expected(NamedTuple):
    """The expected version, its equivalence fingerprint, and the pipeline commit that computes it, if known."""

    version: str
    equivalence: str
    pipeline_commit: str = ""


class Reported(NamedTuple):
    """What serving reports; ``equivalence`` is empty if the registry does not know the version."""

    version: str
    equivalence: str = ""
    pipeline_commit: str = ""


class Skew(NamedTuple):
    """One feature that serving computes differently from training."""

    feature: str
    expected: str | None
    reported: str | None
    issue: str

    def as_dict(self) -> dict[str, Any]:
        return self._asdict()


def skew(expected: Mapping[str, Expected], reported: Mapping[str, Reported]) -> tuple[Skew, ...]:
    """Every difference, by feature. An equivalent definition counts as the same, a missing report as a difference."""
    differences = []
    for name in sorted(expected.keys() | reported.keys()):
        due, runs = expected.get(name), reported.get(name)
        issue = _issue(due, runs)
        if issue:
            differences.append(Skew(name, due.version if due else None, runs.version if runs else None, issue))
    return tuple(differences)


def _issue(due: Expected | None, runs: Reported | None) -> str:
    if runs is None:
        return "is not reported, so what serving computes is unknown"
    if due is None:
        return "is served, but the model was not trained on it"
    if runs.version != due.version:
        if runs.equivalence and runs.equivalence == due.equivalence:
            return ""
        return f"serves {runs.version} instead of {due.version}"
    if runs.pipeline_commit and due.pipeline_commit and runs.pipeline_commit != due.pipeline_commit:
        return f"is computed by pipeline commit {runs.pipeline_commit[:12]} instead of {due.pipeline_commit[:12]}"
    return ""
