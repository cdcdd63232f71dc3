"""Generated feature logic over rows of its own, in any of its spellings.

A logic is a tree of tuples, made by `grown`; `spelled` writes it down, each time with other spaces, comments, quotes,
parentheses, synonyms and defaults, none of which change what it computes; `changed` makes another computation of it.
"""

from __future__ import annotations

from random import Random
from typing import Any

import duckdb

Tree = Any
ROWS = """
    (1, 1, 10, 1.5::DOUBLE, 'ab', TRUE, DATE '2024-02-28', TIMESTAMP '2024-02-28 23:30:00'),
    (2, 1, NULL, -2.25::DOUBLE, 'Ab', FALSE, DATE '2024-02-29', TIMESTAMP '2024-02-29 00:10:00'),
    (3, 2, 7, NULL, NULL, NULL, DATE '2023-12-31', NULL),
    (4, 2, -3, 0.1::DOUBLE, '', TRUE, NULL, TIMESTAMP '2024-03-31 02:30:00'),
    (5, 2, 7, 1e15::DOUBLE, 'a%b''c', NULL, DATE '2024-03-01', TIMESTAMP '1969-12-31 12:00:00'),
    (6, 3, 0, 0.30000000000000004::DOUBLE, 'zz', FALSE, DATE '2024-03-01', TIMESTAMP '2024-03-01 00:00:00')
"""
COLUMNS = ["id", "k", "n", "x", "s", "p", "d", "t"]
NUMBERS, TEXTS, TRUTHS, DATES = ("n", "x", "k"), ("s",), ("p",), ("d", "t")
UNITS = ("day", "week", "month", "year", "hour")


def over_rows(engine: duckdb.DuckDBPyConnection, expression: str) -> Any:
    """The value for each row, as text so that NaN equals NaN; the kind of error where the engine refuses."""
    try:
        rows = engine.execute(f"SELECT ({expression}\n) AS value FROM generated ORDER BY id").fetchall()
    except duckdb.Error as error:
        return type(error).__name__
    return [repr(value) for (value,) in rows]


def engine_with_rows() -> duckdb.DuckDBPyConnection:
    engine = duckdb.connect(config={"threads": "1"})
    engine.execute(f"CREATE TABLE generated AS FROM (VALUES {ROWS}) r({', '.join(COLUMNS)})")
    return engine


def grown(random: Random, depth: int = 3) -> Tree:
    """A logic of any type."""
    return random.choice([_number, _number, _truth, _text, _date])(random, depth)


def _number(random: Random, depth: int) -> Tree:
    if depth <= 0:
        return random.choice(
            [("column", random.choice(NUMBERS)), ("literal", random.choice(["0", "1", "2", "0.5", ".5"]))]
        )
    grow = random.choice([_arithmetic, _arithmetic, _numeric_call, _case, _window, _offset, _part, _cast])
    return grow(random, depth - 1)


def _arithmetic(random: Random, depth: int) -> Tree:
    return ("operator", random.choice("+-*/"), _number(random, depth), _number(random, depth))


def _numeric_call(random: Random, depth: int) -> Tree:
    name, size = random.choice([("abs", 1), ("sign", 1), ("greatest", 2), ("coalesce", 2), ("nullif", 2), ("floor", 1)])
    return ("call", name, *(_number(random, depth) for _ in range(size)))


def _case(random: Random, depth: int) -> Tree:
    return ("case", _truth(random, depth), _number(random, depth), random.choice([None, _number(random, depth)]))


def _window(random: Random, depth: int) -> Tree:
    function = random.choice(["avg", "sum", "min", "max", "count", "stddev_samp", "var_samp", "first_value"])
    order = random.choice([None, "ASC", "DESC"])
    frames = ["default", "ROWS 2 PRECEDING", "ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING"]
    inner = random.choice([("column", "n"), ("column", "x"), ("operator", "+", ("column", "n"), ("literal", "1"))])
    return ("window", function, inner, random.choice([None, "k"]), order, random.choice(frames) if order else "default")


