"""What models and their versions show on every page of a model, and on the pages of a feature and of a team."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.urls import reverse

from platform_site.pages import Figure
from platform_site.people.models import Team
from platform_site.text.wording import counted
from registry.models import Feature, ModelVersion, RegisteredModel, TrainingSnapshot
from registry.versions.queries import model_list, model_versions, overrides, policies
from registry.versions.queries.blocked import blocked_in_production
from registry.versions.queries.model_list import ListedModel
from registry.versions.rules.scorecard import Fact

SHOWN = 20


class Banner(NamedTuple):
    """What stands in the way of a model, as one sentence, and the way out. ``word`` is a word of state."""

    word: str
    sentence: str
    action: str
    url: str


def model_head(model: RegisteredModel) -> dict[str, Any]:
    """How a model of `model_versions.models` stands, and its banner: what every page of it begins with."""
    entry = model_list.listed([model])[0]
    return {"model": model, "entry": entry, "banner": banner(entry)}


def banner(entry: ListedModel) -> Banner | None:
    """The gravest thing that stands in the way of a model; None where nothing does."""
    name = entry.model.name
    page = resolve_url("registry:model", name)
    if entry.blocked:
        version = entry.blocked[0]
        changed = f"{', '.join(version.conflicting)} changed since training"
        more = f", and {counted(len(entry.blocked) - 1, 'more version')}" if len(entry.blocked) > 1 else ""
        url = resolve_url("registry:model_version", name, version.version)
        return Banner("blocked", f"The gate blocks {version.version}{more}: {changed}.", "See the ways out", url)
    if entry.state == "blocked":
        closing = f"{counted(entry.closing, 'open alert')} {'closes' if entry.closing == 1 else 'close'} the gate."
        return Banner("blocked", closing, "See the alerts", f"{page}?tab=checks")
    if entry.skew:
        skew = f"Serving is not what training was: {counted(entry.skew, 'open alert')}."
        return Banner("skew", skew, "See the alerts", f"{page}?tab=checks")
    if entry.state == "not_deployed":
        versions = ", ".join(version.version for version in entry.in_production)
        are = "is" if len(entry.in_production) == 1 else "are"
        sentence = f"{versions} {are} in the stage production, and no deployment lets anything serve."
        return Banner("not_deployed", sentence, "See serving", resolve_url("registry:serving", name))
    return None


def of_model(request: HttpRequest, model: RegisteredModel) -> dict[str, Any]:
    """The lines of a model's scorecard that its versions and policies answer; two queries."""
    badge = reverse("registry:badge", args=[model_list.badge_key(model.name), model.name])
    return {"version_facts": [_snapshots(model), _policies(model)], "badge": badge}


def _snapshots(model: Any) -> Fact:
    versions = model.in_production
    if not versions:
        return Fact("Training snapshot", None, "No version is in the stage production.")
    has = set(TrainingSnapshot.objects.filter(model_version__in=versions).values_list("model_version_id", flat=True))
    without = [version for version in versions if version.pk not in has and not version.uses_no_features]
    if not without:
        return Fact("Training snapshot", True, "Every version in production has recorded what it was trained on.")
    url = resolve_url("registry:model_version", model.name, without[0].version)
    names = ", ".join(version.version for version in without)
    return Fact("Training snapshot", False, f"Without a snapshot: {names}.", f"Open {without[0].version}", url)


def _policies(model: RegisteredModel) -> Fact:
    names = [f"{policy.name} v{policy.number}" for policy in policies.policies_for(model)]
    if names:
        return Fact("Policy", True, f"Its versions are held to {', '.join(names)}.")
    return Fact("Policy", False, "No policy in force applies to it.", "Open policies", resolve_url("registry:policies"))


def of_feature(request: HttpRequest, feature: Feature) -> dict[str, Any]:
    """The overrides in force that cover a conflict of a feature."""
    return {"overrides": overrides.of_feature(feature)}


def of_team(request: HttpRequest, team: Team) -> dict[str, Any]:
    """The models that a team owns, the first of them by name, how many there are, and the versions that a gate blocks."""
    rows = model_versions.models().filter(owner_team=team)
    blocked = blocked_in_production(ModelVersion.objects.filter(model__owner_team=team))
    address = f"{reverse('registry:models')}?owner_team={team.slug}"
    count = rows.count()
    closed = "What they were trained on changed." if blocked else "In production, by what changed since training."
    figures = [
        Figure("Models", count, address),
        Figure("Blocked versions", len(blocked), "#blocked" if blocked else "", closed),
    ]
    return {"models": rows[:SHOWN], "model_count": count, "blocked": blocked, "glance": figures} | {
        "blocked_models": {version.model_id for version in blocked}
    }
