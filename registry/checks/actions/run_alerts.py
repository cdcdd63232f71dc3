"""What a finished run does to the alerts of its check, and what a definition that is no longer served does to them."""

from __future__ import annotations

from django.utils import timezone

from platform_site.text.wording import in_words
from registry.checks.actions.alerts import Evidence, follow, resolve_alert, unresolved
from registry.checks.queries import parity
from registry.checks.queries.concerned import models_concerned
from registry.checks.queries.run_findings import finding_of, is_superseded, observed_at
from registry.features.queries.parity_evidence import CONCLUSIVE, unanswered_by
from registry.models import Alert, Check, CheckRun, Feature

MOST_COLUMNS = 5


def open_or_resolve_alerts(run: CheckRun) -> None:
    """Open, update or resolve the alerts of a finished run, inside the transaction that finishes it.

    A run that errored or had too little data concluded nothing, so it changes nothing. Nor does a run that began before
    another one that has concluded, or one over a definition that is not served, because it is only proposed or was
    replaced by an older one. A parity run that passed over other data, or over fewer rows, than the one that failed
    resolves nothing.
    """
    if run.outcome not in CONCLUSIVE:
        return
    check = Check.objects.select_for_update(no_key=True, of=("self",)).get(pk=run.check_definition_id)
    passed = run.outcome == CheckRun.Outcome.PASSED
    if is_superseded(run) or (unanswered_by(run) if passed else parity.compares_unserved_definition(check)):
        return
    standing = {alert.model_id: alert for alert in unresolved(check.alerts.all())}
    concerned = {alert.model_id: alert.model for alert in standing.values()}
    if not passed:
        concerned |= {model.pk: model for model in models_concerned(check)}
    evidence = _evidence(run)
    for key, model in sorted(concerned.items()):
        thing = {"model": model, "check_definition": check}
        follow(standing.get(key), evidence, thing=thing)


def resolve_alerts_of_superseded(feature: Feature) -> None:
    """Resolve the alerts of parity checks about a definition that is no longer current, inside the transaction that sets
    another one: their next run would compare the same two definitions, and never pass."""
    for alert in unresolved(Alert.objects.filter(check_definition__feature=feature)):
        check = alert.check_definition
        if check and parity.compares_unserved_definition(check):
            superseded = check.parameters["current"]
            resolve_alert(alert, because=f"{feature.name} is no longer computed by {superseded}.")


def _evidence(run: CheckRun) -> Evidence:
    check = run.check_definition
    details = {"check": check.name, "run": run.pk}
    finding = finding_of(run)
    if finding.parts:
        details["message"] = _message(run)
    title = f"{check.feature or check.name}: {run.summary}"
    return Evidence(observed_at(run), timezone.now(), finding, title, {"run": run}, details)


def _message(run: CheckRun) -> str:
    """A run for the people of a model: the verdict, what was compared and left out, then the columns that decided."""
    check = run.check_definition
    sentence = run.result.content.get("sentence", "") if hasattr(run, "result") else ""
    decided = run.columns.exclude(outcome=CheckRun.Outcome.PASSED).order_by("rank")[:MOST_COLUMNS]
    lines = [f"{check.get_kind_display()} of {check.feature or check.name}: {in_words(run.outcome)}", run.summary]
    lines += [sentence] if sentence not in run.summary else []
    return "\n".join([*lines, *(f"- {column.column}: {column.sentence}" for column in decided)])
