"""One alias, one truth: a move here is written to MLflow, a move there is followed here through the gate."""

from __future__ import annotations

import dataclasses

import pytest

from platform_site.errors import Invalid
from registry.imports.receivers.events import handle
from registry.models import MlflowEvent, ModelAlias, ModelVersion
from registry.versions.actions.aliases import remove_alias, set_alias
from tests.registry.conftest import FIXED, register
from tests.registry.imports.receivers.test_events import MODEL, aliased, happens, trained

__all__ = ["trained"]


def held() -> dict[str, str]:
    return {row.name: row.model_version.version for row in ModelAlias.objects.select_related("model_version")}


def handled() -> str:
    """What a worker does of the newest move here."""
    row = MlflowEvent.objects.latest("pk")
    handle(row.pk)
    row.refresh_from_db()
    return f"{row.state}: {row.outcome}"


@pytest.fixture
def known(trained) -> list[ModelVersion]:
    for number in ("1", "2"):
        happens("model_version", "created", version=number)
    return list(ModelVersion.objects.order_by("version"))


def test_a_move_there_is_followed_here_where_the_gate_proceeds(trained, cora):
    aliased(trained, "2")
    assert held() == {"champion": "2"}
    assert ModelAlias.objects.get().moved_by == "mlflow:eu"
    register(FIXED, cora)
    assert aliased(trained, "1").startswith("BLOCKED")
    assert held() == {"champion": "2"}
    trained.document["registered_models"][0]["aliases"] = []
    happens("model_version_alias", "deleted", alias="champion")
    assert held() == {}


def test_an_event_about_a_place_that_the_alias_has_left_moves_nothing(trained):
    aliased(trained, "2")
    assert happens("model_version_alias", "created", version="1", alias="champion").startswith(
        "The alias champion has moved on"
    )
    assert held() == {"champion": "2"}


def test_a_move_here_is_written_there_and_guards_the_alias_from_then_on(trained, known, cora):
    set_alias(known[0], "canary", actor=cora)
    set_alias(known[1], "canary", actor=cora)
    first, second = MlflowEvent.objects.order_by("pk")[2:]
    handle(second.pk)
    handle(first.pk)  # in whichever order workers take them, what is true now is written
    body = {"name": MODEL, "alias": "canary", "version": "2"}
    assert trained.written == [("POST /api/2.0/mlflow/registered-models/alias", body)] * 2
    trained.document["registered_models"][0]["aliases"] = [{"alias": "canary", "version": "1"}]
    assert happens("model_version_alias", "created", version="1", alias="canary").startswith("PROCEED")
    assert held() == {"canary": "1"}
    remove_alias(known[0].model, "canary", actor=cora)
    assert handled() == "done: canary is taken away there too."
    assert trained.written[-1] == ("DELETE /api/2.0/mlflow/registered-models/alias", {"name": MODEL, "alias": "canary"})


def test_an_older_event_does_not_undo_a_move_that_is_on_its_way(trained, known, cora):
    set_alias(known[1], "champion", actor=cora)
    assert aliased(trained, "1").startswith("The alias champion was moved here since")
    assert held() == {"champion": "2"}


def test_a_server_that_is_away_is_tried_again(trained, known, cora):
    set_alias(known[0], "champion", actor=cora)
    trained.instead = (500, b"")
    assert [handled() for _ in range(3)] == [
        "queued: The server did not take registered-models/alias: status 500."
    ] * 2 + ["failed: The server did not take registered-models/alias: status 500."]


def test_where_nothing_may_be_written_the_alias_is_moved_there(trained, known, server, settings, cora):
    settings.MLFLOW_SERVERS = {"eu": dataclasses.replace(server, restore_aliases=False)}
    with pytest.raises(Invalid, match="move champion there"):
        set_alias(known[0], "champion", actor=cora)
    assert held() == {}


def test_a_version_that_the_server_does_not_know_gets_none_of_its_aliases(trained, known, cora, orders, feature):
    from registry.versions.actions.promotion import promote
    from registry.versions.actions.registration import register_version
    from tests.registry.conftest import ARTIFACT, lineage

    aliased(trained, "2")
    parts = lineage(orders, feature_snapshot={"orders_3d": feature.current.name})
    other = register_version(known[0].model, version="v9", artifact=ARTIFACT, lineage_parts=parts, actor=cora)
    promote(other, "staging", actor=cora)
    with pytest.raises(Invalid, match="does not know v9"):
        set_alias(other, "champion", actor=cora)
    assert set_alias(other, "elsewhere", actor=cora)[1]
    assert held() == {"champion": "2", "elsewhere": "v9"}
