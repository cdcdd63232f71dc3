"""When teams route around the platform: what the platform team should own, and what a managed service does better (T7).

The answer follows where each group comes from (`sourcing`): what is bought is handed over, what is built or open source stays.

>>> rows = recovery({"lineage": "partial", "compute_scaling": "implemented"}, {"Training": "buy", "Observability": "buy"})
>>> [(row.capability, str(row.keeper)) for row in rows]
[('compute_scaling', 'managed'), ('lineage', 'team')]
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from assessments.organizations.rules.catalogue import CAPABILITIES, Status, position
from assessments.organizations.rules.reason import Reason
from platform_site.text.wording import counted, in_words


class Keeper(StrEnum):
    """Who should run a capability."""

    TEAM = "team"
    MANAGED = "managed"


class ProposedKeeper(NamedTuple):
    """A capability that the organization runs, who is proposed to run it (None: open, like where its group comes from), why."""

    capability: str
    status: str
    keeper: Keeper | None
    why: str


# Why a service does it better where the group is bought.
MANAGED = {
    "compute_scaling": "A cloud provider has more machines and buys them cheaper.",
    "orchestrated_training": "Running your own scheduler means being on call for it; the pipelines in it stay yours.",
    "reproducible_envs": "Building and storing images works the same everywhere.",
    "deployment_rollback": "Managed serving includes it; all you do is rehearse it.",
    "progressive_delivery": "Splitting traffic is routing, and routers can be bought.",
    "baseline_monitoring": "Latency and error charts look the same in every company.",
    "audit_log": "The company's log keeps it; nobody outside asks for it yet.",
    "access_controls": "The company's identity provider has the roles already.",
}
# Why the team keeps it, also where its group is bought: knowledge of the company, which no service has.
OWN_KNOWLEDGE = {
    "project_templates": "A template is your conventions, written down; the workspace around it may be bought.",
    "data_drift_monitoring": "A good threshold comes from your history; the charts around it may be bought.",
    "lineage": "It spans all tools, so no single tool can hold it.",
}
TEAM = OWN_KNOWLEDGE | {
    "feature_parity": "Only you know what training and serving must agree on.",
    "feature_registry": "Definitions are the company's own knowledge.",
    "artifact_store": "The digests beside the files are yours; the disks below may be anybody's.",
    "model_registry": "It links all other records; owning it keeps you free to change vendors.",
    "automated_eval_gates": "What counts as good enough is a business decision.",
    "slice_evaluation": "Only you can say which customers the model must not fail.",
    "compute_scaling": "On your own cluster, capacity is planned by the people on call for it.",
    "orchestrated_training": "On your own cluster, the team that is on call can fix the scheduler.",
    "reproducible_envs": "Images are built beside the templates that use them.",
    "deployment_rollback": "On your own cluster, the way back is part of the way forward.",
    "progressive_delivery": "On your own cluster, the router is yours already.",
    "baseline_monitoring": "What runs on your own cluster is watched by those who run it.",
    "audit_log": "It must outlive every vendor.",
    "access_controls": "Who may approve is specific to your organization.",
}
OWN = "You added it yourself: we know of no service that includes it."
OPEN = "Open until it is decided where {group} comes from."


def recovery(statuses: Mapping[str, str], choices: Mapping[str, str | None]) -> list[ProposedKeeper]:
    """Every capability that runs (implemented or partial), by where its group comes from (``choices``).

    First what to hand over, half-done work before the rest because it is the easiest to give up; then what stays; then what is
    open. In catalogue order otherwise.
    """
    rows = [
        _proposed_keeper(name, status, choices)
        for name, status in statuses.items()
        if status in (Status.IMPLEMENTED, Status.PARTIAL)
    ]
    return sorted(rows, key=lambda row: in_order(row, row.keeper))


def in_order(row: ProposedKeeper, keeper: str | None) -> tuple[int, bool, int]:
    """Where a row stands once ``keeper`` is decided: what to hand over comes first."""
    places = {Keeper.MANAGED: 0, Keeper.TEAM: 1}
    return places.get(Keeper(keeper), 2) if keeper else 2, row.status != Status.PARTIAL, position(row.capability)


def routed_around(own_tooling: int | None, teams: int | None) -> Reason:
    """Whether teams route around the platform, as far as is known."""
    rule = "Teams that maintain their own tooling beside a platform show that it does not meet their needs."
    if own_tooling is None:
        return Reason(rule, ("unknown how many teams keep their own tooling",))
    of = "" if teams is None else f" of {teams}"
    figure = (
        f"{counted(own_tooling, 'team')}{of} with their own tooling" if own_tooling else "no team keeps its own tooling"
    )
    return Reason(rule, (figure,))


def _proposed_keeper(name: str, status: str, choices: Mapping[str, str | None]) -> ProposedKeeper:
    if name not in CAPABILITIES:
        return ProposedKeeper(name, status, Keeper.TEAM, OWN)
    group = str(CAPABILITIES[name].group)
    choice = choices.get(group)
    if name in OWN_KNOWLEDGE:
        return ProposedKeeper(name, status, Keeper.TEAM, _because(group, choice, TEAM[name]))
    if choice is None:
        return ProposedKeeper(name, status, None, OPEN.format(group=group))
    if choice == "buy":
        why = MANAGED.get(name, "You decided to buy this group.")
        return ProposedKeeper(name, status, Keeper.MANAGED, _because(group, choice, why))
    return ProposedKeeper(name, status, Keeper.TEAM, _because(group, choice, TEAM[name]))


def _because(group: str, choice: str | None, argument: str) -> str:
    """The fact first: where the group comes from."""
    words = {"buy": "bought", "build": "built", "open_source": "open source", None: "open"}
    return f"{group} is {words.get(choice, in_words(choice))}. {argument}"
