"""`manage.py import_feast`: from standard input, for a team that exists."""

from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command

from registry.models import Feature, Import
from tests.registry.imports.documents import FEAST


@pytest.fixture
def standard_input(tmp_path, monkeypatch):
    file = tmp_path / "registry.json"
    file.write_text(json.dumps(FEAST))
    with file.open() as opened:
        monkeypatch.setattr("sys.stdin", opened)
        yield


def test_a_registry_is_read_from_standard_input_without_a_name(teams, standard_input):
    call_command("import_feast", "-", "--team", "data-platform", "--apply")
    assert Import.objects.get().filename == ""
    assert set(Feature.objects.values_list("owner_team__slug", flat=True)) == {"data-platform"}


def test_an_unknown_team_ends_it_with_2(teams, standard_input):
    with pytest.raises(CommandError, match="owner_team: There is no team 'nobody'") as refused:
        call_command("import_feast", "-", "--team", "nobody")
    assert refused.value.returncode == 2
