"""What a new installation has to do before it can answer: five steps, each a form on the site."""

from __future__ import annotations

from typing import NamedTuple

from django.urls import reverse

from platform_site.people import queries as people
from registry.data.queries import datasets
from registry.features.queries import features
from registry.versions.queries import model_versions


class Step(NamedTuple):
    """One step: what to do and why, the forms that do it (label, address), and whether it is done."""

    title: str
    sentence: str
    links: tuple[tuple[str, str], ...]
    done: bool


def first_steps(*, assessed: bool) -> list[Step]:
    """The steps with what is done of them, in four queries; empty where all are done."""
    steps = [
        Step(
            "Your team and people",
            "A team owns features and models; people belong to it, and another person decides what one asks for.",
            (("Add a team", reverse("teams")), ("Add people", reverse("people"))),
            people.teams().exists(),
        ),
        Step(
            "Data",
            "A file in the data root or a table: what features are computed from. Then name a source table over it.",
            (("Add a data set", reverse("registry:dataset_add")), ("Add a source table", reverse("registry:source_table_add"))),
            datasets.source_tables().exists(),
        ),
        Step(
            "A feature",
            "The definition that your most used model was trained on, from the columns of that source table.",
            (("Register a feature", reverse("registry:feature_register")),),
            features.features().exists(),
        ),
        Step(
            "A model",
            "A version with what it was trained on. Its gate answers from then on whether it may be deployed.",
            (("Add a model", reverse("registry:model_add")), ("Import from MLflow", reverse("registry:imports"))),
            model_versions.any_version(),
        ),
        Step(
            "An assessment",
            "What the platform has of seventeen capabilities: its score, its level, and what holds the next one back.",
            (("Add your organization", reverse("assessments:add_organization")), ("Begin an assessment", reverse("assessments:begin"))),
            assessed,
        ),
    ]  # fmt: skip
    return [] if all(step.done for step in steps) else steps
