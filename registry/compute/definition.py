"""What a feature is: the four fields that are its content, and a version of it.

>>> Definition("AVG(x) OVER (PARTITION BY k ORDER BY t)", "none", "float64", "events").as_dict()["data_type"]
'float64'
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

PYTHON = "python"  # the dialect of logic that is stored as text, compared by its tokens, and never run here
NAME = re.compile(r"[a-z][a-z0-9_]{0,127}\Z")


class NullHandling(StrEnum):
    """What is done with nulls before the logic runs; executed by the parity check, not only declared."""

    NONE = "none"
    FORWARD_FILL = "forward_fill"
    ZERO_FILL = "zero_fill"
    DROP = "drop"


class Definition(NamedTuple):
    """The content of a feature version. Name, description and owner are not content."""

    computation_logic: str
    null_handling: str
    data_type: str
    source_table: str

    def as_dict(self) -> dict[str, str]:
        return self._asdict()

    def as_stored(self) -> Definition:
        """The same with every line's end as a line feed, however a browser or an editor sent it: the one text that is
        stored, addressed, fingerprinted, run and shown."""
        return self._replace(computation_logic=self.computation_logic.replace("\r\n", "\n"))


class Version(NamedTuple):
    """A version as the pure rules see it: its 12-digit name, content, equivalence fingerprint, and the dialect in which
    the meaning of its logic is read."""

    name: str
    definition: Definition
    equivalence: str
    dialect: str = "duckdb"
