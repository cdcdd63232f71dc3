"""An organization with the worked case's assessment."""

from __future__ import annotations

from datetime import date

import pytest

from assessments.actions.assessments import begin_assessment, publish_assessment
from assessments.actions.organizations import add_organization
from platform_site.access import Actor, Role
from tests import golden

STATED = ("capability", "status", "notes", "priority")


def stated() -> list[dict]:
    """What the worked case states of each capability."""
    return [{name: item[name] for name in STATED} for item in golden.load("sample_assessment")["items"]]


@pytest.fixture
def lea() -> Actor:
    """A lead."""
    return Actor("lea", frozenset({Role.LEAD}), frozenset())


@pytest.fixture
def organization(db, lea):
    return add_organization(slug="exampleco", name="ExampleCo", actor=lea)


@pytest.fixture
def draft(organization, lea):
    return begin_assessment(
        organization, assessed_on=date(2026, 11, 2), model_count=8, team_count=3, items=stated(), actor=lea
    )


@pytest.fixture
def published(draft, lea):
    return publish_assessment(draft, actor=lea)
