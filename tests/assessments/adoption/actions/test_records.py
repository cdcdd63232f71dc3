"""What is reported is kept once, all or none, on record; samples go as one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from assessments.adoption.actions import add_entry, change_entry, record_training_runs, remove_entry, remove_samples
from assessments.models import ModelProject, Release, ShowstopperAnswer, TrainingRun, UseCase
from platform_site.access import Actor, Role
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
CONNY = Actor("conny", frozenset({Role.CONTRIBUTOR}))
RUN = {"team": "search", "model": "ranking", "started_at": datetime(2026, 11, 2, tzinfo=UTC), "succeeded": True}
NAMED = RUN | {"orchestrator": "airflow", "external_id": "run-1"}


def test_a_run_with_an_external_id_is_kept_once():
    assert record_training_runs([NAMED, NAMED, RUN, RUN], actor=CONNY) == (3, 1, 0)
    assert record_training_runs([NAMED | {"team": "ads"}, NAMED | {"orchestrator": "dagster"}], actor=CONNY) == (
        2,
        0,
        0,
    )
    assert record_training_runs([NAMED], actor=CONNY) == (0, 1, 0)
    assert AuditEvent.objects.filter(action="training_runs.recorded").count() == 2


def test_a_run_that_is_sent_again_is_corrected_with_old_and_new_on_record():
    record_training_runs([NAMED], actor=CONNY)
    ended = NAMED["started_at"] + timedelta(minutes=20)
    later = NAMED | {"ended_at": ended, "succeeded": False}
    assert record_training_runs([later, later], actor=CONNY) == (0, 2, 1)
    run = TrainingRun.objects.get()
    assert (run.succeeded, run.ended_at) == (False, ended)
    content = AuditEvent.objects.filter(action="training_runs.recorded").latest("sequence").content
    assert content["changes"][f"training_run:{run.pk}"] == {
        "ended_at": {"from": None, "to": ended.isoformat()}, "succeeded": {"from": True, "to": False},
    }  # fmt: skip
    assert record_training_runs([NAMED | {"succeeded": False}], actor=CONNY) == (0, 1, 0)  # what is left out stays
    assert TrainingRun.objects.get().ended_at == ended


def test_a_correction_that_does_not_fit_what_is_on_record_is_refused():
    record_training_runs([NAMED | {"ended_at": NAMED["started_at"] + timedelta(minutes=20)}], actor=CONNY)
    with pytest.raises(Invalid) as refused:
        record_training_runs([RUN, NAMED | {"started_at": NAMED["started_at"] + timedelta(hours=1)}], actor=CONNY)
    assert [fault.field for fault in refused.value.faults] == ["1.ended_at"]
    assert TrainingRun.objects.get().started_at == NAMED["started_at"]


def test_the_last_of_several_reports_of_one_run_counts():
    assert record_training_runs([NAMED, NAMED | {"succeeded": False}], actor=CONNY) == (1, 1, 0)
    assert not TrainingRun.objects.get().succeeded


def test_one_faulty_run_keeps_all_others_out_and_every_fault_is_reported():
    late = timezone.now() + timedelta(days=2)
    with pytest.raises(Invalid) as refused:
        record_training_runs([RUN, RUN | {"team": ""}, RUN | {"started_at": late, "model": "x" * 129}], actor=CONNY)
    assert [fault.field for fault in refused.value.faults] == ["1.team", "2.model", "2.started_at"]
    assert not TrainingRun.objects.exists()
    assert not AuditEvent.objects.filter(action="training_runs.recorded").exists()


def test_too_many_at_once_are_refused():
    with pytest.raises(Invalid):
        record_training_runs([RUN] * 1_001, actor=CONNY)


def test_a_batch_is_one_event():
    record_training_runs([RUN, NAMED], actor=CONNY)
    event = AuditEvent.objects.get(action="training_runs.recorded")
    assert event.content == {"recorded": 2, "known": 0, "corrected": 0, "teams": ["search"], "sample": False}


@pytest.mark.parametrize(
    ("kind", "fields", "wrong"),
    [
        (ModelProject, {"name": "eta", "team": "ads", "started_on": date(2026, 1, 1)}, {"team": ""}),
        (UseCase, {"name": "batch", "supported": True, "on_platform": False}, {"name": ""}),
        (ShowstopperAnswer, {"team": "ads", "answer": "GPUs", "day": date(2026, 1, 1)}, {"answer": ""}),
        (
            Release,
            {"name": "gates", "started_on": date(2026, 1, 1), "released_on": date(2026, 2, 1)},
            {"released_on": date(2025, 12, 31)},
        ),
    ],
)
def test_an_entry_is_added_changed_and_never_half_done(kind, fields, wrong):
    added = add_entry(kind, **fields, actor=CONNY)
    with pytest.raises(Invalid):
        change_entry(added, **wrong, actor=CONNY)
    with pytest.raises(Invalid):
        add_entry(kind, **(fields | wrong), actor=CONNY)
    change_entry(added, **{"team": "maps"} if "team" in fields else {"name": "other"}, actor=CONNY)
    assert kind.objects.count() == 1
    assert AuditEvent.objects.filter(subject__endswith=f":{added.pk}", actor="conny").count() == 2


@pytest.mark.parametrize(("reason", "code"), [(" ", "required"), ("x" * 4_001, "too_long")])
def test_what_is_removed_needs_a_reason_of_readable_length(reason, code):
    added = add_entry(UseCase, name="x", supported=True, on_platform=True, actor=CONNY)
    with pytest.raises(Invalid) as refused:
        remove_entry(added, reason=reason, actor=CONNY)
    assert [(fault.field, fault.code) for fault in refused.value.faults] == [("reason", code)]
    assert UseCase.objects.exists()


def test_a_viewer_reports_nothing(actor):
    with pytest.raises(NotAllowed):
        record_training_runs([RUN], actor=actor("viewer"))
    with pytest.raises(NotAllowed):
        add_entry(UseCase, name="x", supported=True, on_platform=True, actor=actor("viewer"))


def test_samples_go_as_one_and_what_is_real_stays(actor):
    record_training_runs([RUN], actor=CONNY)
    record_training_runs([RUN, NAMED], actor=CONNY, sample=True)
    add_entry(UseCase, name="x", supported=True, on_platform=True, actor=CONNY, sample=True)
    with pytest.raises(NotAllowed):
        remove_samples(None, actor=CONNY)
    assert remove_samples(None, actor=actor("lead")) == 3
    assert (TrainingRun.objects.count(), UseCase.objects.count()) == (1, 0)
    assert remove_samples(None, actor=actor("lead")) == 0
    assert AuditEvent.objects.filter(action="adoption_samples.removed").count() == 1
