"""When two values of one row are equal, and by how much they differ if not.

Every kind of value has its own comparison, none of which goes through a type that cannot hold it: whole numbers stay
whole numbers and decimals decimals, whatever their size. NaN equals NaN.

>>> trained, current = pa.array([2**53 + 1, 7]), pa.array([2**53 + 2, 7])
>>> compare_values(trained, current, np.array([True, True]), rule_of(trained.type, current.type)).unequal
array([ True, False])
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from registry.compute.stats.equality_rule import Family, Rule, plain_type, rule_of
from registry.compute.stats.python_values import shown_values

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]

CHUNK = 1 << 16  # rows at once: what is computed for them stays in the processor's own cache
WIDEST_DECIMAL = 75  # digits; a difference needs one more
TICKS = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}  # of a second


class Values(NamedTuple):
    """The valued rows whose values differ; current - trained as float64, NaN where no number tells it (for lists the
    largest absolute difference of an element); the differing rows in which one value alone is NaN."""

    unequal: Mask
    difference: Floats
    one_nan: Mask


def compare_values(trained: pa.Array, current: pa.Array, valued: Mask, rule: Rule) -> Values:
    """Compare row by row the ``valued`` rows, in which neither side is null. ``rule``: that of the types, which can be
    compared."""
    size = len(trained)
    if not valued.any():
        return Values(np.zeros(size, dtype=bool), np.full(size, np.nan), np.zeros(size, dtype=bool))
    sides = decoded(trained), decoded(current)
    if rule.of_numbers:
        return _numbers(*sides, valued, rule)
    if rule.elements:
        return _lists(*sides, valued, rule.elements)
    unequal = valued & UNEQUAL.get(rule.trained, _ticks_differ)(*sides)
    return Values(unequal, np.full(size, np.nan), np.zeros(size, dtype=bool))


def decoded(array: pa.Array) -> pa.Array:
    """The values without dictionaries, runs or the names of extension types."""
    if isinstance(array, pa.ExtensionArray):
        return decoded(array.storage)
    if pa.types.is_run_end_encoded(array.type):
        return decoded(pc.run_end_decode(array))
    wanted = plain_type(array.type)
    return array if wanted == array.type else array.cast(wanted)


def as_floats(array: pa.Array) -> Floats:
    """Numbers as the nearest float64, NaN where a value is null."""
    if pa.types.is_decimal(array.type):  # Arrow's own cast of decimals does not round to the nearest
        array = array.cast(pa.string())
    floats: Floats = array.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    return floats


def _numbers(trained: pa.Array, current: pa.Array, valued: Mask, rule: Rule) -> Values:
    families = rule.trained, rule.current
    if families == (Family.WHOLE, Family.WHOLE) and _is_unsigned(trained) == _is_unsigned(current):
        return _judged(*_whole(_integers(trained), _integers(current)), trained, valued, rule)
    if Family.FLOAT not in families:
        return _judged(*_decimals(trained, current), trained, valued, rule)
    if families == (Family.WHOLE, Family.FLOAT):
        unequal, difference = _whole_and_float(_integers(trained), as_floats(current))
        return _judged(unequal, difference, trained, valued, rule)
    if families == (Family.FLOAT, Family.WHOLE):
        unequal, difference = _whole_and_float(_integers(current), as_floats(trained))
        return _judged(unequal, -difference, trained, valued, rule)
    left, right = as_floats(trained), as_floats(current)
    single = any(pa.types.is_float32(side.type) for side in (trained, current))
    if single and Family.DECIMAL in families:  # what a float32 can tell of a decimal
        with np.errstate(over="ignore"):
            left, right = (side.astype(np.float32).astype(np.float64) for side in (left, right))
    return compare_floats(left, right, valued, rule)


def compare_floats(trained: Floats, current: Floats, valued: Mask, rule: Rule) -> Values:
    """The same of columns that are float64 already."""
    one_nan = np.isnan(trained)
    other = np.isnan(current)
    unequal, difference = valued & (trained != current) & ~(one_nan & other), np.empty(trained.shape)
    for begin in range(0, trained.size, CHUNK):
        here = slice(begin, begin + CHUNK)
        with np.errstate(invalid="ignore", over="ignore"):
            difference[here] = current[here] - trained[here]
        if rule.atol or rule.rtol:
            unequal[here] &= ~_within(difference[here], trained[here], rule)
    return Values(unequal, difference, unequal & (one_nan != other))


def _judged(unequal: Mask, difference: Floats, trained: pa.Array, valued: Mask, rule: Rule) -> Values:
    """Exact numbers, whose tolerance, if any, a person set."""
    unequal = unequal & valued
    if rule.atol or rule.rtol:
        unequal &= ~_within(difference, as_floats(trained), rule)
    one_nan = unequal & np.isnan(difference) if Family.FLOAT in rule[:2] else np.zeros(unequal.size, dtype=bool)
    return Values(unequal, difference, one_nan)


def _within(difference: Floats, trained: Floats, rule: Rule) -> Mask:
    with np.errstate(invalid="ignore", over="ignore"):
        size = np.abs(difference)
        # An infinite tolerance, that of a trained infinity, excuses nothing.
        return np.isfinite(size) & (size <= np.maximum(rule.atol, rule.rtol * np.abs(trained)))


def _is_unsigned(array: pa.Array) -> bool:
    return bool(pa.types.is_uint64(array.type))


def _integers(array: pa.Array) -> NDArray[Any]:
    """As int64, or uint64 where that is the type; 0 where null."""
    wide = array if _is_unsigned(array) else array.cast(pa.int64())
    integers: NDArray[Any] = pc.fill_null(wide, 0).to_numpy(zero_copy_only=False)
    return integers


def _whole(trained: NDArray[Any], current: NDArray[Any]) -> tuple[Mask, Floats]:
    """The difference is taken modulo 2^64, where its size fits whatever the values are."""
    left, right, grows = trained.view(np.uint64), current.view(np.uint64), current > trained
    size = np.where(grows, right - left, left - right).astype(np.float64)
    return trained != current, np.where(grows, size, -size)


def _whole_and_float(whole: NDArray[Any], floats: Floats) -> tuple[Mask, Floats]:
    """Equal when the float is that whole number, which is more than rounding to the same float."""
    bounds = np.iinfo(whole.dtype)
    top = float(bounds.max)  # which rounds up, to 2^63 or 2^64
    inside = (floats >= float(bounds.min)) & (floats < top)
    cut = np.trunc(np.where(inside, floats, 0.0))
    unequal, apart = _whole(whole, cut.astype(whole.dtype))
    with np.errstate(invalid="ignore"):
        rest = np.where(inside, floats - cut, 0.0)
    far = (floats - top) + (_whole(whole, np.full_like(whole, bounds.max))[1] + 1)
    return unequal | ~inside | (rest != 0), np.where(inside, apart + rest, far)


def _decimals(trained: pa.Array, current: pa.Array) -> tuple[Mask, Floats]:
    scale = max(getattr(side.type, "scale", 0) for side in (trained, current))
    try:
        left, right = (side.cast(pa.decimal256(WIDEST_DECIMAL, scale)) for side in (trained, current))
    except pa.ArrowInvalid:  # digits of one side before the point, of the other behind it: too many together
        return _wide_decimals(trained, current)
    unequal = _mask(pc.not_equal(left, right))
    difference = np.zeros(unequal.size)
    places = pa.array(np.flatnonzero(unequal))
    difference[unequal] = as_floats(pc.subtract(right.take(places), left.take(places)))
    return unequal, difference


def _wide_decimals(trained: pa.Array, current: pa.Array) -> tuple[Mask, Floats]:
    unequal = np.array([left != right for left, right in zip(trained.to_pylist(), current.to_pylist(), strict=True)])
    with np.errstate(over="ignore"):
        return unequal, as_floats(current) - as_floats(trained)


def _lists(trained: pa.Array, current: pa.Array, valued: Mask, rule: Rule) -> Values:
    lengths, others = (_lengths(side) for side in (trained, current))
    unequal, difference = valued & (lengths != others), np.full(valued.size, np.nan)
    rows = np.flatnonzero(valued & (lengths == others) & (lengths > 0))
    if rows.size:
        left, right = (pc.list_flatten(side.take(pa.array(rows))) for side in (trained, current))
        nulls = null_mask(left), null_mask(right)
        values = compare_values(left, right, ~nulls[0] & ~nulls[1], rule)
        begins = np.concatenate([[0], np.cumsum(lengths[rows])[:-1]])
        unequal[rows] = np.logical_or.reduceat(values.unequal | (nulls[0] != nulls[1]), begins)
        sizes = np.where(values.unequal, np.abs(values.difference), np.nan)
        difference[rows] = np.fmax.reduceat(sizes, begins)
    return Values(unequal, difference, np.zeros(valued.size, dtype=bool))


def _lengths(array: pa.Array) -> NDArray[np.int64]:
    lengths: NDArray[np.int64] = pc.fill_null(pc.list_value_length(array), 0).to_numpy(zero_copy_only=False)
    return lengths.astype(np.int64)


def null_mask(array: pa.Array) -> Mask:
    """Which rows are null."""
    nulls: Mask = array.is_null().to_numpy(zero_copy_only=False)
    return nulls


def _mask(array: pa.Array) -> Mask:
    mask: Mask = pc.fill_null(array, False).to_numpy(zero_copy_only=False)
    return mask


def _differ_as(kind: pa.DataType) -> Callable[[pa.Array, pa.Array], Mask]:
    """Whether values differ once both are of this type, which holds them all."""
    return lambda left, right: _mask(pc.not_equal(left.cast(kind, safe=False), right.cast(kind, safe=False)))


def _ticks_differ(trained: pa.Array, current: pa.Array) -> Mask:
    """Moments, times of day and durations of any units: in the finer one they might not fit."""
    fine, coarse = sorted((trained, current), key=lambda side: TICKS[side.type.unit], reverse=True)
    factor = TICKS[fine.type.unit] // TICKS[coarse.type.unit]
    whole, rest = np.divmod(_ticks(fine), factor)
    differ: Mask = (whole != _ticks(coarse)) | (rest != 0)
    return differ


def _ticks(array: pa.Array) -> NDArray[np.int64]:
    width = pa.int32() if pa.types.is_time32(array.type) else pa.int64()
    ticks: NDArray[np.int64] = pc.fill_null(array.cast(width).cast(pa.int64()), 0).to_numpy(zero_copy_only=False)
    return ticks


def _nested_differ(trained: pa.Array, current: pa.Array) -> Mask:
    """Structs field by field, whatever their order; maps and all else as Python sees them, NaN equal to NaN."""
    if not (pa.types.is_struct(trained.type) and pa.types.is_struct(current.type)):
        pairs = zip(shown_values(trained), shown_values(current), strict=True)
        return np.array([_frozen(left) != _frozen(right) for left, right in pairs], dtype=bool)
    names = {field.name for field in trained.type}, {field.name for field in current.type}
    if names[0] != names[1]:
        return np.ones(len(trained), dtype=bool)
    differ = np.zeros(len(trained), dtype=bool)
    for name in names[0]:
        differ |= _fields_differ(pc.struct_field(trained, name), pc.struct_field(current, name))
    return differ


def _fields_differ(trained: pa.Array, current: pa.Array) -> Mask:
    rule = rule_of(trained.type, current.type, rtol=0.0)
    nulls = null_mask(trained), null_mask(current)
    if not rule.can_compare:
        return ~(nulls[0] & nulls[1])
    differ: Mask = compare_values(trained, current, ~nulls[0] & ~nulls[1], rule).unequal | (nulls[0] != nulls[1])
    return differ


def _frozen(value: Any) -> Any:
    """The value with a word in place of NaN, which differs from itself."""
    if isinstance(value, Mapping):
        return {name: _frozen(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_frozen(item) for item in value]
    return "NaN" if isinstance(value, float) and value != value else value


UNEQUAL: dict[Family, Callable[[pa.Array, pa.Array], Mask]] = {
    Family.TEXT: _differ_as(pa.large_string()),
    Family.BYTES: _differ_as(pa.large_binary()),
    Family.TRUTH: _differ_as(pa.bool_()),
    Family.DATE: _differ_as(pa.date32()),
    Family.NESTED: _nested_differ,
}
