"""`manage.py import_mlflow`: from the server that is named, or the installation's."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from registry.models import RegisteredModel
from tests.registry.conftest import HEX
from tests.registry.imports.conftest import tracking  # noqa: F401 - a fixture
from tests.registry.imports.documents import mlflow


def test_models_of_a_server_are_registered_for_the_team(teams, tracking):  # noqa: F811
    tracking.document = mlflow(HEX)
    call_command("import_mlflow", tracking.url, "--team", "forecasting")
    assert not RegisteredModel.objects.exists()
    call_command("import_mlflow", tracking.url, "--team", "forecasting", "--apply")
    assert RegisteredModel.objects.get(name="churn_model").owner_team.slug == "forecasting"


def test_a_server_that_does_not_answer_as_mlflow_ends_it_with_2(teams, tracking):  # noqa: F811
    tracking.instead = (500, b"")
    with pytest.raises(CommandError, match="status 500") as refused:
        call_command("import_mlflow", tracking.url, "--team", "forecasting")
    assert refused.value.returncode == 2
