"""When teams route around the platform: what its team should own, and what a managed service does better (T7).

>>> rows = recovery({"lineage": "partial", "compute_scaling": "implemented", "audit_log": "missing"})
>>> [(row.capability, str(row.keeper)) for row in rows]
[('compute_scaling', 'managed'), ('lineage', 'team')]
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from assessments.organizations.rules.catalogue import Status, position
from assessments.organizations.rules.reason import Reason
from platform_site.text.wording import counted


class Keeper(StrEnum):
    """Who should run a capability."""

    TEAM = "team"
    MANAGED = "managed"


class Kept(NamedTuple):
    """A capability that the organization runs, who is proposed to keep it, and why."""

    capability: str
    status: str
    keeper: Keeper
    why: str


MANAGED = {
    "compute_scaling": "Somebody else has more machines, and buys them cheaper.",
    "orchestrated_training": "A scheduler that fails at night is a pager; the pipelines in it stay yours.",
    "artifact_store": "Storage that loses nothing is a commodity; the digests you write beside it are not.",
    "reproducible_envs": "Building and keeping images is the same everywhere.",
    "deployment_rollback": "Serving services bring it; what remains is to rehearse it.",
    "progressive_delivery": "Splitting traffic is a router's work, and routers are sold.",
    "baseline_monitoring": "Latency and error charts are alike in every company.",
}
TEAM = {
    "feature_parity": "Only you know what training and serving must agree on.",
    "feature_registry": "Definitions are the company's own knowledge.",
    "project_templates": "A template is your conventions, written down.",
    "model_registry": "It ties every other record together; who holds it holds the way out.",
    "automated_eval_gates": "What is good enough is a decision of the business.",
    "slice_evaluation": "Which customers must not be failed is yours to say.",
    "data_drift_monitoring": "A limit that fits comes from your history, and an alarm from knowing the column.",
    "lineage": "It crosses every tool, so that no single one can keep it.",
    "audit_log": "It must outlive every vendor.",
    "access_controls": "Who may decide is your own order.",
}
OWN = "You added it yourself: no service is known to bring it."


def recovery(statuses: Mapping[str, str]) -> list[Kept]:
    """Every capability that runs (implemented or partial): first what to hand over, half-done work on top of it, for it
    has the least to lose; then what stays. In catalogue order otherwise.
    """
    rows = [_kept(name, status) for name, status in statuses.items() if status in (Status.IMPLEMENTED, Status.PARTIAL)]
    return sorted(rows, key=lambda row: in_order(row, row.keeper))


def in_order(row: Kept, keeper: str) -> tuple[bool, bool, int]:
    """Where a row stands once ``keeper`` is decided: what is handed over first on top."""
    return keeper != Keeper.MANAGED, row.status != Status.PARTIAL, position(row.capability)


def routed_around(own_tooling: int | None, teams: int | None) -> Reason:
    """Whether teams go around the platform, as far as it was said."""
    rule = "Teams that keep their own tooling beside a platform say that it does not serve them."
    if own_tooling is None:
        return Reason(rule, ("nobody said which teams do",))
    of = "" if teams is None else f" of {teams}"
    return Reason(rule, (f"{counted(own_tooling, 'team')}{of} with their own" if own_tooling else "no team does",))


def _kept(name: str, status: str) -> Kept:
    if name in MANAGED:
        return Kept(name, status, Keeper.MANAGED, MANAGED[name])
    return Kept(name, status, Keeper.TEAM, TEAM.get(name, OWN))
