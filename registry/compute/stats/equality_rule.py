"""What two columns hold, whether their values can be compared, and how close they must be to count as equal.

Whole numbers, decimals, texts, truth values, dates, moments and durations are compared exactly, floats within a
tolerance. A tolerance that a person sets holds for every kind of number.

>>> rule_of(pa.int64(), pa.int32()).sentence
'Whole numbers are compared exactly'
>>> rule_of(pa.float64(), pa.float64()).sentence, rule_of(pa.float32(), pa.float64()).rtol
('Floats are equal within 1e-9 relative', 1e-06)
>>> rule_of(pa.string(), pa.int64()).sentence
'Training holds texts, the other side whole numbers: they are not compared'
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

import pyarrow as pa

HALF, SINGLE, DOUBLE = 1e-3, 1e-6, 1e-9  # relative, by the narrower of two types of floats


class Family(StrEnum):
    """Values that can be compared with one another; the values are the words that sentences use."""

    WHOLE = "whole numbers"
    DECIMAL = "decimals"
    FLOAT = "floats"
    TRUTH = "truth values"
    TEXT = "texts"
    DATE = "dates"
    MOMENT = "moments"
    TIME = "times of day"
    DURATION = "durations"
    BYTES = "bytes"
    LIST = "lists"
    NESTED = "nested values"
    NOTHING = "nulls"


NUMBERS = frozenset({Family.WHOLE, Family.DECIMAL, Family.FLOAT})
FAMILIES = (
    (pa.types.is_integer, Family.WHOLE),
    (pa.types.is_floating, Family.FLOAT),
    (pa.types.is_decimal, Family.DECIMAL),
    (pa.types.is_boolean, Family.TRUTH),
    (pa.types.is_string, Family.TEXT),
    (pa.types.is_large_string, Family.TEXT),
    (pa.types.is_string_view, Family.TEXT),
    (pa.types.is_date, Family.DATE),
    (pa.types.is_timestamp, Family.MOMENT),
    (pa.types.is_time, Family.TIME),
    (pa.types.is_duration, Family.DURATION),
    (pa.types.is_binary, Family.BYTES),
    (pa.types.is_large_binary, Family.BYTES),
    (pa.types.is_fixed_size_binary, Family.BYTES),
    (pa.types.is_binary_view, Family.BYTES),
    (pa.types.is_list, Family.LIST),
    (pa.types.is_large_list, Family.LIST),
    (pa.types.is_fixed_size_list, Family.LIST),
    (pa.types.is_null, Family.NOTHING),
)


class Rule(NamedTuple):
    """How values of two families are compared: equal within ``max(atol, rtol * |trained|)``, exactly when both are 0.

    ``explicit``: a person set the tolerance. ``elements``: the rule for the elements of lists.
    """

    trained: Family
    current: Family
    atol: float = 0.0
    rtol: float = 0.0
    explicit: bool = False
    elements: Rule | None = None

    @property
    def can_compare(self) -> bool:
        """Whether a row's two values can be equal at all."""
        both = {self.trained, self.current}
        alike = len(both) == 1 or Family.NOTHING in both or both <= NUMBERS
        return alike and (self.elements is None or self.elements.can_compare)

    @property
    def of_numbers(self) -> bool:
        return self.trained in NUMBERS and self.current in NUMBERS

    @property
    def sentence(self) -> str:
        """What is compared and how, without a full stop."""
        if not self.can_compare:
            return f"Training holds {self._words(0)}, the other side {self._words(1)}: they are not compared"
        if self.elements:
            inner = self.elements.sentence
            return f"Lists are compared element by element: {inner[0].lower()}{inner[1:]}"
        words = " and ".join(dict.fromkeys(family for family in self[:2] if family is not Family.NOTHING)) or "nulls"
        return f"{words.capitalize()} are {self.how}"

    @property
    def how(self) -> str:
        """The tolerance in words."""
        parts = [f"within {self.atol:g}"] if self.atol else []
        parts += [f"within {_shortest(self.rtol)} relative"] if self.rtol else []
        if not parts:
            return "compared exactly"
        return f"equal {' or '.join(parts)}{', as this check sets' if self.explicit else ''}"

    def _words(self, side: int) -> str:
        family = str(self[side])
        return f"{family} of {self.elements._words(side)}" if self.elements else family


def rule_of(
    trained: pa.DataType, current: pa.DataType, *, atol: float | None = None, rtol: float | None = None
) -> Rule:
    """How columns of these types are compared. ``atol``, ``rtol``: as a person set them, None where nobody did."""
    trained, current = plain_type(trained), plain_type(current)
    families = family_of(trained), family_of(current)
    if families == (Family.LIST, Family.LIST):
        return Rule(*families, elements=rule_of(trained.value_type, current.value_type, atol=atol, rtol=rtol))
    if not set(families) <= NUMBERS:
        return Rule(*families)
    default = _default(trained, current) if set(families) == {Family.FLOAT} else 0.0
    wanted = Rule(*families, atol or 0.0, default if rtol is None else rtol)
    return wanted._replace(explicit=bool(atol or rtol))


def family_of(kind: pa.DataType) -> Family:
    """The family of a type without its encoding (`plain_type`)."""
    return next((family for is_of, family in FAMILIES if is_of(kind)), Family.NESTED)


def plain_type(kind: pa.DataType) -> pa.DataType:
    """The type of the values, whatever the encoding."""
    if isinstance(kind, pa.BaseExtensionType):
        return plain_type(kind.storage_type)
    is_encoded = pa.types.is_dictionary(kind) or pa.types.is_run_end_encoded(kind)
    if pa.types.is_list_view(kind) or pa.types.is_large_list_view(kind):
        return pa.large_list(kind.value_type)
    return plain_type(kind.value_type) if is_encoded else kind


def _default(*floats: pa.DataType) -> float:
    if any(pa.types.is_float16(kind) for kind in floats):
        return HALF
    return SINGLE if any(pa.types.is_float32(kind) for kind in floats) else DOUBLE


def _shortest(number: float) -> str:
    """``1e-09`` as people write it."""
    return f"{number:g}".replace("e-0", "e-")
