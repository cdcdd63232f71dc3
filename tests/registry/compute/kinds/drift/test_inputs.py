"""What a drift check compares is taken apart by name."""

from registry.compute.engines.columns import Side
from registry.compute.engines.files import Files
from registry.compute.kinds.drift.inputs import DriftInputs
from registry.compute.kinds.drift.parameters import DriftParameters


def test_a_part_is_replaced_and_the_others_stay(tmp_path):
    side = Side(Files(tmp_path, (), "parquet"))
    inputs = DriftInputs(side, side, ["load"], [], DriftParameters("a", "b"))
    fewer = inputs._replace(reference=side._replace(every=3))
    assert (fewer.reference.every, fewer.current.every, fewer.columns) == (3, 1, ["load"])
