"""The kinds of environment variables: how the text of each is read, and what a fault says about it.

Standard library alone, like `platform_site.environment`, whose table uses these kinds.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

SHORTEST_KEY = 32


class NotValid(ValueError):
    """A value that cannot be used; each argument is a sentence that says why and what to write."""


def show(text: str) -> str:
    """Return a value as a fault shows it: quoted where it has spaces or control characters."""
    return text if text.isprintable() and " " not in text else repr(text)


def show_address(text: str) -> str:
    """Return an address without what may be secret in it: its scheme and host, if it can be parsed."""
    try:
        parts = split_address(text)
    except ValueError:
        return hide(text)
    return hide(text) if "@" in parts.path + parts.query + parts.fragment else f"{parts.scheme}://{parts.hostname}"


def hide(_text: str) -> str:
    """Return what a fault shows instead of a secret."""
    return "the value"


@dataclass(frozen=True)
class Kind:
    """What a value must be, in words; its reader, which raises ValueError; and how a fault may show the value."""

    expects: str
    parse: Callable[[str], Any] = str.strip
    show: Callable[[str], str] = show

    def read(self, text: str) -> Any:
        """Return the value that `text` stands for; raise `NotValid`."""
        try:
            return self.parse(text)
        except NotValid:
            raise
        except ValueError:
            raise NotValid(f"{self.show(text.strip())} is not {self.expects}.") from None


@dataclass(frozen=True)
class Variable:
    """One environment variable. Its default is a value, or is computed from the environment that was read."""

    name: str
    kind: Kind
    meaning: str
    default: Any
    shown_default: str

    def read(self, environ: Mapping[str, str]) -> tuple[Any, list[str]]:
        """Return its value, None where it is not set, and its faults; with a fault the value is the text."""
        text = environ.get(self.name, "")
        if not text.strip():
            return None, []
        try:
            return self.kind.read(text), []
        except NotValid as invalid:
            return text, [f"{self.name}: {sentence}" for sentence in invalid.args]


def variable(kind: Kind, meaning: str, default: Any = None, shown: str = "", name: str = "") -> Any:
    """Declare a field of a dataclass as the environment variable of its name in capitals, or of `name`."""
    shown = shown or ("none" if default in (None, "") else f"`{default}`")
    metadata = {"kind": kind, "meaning": meaning, "default": default, "shown_default": shown, "name": name}
    return dataclasses.field(repr=kind.show is show, metadata=metadata)


def variables_of(table: type) -> dict[str, Variable]:
    """Return the variables of a dataclass by the name of their field, in order."""
    return {
        field.name: Variable(**{**field.metadata, "name": field.metadata["name"] or field.name.upper()})
        for field in dataclasses.fields(table)
    }


def split_address(text: str, *schemes: str) -> SplitResult:
    """Return the parts of an address that has a host and one of these schemes; raise ValueError."""
    parts = urlsplit(text.strip())
    if not parts.hostname or parts.port == 0 or parts.scheme not in (schemes or (parts.scheme,)):
        raise ValueError(text)
    return parts


def address(expects: str, *schemes: str) -> Kind:
    """Return the kind of addresses with one of these schemes."""
    return Kind(expects, lambda text: split_address(text, *schemes) and text.strip(), show_address)


def whole_number(least: int, most: int = 1_000_000) -> Kind:
    """Return the kind of whole numbers within these bounds, both included."""

    def parse(text: str) -> int:
        if not (text.strip().isascii() and text.strip().isdigit() and least <= int(text) <= most):
            raise ValueError(text)
        return int(text)

    return Kind(f"a whole number from {least} to {most}", parse)


def choice(*words: str) -> Kind:
    """Return the kind whose values are these words."""
    return Kind(f"{', '.join(words[:-1])} or {words[-1]}", lambda text: words[words.index(text.strip())])


def many(item: Kind, separator: str = ",", separators: str = "commas") -> Kind:
    """Return the kind of lists of such items; each item that is not valid is a fault. An empty list is None."""

    def parse(text: str) -> list[Any] | None:
        values: list[Any] = []
        faults: list[str] = []
        for word in filter(None, map(str.strip, text.split(separator))):
            try:
                values.append(item.read(word))
            except NotValid as invalid:
                faults += invalid.args
        if faults:
            raise NotValid(*faults)
        return values or None

    return Kind(f"{item.expects}; several separated by {separators}", parse, item.show)


def _switch(text: str) -> bool:
    return ("0", "false", "no", "off", "1", "true", "yes", "on").index(text.strip().lower()) > 3


def _key(text: str) -> str:
    if "insecure" in text:
        raise NotValid(f"the value is a published example. Set {KEY.expects}.")
    if len(text) < SHORTEST_KEY or len(set(text)) < 5:
        raise NotValid(f"the value is too easy to guess. Set {KEY.expects}.")
    return text


def _token(text: str) -> str:
    if not (text.strip().isascii() and text.strip().isprintable()):
        raise ValueError(text)
    return text.strip()


TEXT = Kind("text")
SWITCH = Kind("1 or 0", _switch)
PATH = Kind("a path", lambda text: Path(text.strip()).resolve())
HTTP = address("an http or https address", "http", "https")
PASSWORD = Kind("a password", str, hide)  # as it is: a space belongs to it
TOKEN = Kind("a token of printable ASCII characters", _token, hide)
KEY = Kind(f"at least {SHORTEST_KEY} random characters", _key, hide)
