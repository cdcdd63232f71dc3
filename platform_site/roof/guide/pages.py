"""The pages of the guide, in the order in which a new lead would read them. Pure: standard library alone.

>>> PAGES["skew"].title
'Skew, and how it is prevented'
"""

from __future__ import annotations

from typing import NamedTuple


class Page(NamedTuple):
    """A page: its part of the URL and name of its template, its title, and what it answers."""

    slug: str
    title: str
    answers: str


READING = (
    Page("when-a-platform", "When a platform is needed", "Five conditions, and what to do when none is met."),
    Page("skew", "Skew, and how it is prevented", "Why a model can be right in training and wrong in production."),
    Page("project-level", "Project-level MLOps for small teams", "What to build without a platform, and what not."),
    Page("phase-1", "Phase 1, and what to defer", "Five capabilities in six weeks; four that can wait, and why."),
    Page("golden-paths", "Self-serve golden paths", "How a team gets to production without asking anybody."),
    Page("escape-hatches", "The escape-hatch catalogue", "Known ways off the path, what each costs, what you keep."),
    Page("interfaces-before-tools", "Interfaces before tools", "What to settle before any product is chosen."),
    Page(
        "governance-without-bureaucracy",
        "Governance without bureaucracy",
        "Rules that run by themselves, and how to say no well.",
    ),
    Page("user-research", "User research", "Four hours beside a data scientist; every pause is a gap."),
    Page("why-platforms-fail", "Why platforms fail", "Three ways, and how to tell which one is yours."),
    Page("adoption-death-spiral", "The adoption death spiral", "How a platform loses its teams, and how it turns."),
    Page("feature-tax", "The feature tax", "Why each capability takes longer than the one before."),
    Page("leading-indicators", "Leading indicators", "The two figures that move before the damage does."),
)
PAGES = {page.slug: page for page in READING}
