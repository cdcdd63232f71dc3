"""The description by which files are read. What is None has not been decided yet: `decide` finds it in the files.

>>> stated, faults = parse({"delimiter": "semicolon", "kinds": {"at": "moment"}})
>>> faults
[Wrong(part='delimiter', message="'semicolon' is not a delimiter. Give one character, for example , or ; or a tab.")]
>>> parse({"null_words": ["", "NA"], "decimal": ","})[0].over(Reading(decimal=".", header=True)).as_dict()
{'header': True, 'null_words': ['', 'NA'], 'decimal': ','}
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import duckdb

from registry.compute.name_lists import named

ENCODINGS = (
    "utf-8", "utf-16", "utf-16-le", "utf-16-be", "windows-1252", "iso-8859-1", "iso-8859-15", "windows-1250", "windows-1251",
    "windows-1253", "windows-1254", "iso-8859-2", "koi8-r", "cp437", "cp850", "mac-roman", "shift_jis", "euc-jp", "gb18030",
    "big5", "euc-kr",
)  # fmt: skip
ALIASES = {
    "utf8": "utf-8",
    "utf-8-sig": "utf-8",
    "latin-1": "iso-8859-1",
    "latin1": "iso-8859-1",
    "cp1252": "windows-1252",
}
SECONDS, MILLISECONDS = "seconds_since_1970", "milliseconds_since_1970"
KINDS = {
    "whole_number": "whole number",
    "number": "number",
    "truth_value": "truth value",
    "text": "text",
    "date": "date",
    "timestamp": "timestamp",
    "time": "time of day",
    SECONDS: "timestamp as seconds since 1970",
    MILLISECONDS: "timestamp as milliseconds since 1970",
}
SYNONYMS = {
    "moment": "timestamp",
    "category": "text",
    "string": "text",
    "boolean": "truth_value",
    "integer": "whole_number",
}
TIMES = frozenset({"date", "timestamp", SECONDS, MILLISECONDS})
CSV_ALONE = ("delimiter", "quote", "escape", "header", "encoding", "decimal", "thousands")
MOST_WORDS, LONGEST_WORD, MOST_COLUMNS = 50, 100, 10_000
Pairs = tuple[tuple[str, Any], ...]


class Wrong(NamedTuple):
    """What is wrong with one part of a stated description."""

    part: str
    message: str


class Reading(NamedTuple):
    """``null_words``: cells that mean null; ``null_words_by_column`` replaces them for a column. ``kinds``: by column, one of
    `KINDS`. ``date_formats``: tried in order, then ISO 8601. ``time_zone``: of times that state none."""

    delimiter: str | None = None
    quote: str | None = None
    escape: str | None = None
    header: bool | None = None
    encoding: str | None = None
    null_words: tuple[str, ...] | None = None
    null_words_by_column: Pairs = ()
    decimal: str | None = None
    thousands: str | None = None
    date_formats: tuple[str, ...] | None = None
    time_zone: str | None = None
    kinds: Pairs = ()

    def over(self, other: Reading) -> Reading:
        """This one, and the other's word on what it leaves open. Kinds are joined column by column."""
        decided: dict[str, Any] = {
            part: own if own is not None else others
            for part, own, others in zip(self._fields, self, other, strict=True)
        }
        for part in ("kinds", "null_words_by_column"):
            decided[part] = tuple((dict(getattr(other, part)) | dict(getattr(self, part))).items())
        return Reading(**decided)

    def words_of(self, column: str) -> tuple[str, ...]:
        """The words that mean null in a column."""
        words: tuple[str, ...] = dict(self.null_words_by_column).get(column, self.null_words or ())
        return words

    def as_dict(self) -> dict[str, Any]:
        """As it is stored and shown: JSON, without what is open."""
        content = {part: _plain(value) for part, value in self._asdict().items() if value is not None}
        return {
            part: value for part, value in content.items() if part not in ("kinds", "null_words_by_column") or value
        }


def stored(content: Mapping[str, Any]) -> Reading:
    """The description as `as_dict` wrote it."""
    return Reading(**{part: _hashable(value) for part, value in content.items()})


def parse(content: Mapping[str, Any]) -> tuple[Reading, list[Wrong]]:
    """A description that somebody states, in part or whole, and everything that is wrong with it."""
    wrong = [
        Wrong(part, f"{part!r} is not a part of how files are read. Choose from {named(Reading._fields, near=part)}.")
        for part in content
        if part not in Reading._fields
    ]
    values = {part: _normal(part, content[part]) for part in Reading._fields if content.get(part) is not None}
    wrong += [fault for part, value in values.items() for fault in CHECKS[part](part, value)]
    if wrong:
        return Reading(), wrong
    return Reading(**{part: _hashable(value) for part, value in values.items()}), [*_clashes(values)]


def _normal(part: str, value: Any) -> Any:
    if part == "encoding" and isinstance(value, str):
        name = value.strip().lower().replace("_", "-") if value.lower() not in ENCODINGS else value.lower()
        return ALIASES.get(name, name)
    if part == "delimiter" and value in ("\\t", "tab"):
        return "\t"
    if part == "kinds" and isinstance(value, Mapping):
        return {column: _kind(kind) for column, kind in value.items()}
    return value


def _kind(kind: Any) -> Any:
    name = kind.strip().lower().replace(" ", "_") if isinstance(kind, str) else kind
    return SYNONYMS.get(name, name) if isinstance(name, str) else name


