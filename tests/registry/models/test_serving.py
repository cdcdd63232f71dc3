"""Serving reports: what the database refuses, and how one is named."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from registry.models import ServingReport

START = timezone.now()


def stored(version, *, seconds=90, **changed):
    return ServingReport.objects.create(
        model_version=version, environment="production", window_start=START,
        window_end=START + timedelta(seconds=seconds), features={}, reported_by="cora", reported_at=START, **changed,
    )  # fmt: skip


@pytest.mark.parametrize("error_rate", [None, 0.0, 1.0])
def test_an_error_rate_is_a_share_or_unknown(model_version, error_rate):
    report = stored(model_version, error_rate=error_rate)
    report.refresh_from_db()
    assert (report.error_rate, report.skew, str(report)) == (error_rate, [], "demand v1 in production")


@pytest.mark.parametrize("error_rate", [-0.001, 1.001])
def test_any_other_error_rate_is_refused(model_version, error_rate):
    with pytest.raises(IntegrityError, match="serving_report_error_rate_is_a_share"), transaction.atomic():
        stored(model_version, error_rate=error_rate)


@pytest.mark.parametrize("seconds", [0, -1])
def test_a_window_ends_after_it_starts(model_version, seconds):
    assert stored(model_version, seconds=1).pk
    with pytest.raises(IntegrityError, match="serving_report_window_opens"), transaction.atomic():
        stored(model_version, seconds=seconds)


def test_reports_are_listed_by_the_end_of_their_window(model_version):
    short, long = stored(model_version, seconds=60), stored(model_version, seconds=120)
    assert list(ServingReport.objects.all()) == [long, short]
