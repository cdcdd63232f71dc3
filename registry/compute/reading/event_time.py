"""Whether a column says when a row happened: dates or timestamps, or text that is read as such. Whole numbers are none unless
the description says since when they count.

>>> why_no_time("when", "int64")
'when is int64, which is not a time. Read it as seconds_since_1970 or milliseconds_since_1970 (read.kinds), or name another column.'
>>> why_no_time("at", "date32[day]"), why_no_time("at", "string")
('', '')
"""

from __future__ import annotations

import pyarrow as pa

from registry.compute.engines.value_kinds import Kind, of_arrow
from registry.compute.reading.cells import Converter, Typed
from registry.compute.reading.described import Described, Location
from registry.compute.reading.description import MILLISECONDS, SECONDS
from registry.compute.reading.rows import typed_batches

ENOUGH = 0.5  # of the first cells have to be times
TELL = "State their format (read.date_formats, for example %d.%m.%Y) and the kind timestamp or date, or name another column."


def why_no_time(name: str, type_name: str) -> str:
    """Why values of a type cannot be event times; empty when they can, as text may."""
    kind = of_arrow(type_name)
    if kind in (Kind.TIME, Kind.DATE, Kind.TEXT) or type_name.startswith("dictionary<values=string"):
        return ""
    change = "Name another column."
    if kind is Kind.WHOLE:
        change = f"Read it as {SECONDS} or {MILLISECONDS} (read.kinds), or name another column."
    return f"{name} is {type_name}, which is not a time. {change}"


def why_cells_are_no_times(location: Location, described: Described, name: str) -> str:
    """The same by the first cells of described files as well."""
    kind = described.schema.field(name).type
    if sentence := why_no_time(name, str(kind)):
        return sentence
    for typed in typed_batches(location, described):
        cells = typed.rows[name]
        if not (pa.types.is_timestamp(kind) or pa.types.is_date(kind)):
            if location.kind == "csv":
                return f"{name} is read as text: its cells are not dates of a known format. {TELL}"
            typed = Converter({name: "timestamp"}, described.reading)(pa.record_batch({name: cells.cast(pa.string())}))
        return _judged(name, typed)
    return ""


def _judged(name: str, typed: Typed) -> str:
    times = len(typed.rows[name]) - typed.rows[name].null_count
    wrong = int(typed.unreadable[name].sum()) if name in typed.unreadable else 0
    if wrong <= (times + wrong) * (1 - ENOUGH):
        return ""
    return f"{wrong:,} of the first {times + wrong:,} cells of {name} are not dates or times. {TELL}"
