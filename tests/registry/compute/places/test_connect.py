"""What an error of Spark becomes; tests/neighbours/test_spark_connect.py makes real ones."""

import pytest

from registry.compute.engines.duck import EngineFailed
from registry.compute.engines.row_source import Unreadable
from registry.compute.places.connect import EXTRA, SESSION, Missing, Session, opened

STACK = "\n\nJVM stacktrace:\norg.apache.spark.SparkException: Mrs Smith"
CASES = [
    ("[TABLE_OR_VIEW_NOT_FOUND] The table `x` cannot be found." + STACK, Missing, "TABLE_OR_VIEW_NOT_FOUND"),
    ("[DIVIDE_BY_ZERO] Division by zero." + STACK, EngineFailed, "Spark at connection lake could not compute it (DIVIDE_BY_ZERO)."),
    ("[CAST_INVALID_INPUT.X] 'Mrs Smith' cannot be cast" + STACK, EngineFailed, "(CAST_INVALID_INPUT)"),
    ("[INSUFFICIENT_PERMISSIONS] PERMISSION denied", EngineFailed, "Grant its user SELECT"),
    ("UNAUTHENTICATED: Invalid authentication token", Unreadable, "SPARK_CONNECT_AUTHENTICATE_TOKEN"),
    ("[RETRIES_EXCEEDED] The maximum number", Unreadable, "does not answer"),
    ("(java.lang) [OPERATION_CANCELED] SQLSTATE: HY008", EngineFailed, "Somebody cancelled it"),
    ("nobody knows", EngineFailed, "could not compute it (RuntimeError)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "sentence"), CASES, ids=[case[0][:24] for case in CASES])
def test_an_error_is_a_sentence_without_data(text, kind, sentence):
    failure = Session(None, "lake", 60, lambda: False)._failure(RuntimeError(text))
    assert type(failure) is kind
    shown = f"{failure} {getattr(failure, 'reason', '')}"
    assert sentence in shown
    assert "Smith" not in shown


def test_without_the_client_a_sentence_names_what_to_install(monkeypatch):
    monkeypatch.setattr("registry.compute.places.connect.find_spec", lambda name: None)
    with pytest.raises(Unreadable, match=r"spark-connect\.txt") as missing, opened("sc://x", "lake", timeout_s=1):
        pass
    assert str(missing.value) == EXTRA


def test_a_session_computes_as_the_other_engines_do():
    assert SESSION["spark.sql.ansi.enabled"] == "true"
    assert "spark.sql.shuffle.partitions" not in SESSION