def _offset(random: Random, depth: int) -> Tree:
    name, filled = random.choice(["lag", "lead"]), random.choice([None, "0"])
    return ("offset", name, ("column", random.choice(NUMBERS)), random.choice([1, 1, 2]), filled)


def _part(random: Random, depth: int) -> Tree:
    return ("part", random.choice(["year", "month", "day", "dow", "doy", "week", "quarter"]), _date(random, depth))


def _cast(random: Random, depth: int) -> Tree:
    return ("cast", _number(random, depth), random.choice(["DOUBLE", "INTEGER", "BIGINT", "VARCHAR_LENGTH"]))


def _truth(random: Random, depth: int) -> Tree:
    if depth <= 0:
        return ("column", "p")
    depth -= 1
    pick = random.randrange(8)
    if pick < 2:
        return (random.choice(["and", "or"]), *(_truth(random, depth) for _ in range(random.choice([2, 2, 3]))))
    if pick == 2:
        return ("not", _truth(random, depth))
    if pick == 3:
        return (random.choice(["is null", "is not null"]), _number(random, depth))
    if pick == 4:
        return (random.choice(["in", "not in"]), _number(random, depth), "1", "7")
    if pick == 5:
        return (random.choice(["like", "not like"]), _text(random, depth), random.choice(["'a%'", "'%b'"]))
    if pick == 6:
        return (random.choice(["between", "not between"]), _number(random, depth), "0", "7")
    return ("compare", random.choice(["<", ">=", "=", "<>"]), _number(random, depth), _number(random, depth))


def _text(random: Random, depth: int) -> Tree:
    if depth <= 0:
        return random.choice([("column", "s"), ("literal", random.choice(["'a'", "'it''s'", "''"]))])
    if random.random() < 0.4:
        return ("||", *(_text(random, depth - 1) for _ in range(random.choice([2, 3]))))
    return ("call", random.choice(["upper", "lower", "trim"]), _text(random, depth - 1))


def _date(random: Random, depth: int) -> Tree:
    if depth <= 0 or random.random() < 0.5:
        return ("column", random.choice(DATES))
    return ("shift", random.choice("+-"), _date(random, depth - 1), random.choice([1, 2, 3]), random.choice(UNITS))


def changed(tree: Tree, random: Random) -> Tree:
    """The same logic with one leaf or operator exchanged; sometimes it computes the same by chance."""
    places = list(_places(tree, ()))
    if not places:  # a truth value of the only such column
        return ("not", tree)
    path, old = random.choice(places)
    others = next(group for group in GROUPS if old in group)
    return _put(tree, path, random.choice([word for word in others if word != old]))


GROUPS = (
    NUMBERS, DATES, UNITS, ("0", "1", "2", "0.5", ".5", "7"), ("'a%'", "'%b'"), ("'a'", "'it''s'", "''"), tuple("+-*/"),
    ("<", ">=", "=", "<>"), ("and", "or"), ("is null", "is not null"), ("in", "not in"), ("like", "not like"),
    ("between", "not between"), ("avg", "sum", "min", "max", "count", "stddev_samp", "var_samp", "first_value"),
    ("ASC", "DESC"), ("lag", "lead"), (1, 2, 3), ("year", "month", "day", "dow", "doy", "week", "quarter"),
    ("ROWS 2 PRECEDING", "ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING"), ("upper", "lower"), ("floor", "abs", "sign"),
)  # fmt: skip


def _places(tree: Tree, path: tuple[int, ...]) -> Any:
    if isinstance(tree, tuple):
        for index, part in enumerate(tree):
            yield from _places(part, (*path, index))
    elif any(tree in group for group in GROUPS):
        yield path, tree


def _put(tree: Tree, path: tuple[int, ...], word: Any) -> Tree:
    if not path:
        return word
    return (*tree[: path[0]], _put(tree[path[0]], path[1:], word), *tree[path[0] + 1 :])