def _character(what: str, example: str, *, empty: bool) -> Callable[[str, Any], Iterator[Wrong]]:
    def check(part: str, value: Any) -> Iterator[Wrong]:
        fits = isinstance(value, str) and len(value) == 1 and value not in "\r\n\0" and ord(value) < 128
        if not fits and not (empty and value == ""):
            yield Wrong(part, f"{_shown(value)} is not {what}. Give one character, {example}.")

    return check


def _choice(*choices: Any) -> Callable[[str, Any], Iterator[Wrong]]:
    def check(part: str, value: Any) -> Iterator[Wrong]:
        if not any(value is choice or (value == choice and type(value) is type(choice)) for choice in choices):
            listed = ", ".join(repr(choice) if isinstance(choice, str) else str(choice).lower() for choice in choices)
            yield Wrong(part, f"{_shown(value)} is not a choice for {part}. Choose from {listed}.")

    return check


def _words(part: str, value: Any) -> Iterator[Wrong]:
    if not isinstance(value, list | tuple) or len(value) > MOST_WORDS:
        yield Wrong(part, f"Give {part} as a list of at most {MOST_WORDS} texts.")
        return
    for word in value:
        if not isinstance(word, str) or len(word) > LONGEST_WORD or "\0" in word:
            yield Wrong(part, f"{_shown(word)} is not a text of at most {LONGEST_WORD} characters.")


def _formats(part: str, value: Any) -> Iterator[Wrong]:
    yield from (faults := [*_words(part, value)])
    for text in () if faults else value:
        is_date = any(code in text for code in ("%Y", "%y")) and any(code in text for code in ("%d", "%-d", "%j"))
        if not is_date or not _is_taken(f"SELECT try_strptime('', {quoted_text(text)})"):
            yield Wrong(part, f"{text!r} is not a date format. Write it with %Y, %m and %d, for example %d.%m.%Y.")


def _zone(part: str, value: Any) -> Iterator[Wrong]:
    if not isinstance(value, str) or not _is_taken(f"SELECT timezone({quoted_text(value)}, TIMESTAMP '2000-01-01')"):
        yield Wrong(part, f"{_shown(value)} is not a time zone. Give one like UTC or Europe/Berlin.")


def _is_taken(statement: str) -> bool:
    """Whether the engine that reads the cells knows the format or the time zone."""
    with duckdb.connect(":memory:") as engine:
        try:
            engine.execute(statement)
        except duckdb.Error:
            return False
    return True


def quoted_text(value: str) -> str:
    """A text as a literal of SQL."""
    return "'{}'".format(value.replace("'", "''"))


def _kinds(part: str, value: Any) -> Iterator[Wrong]:
    if not isinstance(value, Mapping) or len(value) > MOST_COLUMNS:
        yield Wrong(part, 'Give kinds as an object, for example {"zip": "text"}.')
        return
    for column, kind in value.items():
        if kind not in KINDS:
            yield Wrong(f"{part}.{column}", f"{_shown(kind)} is not a kind of column. Choose from {', '.join(KINDS)}.")


def _words_by_column(part: str, value: Any) -> Iterator[Wrong]:
    if not isinstance(value, Mapping) or len(value) > MOST_COLUMNS:
        yield Wrong(part, f'Give {part} as an object, for example {{"country": [""]}}.')
        return
    for column, words in value.items():
        yield from _words(f"{part}.{column}", words)


def _encoding(part: str, value: Any) -> Iterator[Wrong]:
    if value not in ENCODINGS:
        yield Wrong(part, f"{_shown(value)} is not an encoding that is read. Choose from {', '.join(ENCODINGS)}.")
    else:
        codecs.lookup(value)


CHECKS: Mapping[str, Callable[[str, Any], Iterator[Wrong]]] = {
    "delimiter": _character("a delimiter", "for example , or ; or a tab", empty=False),
    "quote": _character("a quotation mark", 'for example "; leave it empty for files without', empty=True),
    "escape": _character("an escape", "for example a backslash; leave it empty where quotes are doubled", empty=True),
    "header": _choice(True, False),
    "encoding": _encoding,
    "null_words": _words,
    "null_words_by_column": _words_by_column,
    "decimal": _choice(".", ","),
    "thousands": _choice("", ".", ",", " ", "'", "\u00a0"),
    "date_formats": _formats,
    "time_zone": _zone,
    "kinds": _kinds,
}


def _clashes(values: Mapping[str, Any]) -> Iterator[Wrong]:
    """Parts that are right alone and cannot stand beside each other."""
    for first, second in (
        ("delimiter", "quote"),
        ("delimiter", "escape"),
        ("quote", "escape"),
        ("decimal", "thousands"),
    ):
        if values.get(first) and values.get(first) == values.get(second):
            yield Wrong(second, f"{second} and {first} are both {values[first]!r}. Choose two different characters.")


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}…"


def _plain(value: Any) -> Any:
    if isinstance(value, tuple) and value and isinstance(value[0], tuple):
        return {name: _plain(part) for name, part in value}
    return list(value) if isinstance(value, tuple) else value


def _hashable(value: Any) -> Any:
    if isinstance(value, Mapping):
        return tuple((name, _hashable(part)) for name, part in value.items())
    return tuple(value) if isinstance(value, list) else value
