"""What the other teams register: tables first, then models, then versions."""

from __future__ import annotations

from platform_site.roof.demo.history import registering
from platform_site.roof.demo.history.plan import plan


def test_every_table_model_and_version_has_its_moment_and_tables_come_first():
    moments = [*registering.moments()]
    versions = sum(len(model.versions) for model in plan().models.values())
    assert len(moments) == len(plan().tables) + len(plan().models) + versions
    tables, others = moments[: len(plan().tables)], moments[len(plan().tables) :]
    assert max(moment.at for moment in tables) < min(moment.at for moment in others)


def test_what_counts_is_a_whole_number():
    table = plan().tables["claims"]
    types = {
        name: registering.definition(table, logic, null).data_type for name, (logic, null, _) in table.features.items()
    }
    assert types["claims_to_date"] == types["has_photos"] == "int64"
    assert types["cost_above_excess"] == "float64"
