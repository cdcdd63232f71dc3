"""Columns of numbers as small JSON: those that repeat as runs, a few that take turns by their places in a list (once where
they do so evenly), others in base64 of whole numbers or of halves (float16), deflated where that is shorter.

>>> packed([1, 2, 2, 2], WHOLE), unpacked([1, [2, 3]])
([1, [2, 3]], [1, 2, 2, 2])
>>> packed([0.1, 0.2] * 9, HALF), unpacked({"of": [0.1, 0.2], "at": "010"})
({'of': [0.1, 0.2], 'at': '01', 'times': 18}, [0.1, 0.2, 0.1])
>>> small = packed([number**2 / 1000 for number in range(20)], HALF)
>>> list(small), unpacked(small)[:3]
(['<f2'], [0.0, 0.001, 0.004])
>>> packed_places([1, 2, 4], 9), unpacked_places([1, 2, 4]), len(packed_places([*range(0, 300, 2)], 300)["bits"])
([1, 2, 4], [1, 2, 4], 52)
"""

from __future__ import annotations

import json
import math
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any

import numpy as np

WHOLE, HALF = "<u2", "<f2"
TURNS = 10  # numbers that take turns, each with one digit as its place
EVENLY = 31  # numbers at most after which they begin again
DEFLATED, MANY = "z", 100  # as many numbers are worth it
DIGITS = 3  # of a half
LEAST, MOST = 1e-4, 6e4  # between them a half has that many digits
Numbers = Sequence[float | None]


def packed(numbers: Numbers, kind: str) -> Any:
    """The shortest form. ``kind``: HALF keeps three digits."""
    if kind == HALF:
        numbers = [None if number is None else float(f"{number:.{DIGITS}g}") for number in numbers]
    forms: list[Any] = [_runs(numbers)]
    if len(distinct := list(dict.fromkeys(numbers))) <= TURNS:
        forms.append({"of": distinct} | _turns("".join(str(distinct.index(number)) for number in numbers)))
    if _fits(numbers, kind):
        array = np.array([math.nan if number is None else number for number in numbers]).astype(kind)
        forms.append({kind: b64encode(array.tobytes()).decode()})
    if _fits(numbers, kind) and len(numbers) >= MANY:
        by_byte = array.view(np.uint8).reshape(-1, 2).T.tobytes()  # all high bytes together, which are much alike
        forms.append({DEFLATED + kind: b64encode(zlib.compress(by_byte, 9)).decode()})
    return min(forms, key=lambda form: len(json.dumps(form)))


def unpacked(form: Any) -> list[Any]:
    """What was packed."""
    if isinstance(form, Mapping) and "of" in form:
        turns, times = form["at"], form.get("times", len(form["at"]))
        return [form["of"][int(turns[place % len(turns)])] for place in range(times)]
    if isinstance(form, Mapping):
        [(kind, text)] = form.items()
        content, kind = b64decode(text), kind.removeprefix(DEFLATED)
        if DEFLATED + kind in form:
            content = np.frombuffer(zlib.decompress(content), np.uint8).reshape(2, -1).T.tobytes()
        numbers = np.frombuffer(content, kind).tolist()
        return numbers if kind == WHOLE else [_rounded(number) for number in numbers]
    return [number for run in form for number in ([run[0]] * run[1] if isinstance(run, list) else [run])]


def packed_places(places: Sequence[int], count: int) -> Any:
    """Which of ``count`` windows: their places, or a bit for each where that is shorter."""
    bits = np.zeros(count, dtype=bool)
    bits[list(places)] = True
    as_bits = {"bits": b64encode(np.packbits(bits).tobytes()).decode()}
    return min([list(places), as_bits], key=lambda form: len(json.dumps(form)))


def unpacked_places(form: Any) -> list[int]:
    """What was packed."""
    if isinstance(form, Mapping):
        places: list[int] = np.flatnonzero(np.unpackbits(np.frombuffer(b64decode(form["bits"]), np.uint8))).tolist()
        return places
    return list(form)


def _turns(at: str) -> dict[str, Any]:
    """Once, and how many there are, where the same turns come again and again."""
    for period in range(1, min(EVENLY, len(at) // 2) + 1):
        if at == (at[:period] * (len(at) // period + 1))[: len(at)]:
            return {"at": at[:period], "times": len(at)}
    return {"at": at}


def _fits(numbers: Numbers, kind: str) -> bool:
    if kind == WHOLE:
        return all(number is not None and 0 <= number < 2**16 for number in numbers)
    return all(number is None or number == 0 or LEAST <= abs(number) <= MOST for number in numbers)


def _rounded(number: float) -> float | None:
    return None if math.isnan(number) else float(f"{number:.{DIGITS}g}")


def _runs(numbers: Numbers) -> list[Any]:
    grouped = ((number, sum(1 for _ in group)) for number, group in groupby(numbers))
    return [number if count == 1 else [number, count] for number, count in grouped]


def ranges(days: Sequence[str]) -> list[list[Any]]:
    """Days as ``[first, step in days, how many]``, as long as the step is the same."""
    ranges: list[list[Any]] = []
    before: date | None = None
    for day in map(date.fromisoformat, days):
        step = (day - before).days if before else 0
        if ranges and (ranges[-1][2] == 1 or ranges[-1][1] == step):
            ranges[-1][1:] = [step, ranges[-1][2] + 1]
        else:
            ranges.append([day.isoformat(), 0, 1])
        before = day
    return ranges


def days(ranges: Sequence[Sequence[Any]]) -> Iterator[str]:
    for first, step, count in ranges:
        for place in range(count):
            yield (date.fromisoformat(first) + timedelta(days=step * place)).isoformat()
