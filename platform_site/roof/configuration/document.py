"""YAML read strictly: the types of YAML 1.2 alone, no tags, no anchors, no key twice; every fault with its line.

>>> document = read("teams:\\n- slug: forecasting\\n  name: no\\n")
>>> document.value, document.line("teams", 0, "name")
({'teams': [{'slug': 'forecasting', 'name': 'no'}]}, 3)
>>> read("a: 1\\na: 2\\nb: !!python/name:os.system x\\n").faults
[(2, 'The key a stands twice in one mapping.'), (3, 'Tags such as tag:yaml.org,2002:python/name:os.system are not read. Write the value plainly.')]
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import yaml

LARGEST_BYTES, DEEPEST, MOST_NODES = 8 * 2**20, 30, 400_000
TAG = "tag:yaml.org,2002:"
# As YAML 1.2 has them: `no` is a text, `010` is ten, and a date is a text. Reader and writer share them.
RESOLVERS = (
    ("null", r"~|null|", ("~", "n", "")),
    ("bool", r"true|false", ("t", "f")),
    ("int", r"-?[0-9]+", tuple("-0123456789")),
    ("float", r"-?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?", tuple("-.0123456789")),
)
Path = tuple[str | int, ...]


class Loader(yaml.SafeLoader):
    """Composes nodes; nothing is ever constructed by it."""


class Dumper(yaml.SafeDumper):
    """Writes plain values as the loader reads them, and texts of several lines as blocks."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


for _kind in (Loader, Dumper):
    _kind.yaml_implicit_resolvers = {}
    for _name, _pattern, _first in RESOLVERS:
        _kind.add_implicit_resolver(TAG + _name, re.compile(rf"(?:{_pattern})\Z"), list(_first))


class Document(NamedTuple):
    """What a text says, where each part stands, and what is wrong with it as (line, sentence)."""

    value: Any
    lines: dict[Path, int]
    faults: list[tuple[int, str]]

    def line(self, *path: str | int) -> int:
        """The line of a part; of the nearest part around it where that is not written."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read(text: str) -> Document:
    """The document that a text holds, with every fault."""
    if len(text.encode()) > LARGEST_BYTES:
        return Document(None, {}, [(1, f"The file is larger than {LARGEST_BYTES // 2**20} MiB.")])
    reader = _Reader()
    try:
        faults = list(_event_faults(text))
        node = None if faults else yaml.compose(text, Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return Document(
            None, {}, [(mark.line + 1 if mark else 1, f"This is not YAML: {error.problem or error.context}.")]
        )
    except (yaml.YAMLError, RecursionError) as error:
        return Document(None, {}, [(1, f"This is not YAML that can be read: {str(error)[:200]}.")])
    value = reader.value(node, ()) if node is not None else None
    return Document(value, reader.lines, sorted([*faults, *reader.faults]))


def write(value: Any) -> str:
    """A document in its one spelling: the same content is the same bytes."""
    return yaml.dump(
        value, Dumper=Dumper, sort_keys=False, allow_unicode=True, default_flow_style=False, width=110, indent=2
    )


def _event_faults(text: str) -> Any:
    depth = count = 0
    for event in yaml.parse(text, Loader):
        mark, count = event.start_mark, count + 1
        line = mark.line + 1 if mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            yield line, "Anchors and aliases are not read. Write the value again."
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST or count > MOST_NODES:
            yield line, f"The document is nested deeper than {DEEPEST} or has more than {MOST_NODES:,} parts."
            return


class _Reader:
    def __init__(self) -> None:
        self.lines: dict[Path, int] = {}
        self.faults: list[tuple[int, str]] = []

    def value(self, node: yaml.Node, path: Path) -> Any:
        line = node.start_mark.line + 1
        self.lines.setdefault(path, line)
        if isinstance(node, yaml.MappingNode) and node.tag == f"{TAG}map":
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode) and node.tag == f"{TAG}seq":
            return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, line)
        self.faults.append((line, f"Tags such as {node.tag[:80]} are not read. Write the value plainly."))
        return None

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode) or key.tag != f"{TAG}str":
                shown = key.value[:80] if isinstance(key, yaml.ScalarNode) else "a list or mapping"
                self.faults.append((line, f"A key must be a text; {shown} is not."))
                continue
            if key.value in result:
                self.faults.append((line, f"The key {key.value[:80]} stands twice in one mapping."))
            self.lines[(*path, key.value)] = line
            result[key.value] = self.value(value, (*path, key.value))
        return result

    def _scalar(self, node: yaml.ScalarNode, line: int) -> Any:
        text = node.value
        if node.tag == f"{TAG}str":
            return text
        if node.tag == f"{TAG}null":
            return None
        if node.tag == f"{TAG}bool":
            return text == "true"
        try:
            if node.tag == f"{TAG}int" and len(text) <= 20:
                return int(text)
            if node.tag == f"{TAG}float" and len(text) <= 40:
                return float(text)
        except ValueError:
            pass
        known = node.tag in (f"{TAG}int", f"{TAG}float")
        sentence = f"{text[:40]} is not a number that can be read." if known else f"Tags such as {node.tag[:80]} are not read. Write the value plainly."  # fmt: skip
        self.faults.append((line, sentence))
        return None


def _text(dumper: Dumper, text: str) -> yaml.Node:
    breaks = any(mark in text for mark in "\r\x85\u2028\u2029")  # line ends that a block would read as others
    return dumper.represent_scalar(f"{TAG}str", text, style='"' if breaks else "|" if "\n" in text else None)


Dumper.add_representer(str, _text)
