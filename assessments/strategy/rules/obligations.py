"""What "explainable, audited, reproducible" takes technically, and what this installation already holds of it (T5).

>>> rows = obligations(Held(decisions=4, explained=3, events=90, complete=2, versions=3, packs=0))
>>> rows[0].word, rows[0].holds[0].sentence
('Explainable', '3 of 4 reported decisions are stored with their explanation.')
"""

from __future__ import annotations

from typing import NamedTuple

from platform_site.text.wording import counted


class Held(NamedTuple):
    """What is on record: reported decisions and those with an explanation, events of the audit chain, production versions and
    those with every part of their lineage, regulator packs that were handed out."""

    decisions: int
    explained: int
    events: int
    complete: int
    versions: int
    packs: int


class Holding(NamedTuple):
    """A part that is there: its title, how much of it in a sentence, the page (a URL name), and whether there is any."""

    title: str
    sentence: str
    page: str
    begun: bool


class Obligation(NamedTuple):
    """A word of the regulator, what it takes, the capabilities that bring it, and what is held."""

    word: str
    takes: str
    capabilities: tuple[str, ...]
    holds: list[Holding]


def obligations(held: Held) -> list[Obligation]:
    """The three, in the order in which a regulator asks."""
    decisions = (
        f"{held.explained:,} of {counted(held.decisions, 'reported decision')} are stored with their explanation."
        if held.decisions
        else "No decision is reported yet: serving posts each with its explanation."
    )
    versions = (
        f"{held.complete:,} of {counted(held.versions, 'production version')} have every part on record."
        if held.versions
        else "No version is in production yet."
    )
    packs = (
        f"{counted(held.packs, 'pack')} handed out." if held.packs else "None handed out yet: build one and read it."
    )
    return [
        Obligation(
            "Explainable",
            "Each decision is stored as it was made: inputs, model version, outcome, and the contribution of each feature.",
            ("slice_evaluation", "feature_registry"),
            [Holding("Explanations stored with decisions", decisions, "registry:models", bool(held.explained))],
        ),
        Obligation(
            "Audited",
            "Who changed and approved what, with which reason, in a log that nobody can edit; changes of what serves wait for a "
            "second person.",
            ("audit_log", "access_controls", "automated_eval_gates"),
            [
                Holding(
                    "Audit chain", f"{counted(held.events, 'event')}, each with the hash of the one before.",
                    "audit:events", held.events > 0,
                ),
                Holding("Regulator pack", packs, "registry:models", held.packs > 0),
            ],
        ),
        Obligation(
            "Reproducible",
            "A decision can be computed again: code, data snapshot, feature versions, container, hyperparameters and evaluations "
            "are linked to the version, and the artifact cannot be overwritten.",
            ("artifact_store", "lineage", "feature_registry", "reproducible_envs"),
            [Holding("Six-part lineage", versions, "registry:models", held.complete > 0)],
        ),
    ]  # fmt: skip
