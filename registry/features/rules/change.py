"""What changed between two definitions, by kind.

>>> from registry.compute.definition import Definition
>>> before = Definition("AVG(x)", "forward_fill", "float32", "t")
>>> change = changes(before, before._replace(null_handling="zero_fill"))
>>> change.null_handling, change.logic, change.formatting_only
(Moved(before='forward_fill', after='zero_fill'), None, False)
"""

from __future__ import annotations

from typing import Any, NamedTuple

from registry.compute.definition import Definition
from registry.features.rules.fingerprint import equivalent


class Moved(NamedTuple):
    """One field, before and after."""

    before: str
    after: str


class Changes(NamedTuple):
    """What changed; None where a field is unchanged. ``formatting_only``: the logic's text changed, its meaning did not."""

    logic: Moved | None = None
    null_handling: Moved | None = None
    data_type: Moved | None = None
    source_table: Moved | None = None
    formatting_only: bool = False

    @property
    def words(self) -> list[str]:
        """What changed, in words for a sentence."""
        fields = zip(("logic", "null handling", "data type", "source table"), self[:4], strict=True)
        return [word for word, moved in fields if moved] or (["formatting only"] if self.formatting_only else [])

    @property
    def moved(self) -> list[bool]:
        """Whether logic, null handling, data type and source table changed, in that order."""
        return [field is not None for field in self[:4]]

    def as_dict(self) -> dict[str, Any]:
        moved = {name: _moved(getattr(self, name)) for name in self._fields[:4]}
        return moved | {"formatting_only": self.formatting_only}


def changes(
    before: Definition | None, after: Definition, dialect: str = "duckdb", *, runs: tuple[str, str] | None = None
) -> Changes:
    """Compare two definitions; a first version has nothing before it and so no changes.

    ``runs``: what the engine runs for each, where that is not the logic itself; ``dialect`` is then the engine's."""
    if before is None or (before == after and runs is None):
        return Changes()
    first, second = runs or (before.computation_logic, after.computation_logic)
    same_meaning = equivalent(
        before._replace(computation_logic=first), before._replace(computation_logic=second), dialect
    )
    fields = Changes(
        logic=None if same_meaning else Moved(before.computation_logic, after.computation_logic),
        null_handling=_differ(before.null_handling, after.null_handling),
        data_type=_differ(before.data_type, after.data_type),
        source_table=_differ(before.source_table, after.source_table),
    )
    return fields._replace(formatting_only=not any(fields[:4]))


def _differ(before: str, after: str) -> Moved | None:
    return None if before == after else Moved(before, after)


def _moved(moved: Moved | None) -> dict[str, str] | None:
    return {"from": moved.before, "to": moved.after} if moved else None
