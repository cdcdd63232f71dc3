"""A file stores all or the good rows; the same file again changes and never doubles; the log has old and new."""

from __future__ import annotations

from datetime import date

import pytest

from assessments.adoption.actions import add_entry, import_file, merge_answers
from assessments.adoption.rules.files import KINDS, MOST_ROWS
from assessments.models import ModelProject, Organization, Release, ShowstopperAnswer, TrainingRun, UseCase
from platform_site.access import SYSTEM, Actor, Role
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
CONNY = Actor("conny", frozenset({Role.CONTRIBUTOR}))
FILES = {
    "projects": (ModelProject, "name,team,started_on,on_platform", "eta,ads,2026-11-01,yes", "eta,ads,2026-11-01,no"),
    "use-cases": (UseCase, "name,team,supported,on_platform", "batch,ads,yes,no", "batch,ads,yes,yes"),
    "releases": (Release, "name,started_on,released_on", "gates,2026-01-05,2026-03-02", "gates,2026-01-05,2026-03-09"),
    "training-runs": (
        TrainingRun, "team,model,started_at,ended_at,succeeded", "ads,eta,2026-11-02 09:00,,yes",
        "ads,eta,2026-11-02 09:00,2026-11-02 09:20,yes",
    ),
}  # fmt: skip


@pytest.fixture
def organization(db):
    return Organization.objects.create(slug="acme", name="Acme")


def store(organization, kind, *lines, **options):
    content = "\n".join(lines).encode()
    return import_file(content, KINDS[kind], organization=organization, actor=CONNY, **options)


@pytest.mark.parametrize("kind", FILES)
def test_the_same_file_again_stores_nothing_and_a_changed_one_changes(organization, kind):
    model, header, row, changed = FILES[kind]
    assert store(organization, kind, header, row) == (1, 0, 0, 0)
    assert store(organization, kind, header, row) == (0, 0, 1, 0)
    assert store(organization, kind, header, changed) == (0, 1, 0, 0)
    assert store(organization, kind, header, changed) == (0, 0, 1, 0)
    assert model.objects.count() == 1
    first, second = AuditEvent.objects.filter(action="adoption.imported").order_by("sequence")
    assert first.content["new"] == 1
    ((subject, fields),) = second.content["changes"].items()
    (change,) = fields.values()
    assert change["from"] != change["to"]
    assert subject.endswith(f":{model.objects.get().pk}")
    assert second.content["changed"] == 1


def test_one_bad_row_keeps_all_out_unless_the_good_ones_alone_are_wanted(organization):
    lines = ("name,supported,on_platform", "batch,yes,no", "stream,perhaps,no")
    with pytest.raises(Invalid) as refused:
        store(organization, "use-cases", *lines)
    assert [fault.message for fault in refused.value.faults] == ["Line 3, supported: “perhaps”. Write yes or no."]
    assert not UseCase.objects.exists()
    assert store(organization, "use-cases", *lines, good_rows_only=True) == (1, 0, 0, 1)
    assert UseCase.objects.get().name == "batch"


def test_a_training_run_has_begun_and_a_project_may_be_planned(organization):
    with pytest.raises(Invalid, match="future"):
        store(organization, "training-runs", "team,model,started_at,succeeded", "ads,eta,2999-11-02 09:00,yes")
    assert store(organization, "projects", "name,team,started_on,on_platform", "eta,ads,2999-11-01,yes") == (1, 0, 0, 0)


def test_a_record_of_another_organization_is_not_touched(organization):
    other = Organization.objects.create(slug="other", name="Other")
    store(other, "use-cases", "name,supported,on_platform", "batch,yes,no")
    assert store(organization, "use-cases", "name,supported,on_platform", "batch,yes,yes") == (1, 0, 0, 0)
    assert {case.organization.slug: case.on_platform for case in UseCase.objects.all()} == {
        "acme": True,
        "other": False,
    }


def test_an_answer_in_merged_words_is_counted_with_them(organization):
    store(organization, "showstoppers", "team,answer,day", "ads,own container,2026-11-02", "maps,C++,2026-11-02")
    merge_answers(organization, ["own container", "C++"], into="Own container", actor=SYSTEM)
    assert store(organization, "showstoppers", "team,answer,day", "ads,OWN container,2026-11-02") == (0, 0, 1, 0)
    store(organization, "showstoppers", "team,answer,day", "fraud,c++,2026-11-05")
    assert set(ShowstopperAnswer.objects.values_list("counted_as", flat=True)) == {"Own container"}


def test_a_release_is_linked_to_what_it_serves_by_name(organization):
    add_entry(UseCase, name="Batch", supported=True, on_platform=True, organization=organization, actor=CONNY)
    for team in ("ads", "maps"):
        fields = {"team": team, "answer": "GPUs", "day": date(2026, 1, 5)}
        add_entry(ShowstopperAnswer, **fields, organization=organization, actor=CONNY)
    header = "name,started_on,released_on,answers,use_cases"
    row = "quota,2026-01-05,2026-03-02,gpus,batch"
    with pytest.raises(Invalid) as refused:
        store(organization, "releases", header, "quota,2026-01-05,2026-03-02,TPUs,batch")
    assert "Line 2, answers: “TPUs”. Nothing of this name" in refused.value.message
    assert store(organization, "releases", header, row) == (1, 0, 0, 0)
    release = Release.objects.get()
    assert (release.answers.count(), release.use_cases.get().name) == (2, "Batch")
    assert store(organization, "releases", header, row) == (0, 0, 1, 0)
    assert store(organization, "releases", header, "quota,2026-01-05,2026-03-02,,batch") == (0, 1, 0, 0)
    (change,) = AuditEvent.objects.order_by("sequence").last().content["changes"].values()
    assert change["answers"] == {"from": ["ads: GPUs", "maps: GPUs"], "to": []}


def test_five_thousand_rows_take_a_query_for_each_batch_not_for_each_row(organization, django_assert_max_num_queries):
    lines = [f"case {number},yes,no" for number in range(MOST_ROWS)]
    with django_assert_max_num_queries(60):
        assert store(organization, "use-cases", "name,supported,on_platform", *lines).new == MOST_ROWS
    with django_assert_max_num_queries(60):
        assert store(organization, "use-cases", "name,supported,on_platform", *lines).same == MOST_ROWS


def test_a_viewer_imports_nothing(organization, actor):
    with pytest.raises(NotAllowed):
        import_file(b"name", KINDS["projects"], organization=organization, actor=actor("viewer"))
