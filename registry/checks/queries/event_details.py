"""What the registry adds to a notice about one of its records: the owning team, the page, what to know and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F
from django.urls import reverse

from platform_site.text.wording import in_words
from platform_site.webhooks.rules.messages import Event
from platform_site.webhooks.rules.notices import Details, Fact
from registry.models import Alert, Check, CurrentVersionChange, Feature, FeatureVersion, ModelVersion, RegisteredModel
from registry.versions.queries.gates import deployment_verdict
from registry.versions.rules.gates import OVERRIDE, SERVE, WayOut
from registry.versions.rules.message import message

OF_A_RUN = (
    "run: Read the run of the check, which names the columns or rows that decided.",
    "acknowledge: Acknowledge the alert once you know the cause; it returns with another or worse finding.",
)
MOST_DIGITS = 19  # of a key
ENDED = ("alert.resolved",)  # whatever follows from it is over


def details_of_events(events: Sequence[Event]) -> dict[int, Details]:
    """What the registry knows of the subjects of events, by their place; without those that are not its records."""
    numbers = {event.subject.removeprefix("alert:") for event in events if event.subject.startswith("alert:")}
    rows = Alert.objects.select_related("model__owner_team", "model_version__model", "check_definition__feature")
    keys = [int(number) for number in numbers if number.isdecimal() and len(number) < MOST_DIGITS]
    alerts = rows.in_bulk(keys) if keys else {}
    known = {place: _details_of(event, alerts) for place, event in enumerate(events)}
    return {place: details for place, details in known.items() if details}


def _details_of(event: Event, alerts: Mapping[int, Alert]) -> Details | None:
    kind, _, name = event.subject.partition(":")
    payload = event.payload if isinstance(event.payload, Mapping) else {}
    if kind == "alert":
        alert = alerts.get(int(name)) if name.isdecimal() else None
        return _of_alert(alert, event) if alert else None
    model = name.partition("/")[0] if kind in ("model", "model_version") else payload.get("model")
    feature = name if kind == "feature" else payload.get("feature")
    return _of_owner(model, feature)


def _of_owner(model: Any, feature: Any) -> Details | None:
    """The team of a model, else of a feature, by its name; the page is that of the subject."""
    for records, name in ((RegisteredModel.objects, model), (Feature.objects, feature)):
        if isinstance(name, str) and name:
            teams = records.filter(name=name).values_list("owner_team__slug", flat=True)
            if slug := teams.first():
                return Details(teams=(slug,))
    return None


def _of_alert(alert: Alert, event: Event) -> Details:
    facts, ways = _facts(alert), tuple[str, ...]()
    if event.name not in ENDED:
        more, ways = _cause(alert)
        facts += more
    path = reverse("registry:alert", args=[alert.pk])
    return Details((alert.model.owner_team.slug,), path, tuple(facts), ways)


def _facts(alert: Alert) -> list[Fact]:
    check = alert.check_definition
    named = {
        "Model": alert.model.name,
        "Version": alert.model_version.version if alert.model_version else "",
        "Environment": alert.environment,
        "Feature": alert.feature or _feature_of(check),
        "Check": check.name if check else "",
        "Finding": in_words(alert.finding) if not check else in_words(check.kind),
        "Open since": f"{alert.opened_at:%Y-%m-%d %H:%M} UTC",
        "Gate": "this alert blocks" if alert.blocking else "",
    }
    return [Fact(label, text) for label, text in named.items() if text]


def _cause(alert: Alert) -> tuple[list[Fact], tuple[str, ...]]:
    """Who changed what the alert is about, when and why, and the ways out, as the gate of the version says them now."""
    changed = _definitions(alert)
    if alert.model_version is None:
        return changed, OF_A_RUN
    version = ModelVersion.objects.select_related("model").get(pk=alert.model_version.pk)
    verdict = deployment_verdict(version, environment=alert.environment)
    report = message(verdict.as_dict() | {"model": version.model.name, "version": version.version})
    conflicts = [entry for entry in report.blocking if entry.feature == alert.feature and alert.feature]
    facts = [Fact(fact.label.capitalize(), fact.text) for entry in conflicts for fact in entry.facts]
    ways = [way for way in verdict.ways_out if way.feature in ("", alert.feature)] if conflicts else []
    if alert.finding in Alert.OF_SERVING:
        ways = [SERVE, *(way for way in ways if way not in (SERVE, OVERRIDE))]
    return [*facts, *(fact for fact in changed if fact.label not in {row.label for row in facts})], _sentences(ways)


def _definitions(alert: Alert) -> list[Fact]:
    """Who made the definition of its feature current, and who registered the one that serving reports instead."""
    feature = alert.feature or _feature_of(alert.check_definition)
    changes = CurrentVersionChange.objects.filter(feature__name=feature, after=F("feature__current"))
    facts = [
        Fact("Current definition", _made(row.after.name, "set", row.changed_by, row.changed_at, row.reason))
        for row in (changes.select_related("after").order_by("-pk")[:1] if feature else ())
    ]
    return facts + _reported_definitions(alert)


def _reported_definitions(alert: Alert) -> list[Fact]:
    if alert.finding != Alert.Kind.SKEW:
        return []
    names = [part.partition(">")[2] for part in alert.parts if ">" in part]
    rows = FeatureVersion.objects.filter(feature__name=alert.feature, name__in=names).order_by("pk")
    return [
        Fact("Served definition", _made(row.name, "registered", row.registered_by, row.registered_at, row.reason))
        for row in rows[:3]
    ]


def _made(name: str, verb: str, by: str, at: datetime, reason: str) -> str:
    why = f": {reason}" if reason else ""
    return f"{name}, {verb} by {by}, {at:%Y-%m-%d %H:%M} UTC{why}"


def _feature_of(check: Check | None) -> str:
    return check.feature.name if check and check.feature else ""


def _sentences(ways: Iterable[WayOut]) -> tuple[str, ...]:
    return tuple(f"{way.kind}: {way.do}" for way in ways)