class Spelling:
    """One way to write a tree down."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def pick(self, *ways: str) -> str:
        return self.random.choice(ways)

    def space(self) -> str:
        return self.pick(" ", " ", " ", "\n", "\t", "  ", " /* a; 'b */ ", " -- c (\n", "\r\n")

    def words(self, text: str) -> str:
        """Keywords in any case, with any space between them."""
        text = self.pick(text.upper(), text.lower(), text.title())
        return self.space().join(text.split(" "))

    def of(self, tree: Tree) -> str:
        text = getattr(self, f"_{tree[0].replace(' ', '_').replace('||', 'joined')}")(*tree[1:])
        return f"({text})" if self.random.random() < 0.15 else text

    def inner(self, tree: Tree) -> str:
        """An operand, in parentheses unless it needs none."""
        return self.of(tree) if tree[0] in ("column", "literal", "call", "window") else f"({self.of(tree)})"

    def _column(self, name: str) -> str:
        return self.pick(name, name, f'"{name}"')

    def _literal(self, text: str) -> str:
        return text

    def _operator(self, sign: str, left: Tree, right: Tree) -> str:
        return f"{self.inner(left)}{self.space()}{sign}{self.space()}{self.inner(right)}"

    def _compare(self, sign: str, left: Tree, right: Tree) -> str:
        return self._operator(self.pick("<>", "!=") if sign == "<>" else sign, left, right)

    def _call(self, name: str, *arguments: Tree) -> str:
        return f"{self.words(name)}({self.pick('', ' ')}{', '.join(self.of(argument) for argument in arguments)})"

    def _case(self, condition: Tree, then: Tree, other: Tree | None) -> str:
        ends = [f" {self.words('else')} {self.of(other)}"] if other else ["", f" {self.words('else null')}"]
        return f"{self.words('case when')} {self.of(condition)} {self.words('then')} {self.of(then)}{self.pick(*ends)} {self.words('end')}"

    def _window(self, function: str, inner: Tree, entity: str | None, order: str | None, frame: str) -> str:
        name = self.pick(*{function, *SYNONYMS.get(function, ())})
        over = [f"{self.words('partition by')} {self._column(entity)}"] if entity else []
        if order:
            way = self.pick(order, f"{order} nulls last", *([""] if order == "ASC" else []))
            second = self.pick("id", "id ASC", '"id"')
            over += [f"{self.words('order by')} {self._column('k')} {self.words(way)}, {second}"]
        return (
            f"{self.words(name)}({self.of(inner)}) {self.words('over')} ({' '.join(over)} {self._frame(frame, order)})"
        )

    def _frame(self, frame: str, order: str | None) -> str:
        if frame == "default":
            explicit = "range between unbounded preceding and current row"
            return self.words(self.pick("", "", "range unbounded preceding", explicit)) if order else ""
        if frame == "ROWS 2 PRECEDING":
            return self.words(self.pick(frame, "rows between 2 preceding and current row"))
        return self.words(frame)

    def _offset(self, name: str, inner: Tree, offset: int, filled: str | None) -> str:
        ways = [f", {offset}, {filled}"] if filled else [f", {offset}", f", {offset}, NULL"]
        ways += [""] if offset == 1 and not filled else []
        return f"{self.words(name)}({self.of(inner)}{self.pick(*ways)}) {self.words('over (order by')} id)"

    def _part(self, part: str, date: Tree) -> str:
        name = {"dow": "dayofweek", "doy": "dayofyear"}.get(part, part)
        date_part = f"{self.words('date_part')}('{self.pick(part, part.upper())}', {self.of(date)})"
        return self.pick(date_part, f"{self.words(name)}({self.of(date)})", f"extract({part} from {self.of(date)})")

    def _cast(self, inner: Tree, kind: str) -> str:
        if kind == "VARCHAR_LENGTH":
            return f"{self.words('length')}({self._cast(inner, 'VARCHAR')})"
        written = self.pick(kind, *TYPES[kind])
        return self.pick(f"{self.words('cast')}({self.of(inner)} AS {written})", f"({self.of(inner)})::{written}")

    def _and(self, *parts: Tree) -> str:
        return self._chain("and", parts)

    def _or(self, *parts: Tree) -> str:
        return self._chain("or", parts)

    def _joined(self, *parts: Tree) -> str:
        return self._chain("||", parts)

    def _chain(self, word: str, parts: tuple[Tree, ...]) -> str:
        texts = [self.inner(part) for part in parts]
        if len(texts) == 3 and self.random.random() < 0.5:
            texts = [texts[0], f"({texts[1]} {self.words(word)} {texts[2]})"]
        return f" {self.words(word)} ".join(texts)

    def _not(self, inner: Tree) -> str:
        return f"{self.words('not')} ({self.of(inner)})"

    def _is_null(self, inner: Tree) -> str:
        return f"{self.inner(inner)} {self.words('is null')}"

    def _is_not_null(self, inner: Tree) -> str:
        return self.pick(f"{self.inner(inner)} {self.words('is not null')}", f"NOT ({self._is_null(inner)})")

    def _in(self, inner: Tree, *items: str) -> str:
        return f"{self.inner(inner)} {self.words('in')} ({', '.join(items)})"

    def _not_in(self, inner: Tree, *items: str) -> str:
        return self.pick(
            f"{self.inner(inner)} {self.words('not in')} ({', '.join(items)})", f"NOT {self._in(inner, *items)}"
        )

    def _like(self, inner: Tree, pattern: str) -> str:
        return f"{self.inner(inner)} {self.words('like')} {pattern}"

    def _not_like(self, inner: Tree, pattern: str) -> str:
        return self.pick(f"{self.inner(inner)} {self.words('not like')} {pattern}", f"NOT {self._like(inner, pattern)}")

    def _between(self, inner: Tree, low: str, high: str) -> str:
        return f"{self.inner(inner)} {self.words('between')} {low} {self.words('and')} {high}"

    def _not_between(self, inner: Tree, low: str, high: str) -> str:
        negated = f"{self.inner(inner)} {self.words('not between')} {low} {self.words('and')} {high}"
        return self.pick(negated, f"NOT ({self._between(inner, low, high)})")

    def _shift(self, sign: str, date: Tree, size: int, unit: str) -> str:
        ways = (
            f"INTERVAL {size} {unit}",
            f"INTERVAL '{size}' {unit}s",
            f"INTERVAL '{size} {unit}'",
            f"interval '{size} {unit}s'",
        )
        return f"{self.inner(date)} {sign} {self.pick(*ways)}"


SYNONYMS = {"avg": ("mean",), "stddev_samp": ("stddev",), "var_samp": ("variance",)}
TYPES = {
    "DOUBLE": ("FLOAT8", "double"), "INTEGER": ("INT", "INT4", "int"), "BIGINT": ("INT8", "bigint"),
    "VARCHAR": ("TEXT", "string"),
}  # fmt: skip


def spelled(tree: Tree, random: Random) -> str:
    """The tree in one of its spellings."""
    return Spelling(random).of(tree)


def disturbed(text: str, random: Random) -> str:
    """The text with one to three characters put in, left out or exchanged that parsers read differently."""
    for _ in range(random.randint(1, 3)):
        at = random.randrange(len(text) + 1)
        text = text[:at] + random.choice(DISTURBING) + text[at + random.choice([0, 0, 1]) :]
    return text


DISTURBING = [
    "\r", "\r\n", "\n", "\t", "\v", "\f", "\0", "\x1c", "\x85", "\u2028", "\u2029", "\u00a0", "\u200b", "\u202e", "\ufeff",
    "\u3000", "--", "-- \r", "/*", "*/", "/* /* */", "'", '"', "''", "\\", "\\'", "E'\\''", "(", ")", "#", "//", "- -", "^", "**",
    "!", "::", "1e", ".", "0x1F", "1_0", "NOT ", " IS ", "X'", "B'1'", "N'a'", "U&'a'", "e", "ß", "é", "İ", ",", ";", "[", "{", ":=", "=>",
    "-", "+", "||", "%", " COLLATE ", " AT ", " DIV ", "~", "@", "<=>", "<< 1", "& 1", "| 1",
]  # fmt: skip
