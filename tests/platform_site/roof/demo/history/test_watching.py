"""The checks of each week: over tables and models of the plan, after the model that they watch was registered."""

from __future__ import annotations

from platform_site.roof.demo.history import watching
from platform_site.roof.demo.history.plan import plan


def test_each_check_watches_a_model_over_the_table_that_it_was_trained_on():
    for watched in watching.WATCHED:
        model = plan().models[watched.model]
        assert plan().table_of(model).name == watched.table
        assert watched.days < max(version.days for version in model.versions)
        assert not watched.important or watched.important in plan().tables[watched.table].columns


def test_every_week_is_written_before_it_is_compared():
    weeks = [*watching.moments()][len(watching.WATCHED) :]
    assert len(weeks) == 3 * watching.WEEKS
    for written, run in zip(weeks[::3], weeks[1::3], strict=True):
        assert written.at <= run.at
