"""The database keeps each training run of an orchestrator once, and a release after its start."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from assessments.models import Release, TrainingRun

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
RUN = {"team": "ads", "model": "ctr", "started_at": datetime(2026, 11, 2, tzinfo=UTC), "succeeded": True}


def test_an_external_id_counts_once_for_each_team_and_orchestrator():
    TrainingRun.objects.create(**RUN, orchestrator="airflow", external_id="1")
    TrainingRun.objects.create(**RUN, orchestrator="dagster", external_id="1")
    TrainingRun.objects.create(**RUN)
    TrainingRun.objects.create(**RUN)
    with pytest.raises(IntegrityError), transaction.atomic():
        TrainingRun.objects.create(**RUN, orchestrator="airflow", external_id="1")


def test_a_release_may_come_on_the_day_of_its_start_and_not_before():
    day = date(2026, 11, 2)
    assert Release.objects.create(name="a", started_on=day, released_on=day).weeks == 0
    assert Release(started_on=day, released_on=date(2026, 11, 12)).weeks == pytest.approx(10 / 7)
    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.create(name="b", started_on=day, released_on=date(2026, 11, 1))
