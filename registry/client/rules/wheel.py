"""The package as a wheel (PEP 427): a zip file whose bytes depend on its sources and version alone.

>>> file_name("0.1.0")
'plumbline-0.1.0-py3-none-any.whl'
"""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from registry.client.plumbline._version import VERSION
from registry.client.rules.single_file import PACKAGE

NAME = "plumbline"
REQUIRES_PYTHON = ">=3.9"
OLDEST, NEWEST = (3, 9), (3, 13)
WRITTEN_AT = (1980, 1, 1, 0, 0, 0)  # the first time that a zip file can hold: the same bytes on every machine
READABLE = 0o100644 << 16
PROGRAMS = {"plumbline": "plumbline._command:main", "plumbline-parity": "plumbline.definitions:main"}
LICENCE = PACKAGE.parents[2] / "LICENSE"


class Wheel(NamedTuple):
    """A file to install: its name, its bytes, and the digest that a package index links to it by."""

    name: str
    content: bytes
    metadata: bytes
    sha256: str


def wheel() -> Wheel:
    """The package of this release."""
    description = (PACKAGE / "README.md").read_text(encoding="utf-8")
    return built(VERSION, sources(PACKAGE), LICENCE.read_text(encoding="utf-8"), description)


def sources(package: Path) -> dict[str, bytes]:
    """The files of the package by their path in the wheel, in order."""
    files = (path for path in package.rglob("*") if path.suffix == ".py" or path.name == "py.typed")
    return {f"{NAME}/{path.relative_to(package).as_posix()}": path.read_bytes() for path in sorted(files)}


def file_name(version: str) -> str:
    return f"{NAME}-{version}-py3-none-any.whl"


def built(version: str, files: Mapping[str, bytes], licence: str, description: str) -> Wheel:
    """The wheel of these files, by their paths in it."""
    info = f"{NAME}-{version}.dist-info"
    metadata = _metadata(version, description).encode()
    content = dict(files) | {
        f"{info}/METADATA": metadata,
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: plumbline\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": _entry_points().encode(),
        f"{info}/licenses/LICENSE": licence.encode(),
    }
    rows = [f"{path},sha256={_record_digest(data)},{len(data)}" for path, data in content.items()]
    content[f"{info}/RECORD"] = "\n".join([*rows, f"{info}/RECORD,,", ""]).encode()
    packed = _zipped(content)
    return Wheel(file_name(version), packed, metadata, hashlib.sha256(packed).hexdigest())


def _metadata(version: str, description: str) -> str:
    pythons = [f"Programming Language :: Python :: 3.{minor}" for minor in range(OLDEST[1], NEWEST[1] + 1)]
    classifiers = ["Intended Audience :: Developers", "Typing :: Typed", *pythons]
    lines = [
        "Metadata-Version: 2.4",
        f"Name: {NAME}",
        f"Version: {version}",
        "Summary: Register models, ask gates and report what serves, on a Plumbline server.",
        "License-Expression: Apache-2.0",
        "License-File: LICENSE",
        f"Requires-Python: {REQUIRES_PYTHON}",
        *(f"Classifier: {classifier}" for classifier in classifiers),
        "Description-Content-Type: text/markdown",
        "",
    ]
    return "\n".join([*lines, description])


def _entry_points() -> str:
    return "\n".join(["[console_scripts]", *(f"{name} = {target}" for name, target in PROGRAMS.items()), ""])


def _record_digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def _zipped(content: Mapping[str, bytes]) -> bytes:
    """Stored and not compressed: what compression makes of the same bytes differs between versions of its library."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for path, data in content.items():
            entry = zipfile.ZipInfo(path, WRITTEN_AT)
            entry.external_attr, entry.create_system = READABLE, 3  # as on Unix, wherever it is built
            archive.writestr(entry, data)
    return target.getvalue()
