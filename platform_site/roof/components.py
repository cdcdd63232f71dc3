"""What Plumbline is made of: every library of its lock and every file that others wrote, as a CycloneDX document and a notice.

The versions are those of `requirements.txt`, the licences what the installed packages say, so that neither is written twice.
"""

from __future__ import annotations

import re
import tomllib
import uuid
from collections.abc import Iterable, Iterator, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]
LOCKED = re.compile(r"^(?P<name>[A-Za-z0-9_.-]+)==(?P<version>[^\s;\\]+)")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
ROW = re.compile(
    r"^\| `(?P<path>[^`]+)` \| (?P<what>[^|]+) \| (?P<version>[^|]+) \| (?P<source>[^|]+) \| (?P<licence>[^|]+) \| `(?P<digest>[0-9a-f]{64})` \|$"
)
UNKNOWN = "not stated by the package"
SHORT = {  # what packages say, as the licence is called at spdx.org
    "BSD License": "BSD-3-Clause", "BSD": "BSD-3-Clause", "New BSD": "BSD-3-Clause", "MIT License": "MIT",
    "Apache Software License": "Apache-2.0", "BSD 3-Clause OR Apache-2.0": "BSD-3-Clause OR Apache-2.0",
    "Dual License": "BSD-3-Clause OR Apache-2.0",
}  # fmt: skip
ELSEWHERE = {"async-timeout": "Apache-2.0", "tzdata": "Apache-2.0"}  # installed with other versions or systems alone
MOST_LETTERS = 40  # a longer licence field is the whole text
LGPL = """psycopg and psycopg-binary are under the GNU Lesser General Public License, version 3. Plumbline imports them unchanged, as
libraries of their own; you may replace them by another version: `pip install psycopg[binary]==…` in the same environment.
Their source is at https://github.com/psycopg/psycopg, and the text of the licence is installed with each of them."""


class Component(NamedTuple):
    """A library or a file that others wrote: its package URL, licence and the digests that it may have."""

    name: str
    version: str
    purl: str
    licence: str
    digests: tuple[str, ...]


def list_components() -> list[Component]:
    """The libraries of the lock, then the files that are kept in the tree."""
    return [
        *_locked((ROOT / "requirements.txt").read_text()),
        *_vendored((ROOT / "static/vendor/VENDORED.md").read_text()),
    ]


def render_sbom(components: Iterable[Component]) -> dict[str, Any]:
    """A CycloneDX 1.5 document, the same for the same components: without a time, with a number made of its content."""
    rows = [_row(component) for component in components]
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    content = ",".join(f"{row['purl']} {[digest['content'] for digest in row['hashes']]}" for row in rows)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'plumbline {version} {content}')}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": "plumbline",
                "name": "plumbline",
                "version": version,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            }
        },
        "components": rows,
        "dependencies": [{"ref": "plumbline", "dependsOn": [row["bom-ref"] for row in rows]}],
    }


def render_notice(components: Sequence[Component]) -> str:
    """The text of NOTICE: what is in Plumbline or installed with it, and under which licence."""
    width = max(len(component.name) for component in components)
    lines = [f"  {component.name:<{width}}  {component.licence}" for component in components]
    return "\n".join(
        ["Plumbline", "Apache License 2.0", "", "It is made with the work of others:", "", *lines, "", LGPL, ""]
    )


def _row(component: Component) -> dict[str, Any]:
    return {
        "type": "library",
        "bom-ref": component.purl,
        "name": component.name,
        "version": component.version,
        "purl": component.purl,
        "hashes": [{"alg": "SHA-256", "content": digest} for digest in component.digests],
        "licenses": [] if component.licence == UNKNOWN else [{"expression": component.licence}],
    }


def _locked(text: str) -> Iterator[Component]:
    """The libraries of a lock, each with the digests of its files."""
    for part in re.split(r"\n(?=[A-Za-z0-9])", text):
        if match := LOCKED.match(part):
            name, version = match["name"], match["version"]
            purl = f"pkg:pypi/{name.lower().replace('_', '-')}@{version}"
            yield Component(name, version, purl, _licence(name), tuple(HASH.findall(part)))


def _vendored(text: str) -> Iterator[Component]:
    for line in text.splitlines():
        if match := ROW.match(line):
            purl = f"pkg:generic/{match['path'].rpartition('/')[2]}@{match['version']}"
            yield Component(match["what"].strip(), match["version"], purl, match["licence"].strip(), (match["digest"],))


def _licence(name: str) -> str:
    """The licence that an installed package states."""
    try:
        fields: dict[str, Any] = metadata.metadata(name).json
    except metadata.PackageNotFoundError:
        return ELSEWHERE.get(name, UNKNOWN)
    if expression := fields.get("license_expression"):
        return str(expression)
    stated = [
        fields.get("license"),
        *(line.rpartition("::")[2].strip() for line in fields.get("classifier", ()) if line.startswith("License")),
    ]
    short = [text for text in stated if text and len(text) <= MOST_LETTERS and "\n" not in text]
    return SHORT.get(short[0], short[0]) if short else UNKNOWN
