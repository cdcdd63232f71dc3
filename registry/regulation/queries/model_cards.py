"""What is on record of a model version, under the headings of the model card; and the texts that people wrote."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from platform_site.text.wording import counted, grouped_number, plural
from registry.models import Check, ModelCardText, ModelVersion, RegisteredModel, SnapshotEntry
from registry.regulation.rules.model_card import LAW, Entry, as_json, as_markdown, filled
from registry.versions.queries import policies

MOST = 50  # lines under one heading from one kind of record


class Card(NamedTuple):
    """The card of a model version, and the version of the texts in it; None where nobody wrote any."""

    version: ModelVersion
    entries: list[Entry]
    texts: ModelCardText | None

    @property
    def about(self) -> str:
        """Who wrote and who reviewed the texts, in a sentence."""
        if self.texts is None:
            return "Nobody has written texts for it."
        review = f"reviewed by {self.texts.reviewed_by}" if self.texts.reviewed_by else "not reviewed by another person"
        return f"Texts: version {self.texts.number} by {self.texts.saved_by}, {review}."

    @property
    def markdown(self) -> str:
        """The card as Markdown."""
        return as_markdown(self.entries, title=str(self.version), about=self.about)

    def as_dict(self) -> dict[str, object]:
        """The card as values for programs."""
        return {
            "model": self.version.model.name,
            "version": self.version.version,
            "law": LAW,
            "about": self.about,
            "texts_number": self.texts.number if self.texts else None,
            "headings": as_json(self.entries),
            "empty": [entry.heading.number for entry in self.entries if entry.is_empty],
        }


def card_of(version: ModelVersion) -> Card:
    """The model card of a version, as it is now."""
    texts = newest_texts(version.model)
    on_record = {number: list(read(version))[: 4 * MOST] for number, read in RECORDS.items()}
    return Card(version, filled(on_record, texts.texts if texts else {}), texts)


def newest_texts(model: RegisteredModel) -> ModelCardText | None:
    """The texts in force; None where nobody wrote any."""
    return model.card_texts.order_by("-number").first()


def _general(version: ModelVersion) -> Iterator[str]:
    model = version.model
    yield f"Model {model.name}, version {version.version}, of team {model.owner_team.name}, registered {version.registered_at:%Y-%m-%d}."
    if model.description:
        yield model.description
    before = model.versions.filter(registered_at__lt=version.registered_at).order_by("-registered_at").first()
    yield f"The version before it is {before.version}." if before else "It is the first version on record."
    if model.regulated:
        yield "It is marked as regulated: its decisions are explained, and other teams' policies check every version."


def _software(version: ModelVersion) -> Iterator[str]:
    if version.container_digest:
        yield f"Environment {version.container_digest}."
    if version.code_commit:
        yield f"Code at commit {version.code_commit}."
    if version.pipeline_commit:
        yield f"Feature pipeline at commit {version.pipeline_commit}."


def _forms(version: ModelVersion) -> Iterator[str]:
    yield f"Serving mode: {version.model.get_serving_mode_display()}."
    for share in version.shares.select_related("revision").order_by("-revision_id")[:MOST]:
        yield f"{share.percent}% of {share.revision.environment} in revision {share.revision.number}."


def _development(version: ModelVersion) -> Iterator[str]:
    if version.hyperparameters:
        yield f"Hyperparameters: {', '.join(f'{name} = {value}' for name, value in sorted(version.hyperparameters.items()))[:2_000]}."
    if version.artifact_digest:
        yield f"Artifact {version.artifact_uri}, SHA-256 {version.artifact_digest}."


def _design(version: ModelVersion) -> Iterator[str]:
    if version.model.model_type:
        yield f"Type: {version.model.model_type}."
    for entry in _entries(version):
        row = entry.feature_version
        yield f"Feature {row.feature.name} at {row.name}: {row.computation_logic}; null rule {row.null_handling}; type {row.data_type}."


def _data(version: ModelVersion) -> Iterator[str]:
    data = version.data_snapshot
    if data:
        columns = f"{len(data.schema)} {plural('column', len(data.schema))}"
        yield f"Trained on {data.dataset.name}: {data.rows:,} rows, {columns}, SHA-256 {data.digest}."
    for entry in _entries(version):
        source = entry.source_version
        if source:
            upstream = source.upstream["name"] if source.upstream else "not on record"
            key = ", ".join(source.entity_key)
            yield f"Source table {source.source_table.name}, version {source.number}: entity {key}, event time {source.event_time}, computed by {upstream}."


def _oversight(version: ModelVersion) -> Iterator[str]:
    approved = version.change_requests.filter(state="approved").count()
    if approved:
        were = "was" if approved == 1 else "were"
        yield f"{counted(approved, 'change')} of what serves {were} approved by another person."
    for override in version.overrides.filter(state="approved").order_by("pk")[:MOST]:
        yield f"Override approved by {override.decided_by} until {override.expires_at:%Y-%m-%d}: {override.reason}"


def _validation(version: ModelVersion) -> Iterator[str]:
    for result in version.evaluations.order_by("metric", "slice", "pk")[:MOST]:
        yield f"{result.metric}{f' on {result.slice}' if result.slice else ''}: {grouped_number(result.value)}, recorded by {result.recorded_by} {result.recorded_at:%Y-%m-%d}."
    for decision in version.gate_decisions.order_by("pk")[:MOST]:
        yield f"{decision.gate} gate {decision.decision} on {decision.decided_at:%Y-%m-%d}, evaluated by {decision.decided_by}."


def _monitoring(version: ModelVersion) -> Iterator[str]:
    for result in version.evaluations.exclude(slice="").order_by("slice", "metric", "pk")[:MOST]:
        yield f"{result.metric} on {result.slice}: {grouped_number(result.value)}."
    for alert in version.model.alerts.exclude(state="resolved").order_by("pk")[:MOST]:
        yield f"Open alert since {alert.opened_at:%Y-%m-%d}: {alert.title}."


def _metrics(version: ModelVersion) -> Iterator[str]:
    for policy in policies.policies_for(version.model):
        yield f"Policy {policy.name} v{policy.number}: {'; '.join(map(str, policy.parsed))}."


def _risks(version: ModelVersion) -> Iterator[str]:
    for conflict in version.gate_decisions.filter(decision="BLOCKED").order_by("pk")[:MOST]:
        reasons = " ".join(map(str, conflict.reasons))[:500]
        yield f"The gate was closed on {conflict.decided_at:%Y-%m-%d}: {reasons}"


def _changes(version: ModelVersion) -> Iterator[str]:
    for change in version.stage_changes.order_by("pk")[:MOST]:
        yield f"{change.before} → {change.after} on {change.changed_at:%Y-%m-%d} by {change.changed_by}."
    for deployment in version.deployments.select_related("revision").order_by("pk")[:MOST]:
        yield f"{deployment.get_kind_display()} in {deployment.revision.environment} on {deployment.made_at:%Y-%m-%d}: {deployment.traffic_percent}%."


def _after(version: ModelVersion) -> Iterator[str]:
    for check in Check.objects.filter(model=version.model).exclude(schedule="").order_by("name")[:MOST]:
        yield f"Check {check.name} ({check.get_kind_display()}) at {check.schedule}."
    reports = version.serving_reports.count()
    newest = version.serving_reports.order_by("-window_end").first()
    if newest:
        yield f"{counted(reports, 'serving report')}, the newest until {newest.window_end:%Y-%m-%d %H:%M} UTC."


def _entries(version: ModelVersion) -> list[SnapshotEntry]:
    snapshot = getattr(version, "snapshot", None)
    if snapshot is None:
        return []
    rows = snapshot.entries.select_related("feature_version__feature", "source_version__source_table")
    return list(rows.order_by("feature__name")[:MOST])


RECORDS = {
    "1a": _general, "1c": _software, "1d": _forms, "2a": _development, "2b": _design, "2d": _data, "2e": _oversight,
    "2g": _validation, "3": _monitoring, "4": _metrics, "5": _risks, "6": _changes, "9": _after,
}  # fmt: skip
