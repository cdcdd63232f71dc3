"""When teams route around the platform: what the platform team should own, and what a managed service does better (T7).

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


class ProposedKeeper(NamedTuple):
    """A capability that the organization runs, who is proposed to run it, and why."""

    capability: str
    status: str
    keeper: Keeper
    why: str


MANAGED = {
    "compute_scaling": "A cloud provider has more machines and buys them cheaper.",
    "orchestrated_training": "Running your own scheduler means being on call for it; the pipelines in it stay yours.",
    "artifact_store": "Storage that loses nothing is a commodity; the digests you write beside it are not.",
    "reproducible_envs": "Building and storing images works the same everywhere.",
    "deployment_rollback": "Managed serving includes it; all you do is rehearse it.",
    "progressive_delivery": "Splitting traffic is routing, and routers can be bought.",
    "baseline_monitoring": "Latency and error charts look the same in every company.",
}
TEAM = {
    "feature_parity": "Only you know what training and serving must agree on.",
    "feature_registry": "Definitions are the company's own knowledge.",
    "project_templates": "A template is your conventions, written down.",
    "model_registry": "It links all other records; owning it keeps you free to change vendors.",
    "automated_eval_gates": "What counts as good enough is a business decision.",
    "slice_evaluation": "Only you can say which customers the model must not fail.",
    "data_drift_monitoring": "A good threshold comes from your history, and reading an alarm takes knowledge of the column.",
    "lineage": "It spans all tools, so no single tool can hold it.",
    "audit_log": "It must outlive every vendor.",
    "access_controls": "Who may approve is specific to your organization.",
}
OWN = "You added it yourself: we know of no service that includes it."


def recovery(statuses: Mapping[str, str]) -> list[ProposedKeeper]:
    """Every capability that runs (implemented or partial): first what to hand over, half-done work before the rest because
    it is the easiest to give up; then what stays. In catalogue order otherwise.
    """
    rows = [
        _proposed_keeper(name, status)
        for name, status in statuses.items()
        if status in (Status.IMPLEMENTED, Status.PARTIAL)
    ]
    return sorted(rows, key=lambda row: in_order(row, row.keeper))


def in_order(row: ProposedKeeper, keeper: str) -> tuple[bool, bool, int]:
    """Where a row stands once ``keeper`` is decided: what to hand over comes first."""
    return keeper != Keeper.MANAGED, row.status != Status.PARTIAL, position(row.capability)


def routed_around(own_tooling: int | None, teams: int | None) -> Reason:
    """Whether teams route around the platform, as far as is known."""
    rule = "Teams that maintain their own tooling beside a platform show that it does not meet their needs."
    if own_tooling is None:
        return Reason(rule, ("unknown how many teams do",))
    of = "" if teams is None else f" of {teams}"
    return Reason(rule, (f"{counted(own_tooling, 'team')}{of} with their own" if own_tooling else "no team does",))


def _proposed_keeper(name: str, status: str) -> ProposedKeeper:
    if name in MANAGED:
        return ProposedKeeper(name, status, Keeper.MANAGED, MANAGED[name])
    return ProposedKeeper(name, status, Keeper.TEAM, TEAM.get(name, OWN))
