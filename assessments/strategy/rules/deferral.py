"""Why something waits, by the size of the organization, and the condition that ends the waiting (T5).

>>> why, until = deferral("progressive_delivery", "Missing, high priority.", Size(models=2, teams=1))
>>> why
'Missing, high priority. 2 models in production: a rehearsed rollback comes first.'
>>> until
'a rollback is rehearsed and a fault in one model would reach customers before anybody could roll it back'
"""

from __future__ import annotations

from typing import NamedTuple

from platform_site.text.wording import counted

MANY_TEAMS = 5  # up to here, teams know one another; beyond, access control for many tenants does not wait


class Size(NamedTuple):
    """How large the organization is; None: unknown."""

    engineers: int | None = None
    teams: int | None = None
    models: int | None = None
    planned: int | None = None

    @property
    def many_teams(self) -> bool:
        return (self.teams or 0) > MANY_TEAMS


class Waits(NamedTuple):
    """By what size a capability waits (`models`, `teams` or `engineers`), the argument, and what ends it."""

    by: str
    argument: str
    until: str


WAITS = {
    "feature_store": Waits(
        "teams",
        "versioned definitions that are compared give most of the value without a store.",
        "two models read the same feature at request time, and their lookups miss a latency budget",
    ),
    "access_controls": Waits(
        "teams",
        "they know one another, and the company's existing roles are enough.",
        f"more than {MANY_TEAMS} teams ship models, or a decision must be audited",
    ),
    "progressive_delivery": Waits(
        "models",
        "a rehearsed rollback comes first.",
        "a rollback is rehearsed and a fault in one model would reach customers before anybody could roll it back",
    ),
    "data_drift_monitoring": Waits(
        "models",
        "thresholds need the history that baseline monitoring collects.",
        "baseline monitoring has run for a month, or an incident comes from drift",
    ),
    "feature_parity": Waits(
        "models",
        "it pays where training and serving compute a feature apart.",
        "a feature of a production model is computed in two places",
    ),
    "feature_registry": Waits(
        "teams",
        "a shared catalogue pays once definitions are shared.",
        "two teams, or two models, use the same feature",
    ),
    "automated_eval_gates": Waits(
        "models",
        "the criteria can be written down first and held by people.",
        "the criteria of one model are written down, or a release skips its evaluation",
    ),
    "slice_evaluation": Waits(
        "models",
        "slices are reported from the evaluation that exists.",
        "an average looked good while some customers got wrong answers, or evaluation runs in the pipeline",
    ),
    "lineage": Waits(
        "models",
        "a registry that says what runs comes first.",
        "a model must be traced to its data, or the model registry stands",
    ),
    "audit_log": Waits(
        "teams",
        "the history of the repository answers who changed what.",
        "somebody asks who approved a model, or a decision must be audited",
    ),
    "project_templates": Waits(
        "teams",
        "a template is taken from a project that works.",
        "the next project begins",
    ),
    "reproducible_envs": Waits(
        "models",
        "a lock file beside each model keeps the versions meanwhile.",
        "a model cannot be rebuilt, or a container digest is recorded at training",
    ),
    "compute_scaling": Waits(
        "engineers",
        "larger machines can be rented before capacity is managed.",
        "runs queue for more than an hour in most weeks",
    ),
    "artifact_store": Waits(
        "models",
        "the tracking server keeps the files meanwhile.",
        "two teams share a model, or an artifact was overwritten",
    ),
    "orchestrated_training": Waits(
        "models",
        "a documented script trains them meanwhile.",
        "a training run is forgotten or a model is retrained weekly",
    ),
    "model_registry": Waits("models", "one list answers what runs meanwhile.", "a second team ships a model"),
    "deployment_rollback": Waits("models", "the release before can be deployed again.", "the next release goes out"),
    "baseline_monitoring": Waits("models", "users report faults meanwhile.", "the next model goes into production"),
}
OTHER = Waits("engineers", "the steps of this plan come first.", "the steps of this plan stand")


def deferral(capability: str, facts: str, size: Size) -> tuple[str, str]:
    """Why it waits, from what is known here, and until when; ``facts`` are those of the capability itself."""
    waits = WAITS.get(capability, OTHER)
    return f"{facts} {size_in_words(size, waits.by)}: {waits.argument}".strip(), waits.until


def size_in_words(size: Size, by: str) -> str:
    """The one figure that decides, as a fact.

    >>> size_in_words(Size(teams=2), "teams"), size_in_words(Size(), "models")
    ('2 teams ship models', 'It is unknown how many models are in production')
    """
    known = {
        "models": (size.models, f"{counted(size.models, 'model')} in production"),
        "teams": (size.teams, f"{counted(size.teams, 'team')} {'ships' if size.teams == 1 else 'ship'} models"),
        "engineers": (size.engineers, f"{counted(size.engineers, 'platform engineer')}"),
    }
    unknown = {
        "models": "It is unknown how many models are in production",
        "teams": "It is unknown how many teams ship models",
        "engineers": "It is unknown how many engineers work on the platform",
    }
    count, words = known[by]
    return unknown[by] if count is None else words
