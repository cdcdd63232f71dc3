"""Apply a file: each entry through the action that people use, by a named actor; approvals hold as they do elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

from platform_site.access import Actor
from platform_site.errors import Fault, Invalid, Refusal, Refused
from platform_site.people.actions.teams import change_team, create_team
from platform_site.people.models import Team
from platform_site.roof.configuration.plan import (
    CONTENT,
    HIDDEN,
    Effect,
    Step,
    definition_of,
    plan_of,
    source_of,
)
from platform_site.webhooks.actions.targets import add_webhook, change_webhook
from platform_site.webhooks.models import Webhook
from registry.checks.actions.checks import change_check, define_check
from registry.data.actions.datasets import add_dataset, change_reading
from registry.data.actions.source_tables import add_source_version, edit_source_table, register_source_table
from registry.features.actions.details import edit_feature
from registry.features.actions.new_definitions import NewDefinition
from registry.features.actions.registration import MOST_AT_ONCE, register_features
from registry.models import ApprovalRequest, Check, Dataset, Feature, RegisteredModel, SourceTable
from registry.versions.actions.details import edit_model
from registry.versions.actions.policies import save_policy
from registry.versions.actions.registration import register_model

REASON = "Applied from plumbline.yaml."
ABOUT = ("description", "owner_team", "tags")
DONE = {Effect.CREATE: "created", Effect.CHANGE: "changed", Effect.REQUEST: "requested"}


class Outcome(NamedTuple):
    """What became of a step: created, changed, requested, same, cannot or refused, with a sentence."""

    step: Step
    word: str
    sentence: str = ""


def apply(text: str, *, reason: str = "", digest: str = "", actor: Actor) -> list[Outcome]:
    """Apply a file, section by section; the outcome of each entry. Invalid with every fault of the file's form, and Refused
    (`plan_changed`) where a plan was named by its digest and is not the one any more.

    Each entry has a transaction of its own, but the features are registered all together or not at all. What is refused
    stops nothing else and says so; applying again goes on where it stopped.
    """
    plan = plan_of(text, actor)
    if digest and digest != plan.digest:
        sentence = "The plan is another one by now. Read it again, then apply it by its digest."
        raise Refused("plan_changed", sentence, detail={"digest": plan.digest})
    why = reason or plan.reason or REASON
    outcomes: list[Outcome] = []
    for section in dict.fromkeys(step.section for step in plan.steps):
        steps = [step for step in plan.steps if step.section == section]
        outcomes += _features(steps, why, actor) if section == "features" else [_applied(s, why, actor) for s in steps]
    return outcomes


def _applied(step: Step, why: str, actor: Actor) -> Outcome:
    if step.effect in (Effect.SAME, Effect.CANNOT):
        return Outcome(step, "refused" if step.sentence == HIDDEN else str(step.effect), step.sentence)
    try:
        result = ACTIONS[step.section](step, why, actor)
    except Refusal as refusal:
        return _refused(step, refusal)
    word = "requested" if isinstance(result, ApprovalRequest) else DONE[step.effect]
    return Outcome(step, word, step.sentence)


def _refused(step: Step, refusal: Refusal) -> Outcome:
    faults = "; ".join(f"{fault.field}: {fault.message}" for fault in refusal.faults)
    return Outcome(step, "refused", faults or refusal.message)


def _features(steps: list[Step], why: str, actor: Actor) -> list[Outcome]:
    """Definitions that are new or changed in one call: all of them or none; then what is not part of a definition."""
    moving = [step for step in steps if step.effect == Effect.CREATE or set(step.changed) & set(CONTENT)]
    refusals: dict[int, Refusal] = {}
    for start in range(0, len(moving), MOST_AT_ONCE):
        batch = moving[start : start + MOST_AT_ONCE]
        try:
            register_features([_new_definition(step.entry, why) for step in batch], actor=actor)
        except Refusal as refusal:
            refusals |= {id(step): _of_one(refusal, index) for index, step in enumerate(batch)}
    return [_refused(step, refusals[id(step)]) if id(step) in refusals else _described(step, actor) for step in steps]


def _of_one(refusal: Refusal, index: int) -> Refusal:
    """What a refusal of many definitions says of one of them."""
    prefix = f"definitions[{index}]."
    own = [
        fault._replace(field=fault.field.removeprefix(prefix))
        for fault in refusal.faults
        if fault.field.startswith(prefix)
    ]
    if own or not refusal.faults:
        return Invalid(own) if own else refusal
    return Invalid(
        [Fault("features", "together", "Another feature of the file was refused: all are registered, or none.")]
    )


def _described(step: Step, actor: Actor) -> Outcome:
    if step.effect in (Effect.SAME, Effect.CANNOT):
        return Outcome(step, str(step.effect), step.sentence)
    feature = Feature.objects.get(name=step.entry["name"])
    try:
        edit_feature(feature, **{name: step.entry[name] for name in (*ABOUT, "requires_parity")}, actor=actor)
    except Refusal as refusal:
        return _refused(step, refusal)
    return Outcome(step, DONE[step.effect], step.sentence)


def _new_definition(entry: Mapping[str, Any], why: str) -> NewDefinition:
    about = {name: entry[name] for name in ("name", "owner_team", "description", "dialect")}
    return NewDefinition(**about, definition=definition_of(entry), reason=why)


def _team(step: Step, why: str, actor: Actor) -> Any:
    entry = step.entry
    day = entry["onboarded_on"]
    try:
        onboarded_on = date.fromisoformat(day) if day else None
    except ValueError:
        raise Invalid([Fault("onboarded_on", "malformed", f"{day} is not a date such as 2026-11-05.")]) from None
    fields = {"name": entry["name"], "on_platform": entry["on_platform"], "onboarded_on": onboarded_on}
    if step.effect == Effect.CREATE:
        return create_team(slug=entry["slug"], **fields, actor=actor)
    return change_team(Team.objects.get(slug=entry["slug"]), **fields, actor=actor)


def _data_set(step: Step, why: str, actor: Actor) -> Any:
    entry = step.entry
    if step.effect == Effect.CREATE:
        return add_dataset(**entry, actor=actor)
    dataset = Dataset.objects.get(name=entry["name"])
    gone = {name: None for name in dataset.stated if name not in entry["read"]}
    return change_reading(dataset, gone | entry["read"], actor=actor)


def _source_table(step: Step, why: str, actor: Actor) -> Any:
    entry, source = step.entry, source_of(step.entry)
    if step.effect == Effect.CREATE:
        table, _ = register_source_table(
            entry["name"], source, owner_team=entry["owner_team"], description=entry["description"], actor=actor
        )
        return edit_source_table(table, tags=entry["tags"], actor=actor) if entry["tags"] else table
    table = SourceTable.objects.select_related("owner_team", "current__dataset").get(name=entry["name"])
    about = {name: entry[name] for name in ABOUT if name in step.changed}
    if about:
        table = edit_source_table(table, **about, actor=actor)
    if set(step.changed) - set(ABOUT):
        add_source_version(table, source, reason=why, actor=actor)
    return table


def _model(step: Step, why: str, actor: Actor) -> Any:
    entry = step.entry
    if step.effect == Effect.CREATE:
        names = ("name", "owner_team", "model_type", "serving_mode", "description")
        model = register_model(**{name: entry[name] for name in names}, actor=actor)
    else:
        model = RegisteredModel.objects.select_related("owner_team").get(name=entry["name"])
    about = {name: entry[name] for name in (*ABOUT, "silent_after_hours")}
    return edit_model(model, **about, actor=actor)


def _check(step: Step, why: str, actor: Actor) -> Any:
    entry = step.entry
    how = {"blocking": entry["blocking"], "schedule": entry["schedule"]}
    if step.effect == Effect.CHANGE:
        return change_check(
            Check.objects.select_related("model", "feature").get(name=entry["name"]), **how, actor=actor
        )
    model = RegisteredModel.objects.select_related("owner_team").get(name=entry["model"]) if entry["model"] else None
    return define_check(
        entry["kind"], name=entry["name"], parameters=entry["parameters"], model=model, **how, actor=actor
    )


def _policy(step: Step, why: str, actor: Actor) -> Any:
    return save_policy(**step.entry, reason=why, actor=actor)


def _notification(step: Step, why: str, actor: Actor) -> Any:
    entry = step.entry
    if step.effect == Effect.CREATE:
        webhook, _ = add_webhook(
            url=entry["address"], kind=entry["kind"], events=entry["events"], description=entry["name"], actor=actor
        )
        return webhook if entry["active"] else change_webhook(webhook, active=False, actor=actor)
    stored = Webhook.objects.filter(description=entry["name"]).order_by("pk").first()
    if stored is None:
        raise Invalid([Fault("name", "unknown", f"No notification has the description {entry['name']!r}.")])
    return change_webhook(stored, events=entry["events"], active=entry["active"], actor=actor)


ACTIONS: dict[str, Callable[[Step, str, Actor], Any]] = {
    "teams": _team,
    "data_sets": _data_set,
    "source_tables": _source_table,
    "models": _model,
    "checks": _check,
    "policies": _policy,
    "notifications": _notification,
}
