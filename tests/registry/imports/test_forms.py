"""The forms that import from other tools."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile

from registry.imports import forms as module
from registry.imports.forms import FORMS, DbtForm, FeastForm, TrackingServerForm
from registry.models import Import


def test_a_file_of_dbt_may_name_an_owner_and_the_others_must(teams):
    assert {system: form().fields["owner_team"].required for system, form in FORMS.items()} == {
        "mlflow": True, "feast": True, "dbt": False,
    }  # fmt: skip
    assert [slug for slug, _ in FeastForm().fields["owner_team"].choices] == ["data-platform", "forecasting"]


def test_a_file_is_as_large_as_the_limit_and_no_larger(teams, monkeypatch):
    monkeypatch.setattr(module, "LARGEST_BYTES", 10)
    for size, valid in ((10, True), (11, False)):
        form = DbtForm({}, {"file": SimpleUploadedFile("manifest.json", b"x" * size)})
        assert form.is_valid() == valid


def test_a_refused_file_is_an_error_of_the_form_and_no_import(cora):
    form = DbtForm({}, {"file": SimpleUploadedFile("manifest.json", b"[]")})
    assert form.is_valid()
    assert form.offer(cora) is None
    assert form.errors["file"] == ["The file is not a JSON object."]
    assert not Import.objects.exists()


def test_the_address_begins_with_the_server_of_the_installation(teams, settings):
    settings.MLFLOW_TRACKING_URI = "https://mlflow.example"
    assert TrackingServerForm()["url"].value() == "https://mlflow.example"
