"""Which Java Spark would start, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from registry.compute.pushdown.spark import why_no_java

OF_17 = 'openjdk version "17.0.15" 2025-04-15'


def write_java(folder: Path, message: str) -> Path:
    """A program that says its version as Java does: to standard error."""
    (folder / "bin").mkdir(parents=True)
    java = folder / "bin" / "java"
    java.write_text(f"#!/bin/sh\necho '{message}' >&2\n")
    java.chmod(0o755)
    return folder


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        (OF_17, ""),
        ('openjdk version "25" 2025-09-16', ""),
        ('openjdk version "11.0.2" 2019-01-15', "java has version 11. Install Java 17 or newer."),
        ('java version "1.8.0_202"', "java has version 1. Install Java 17 or newer."),
        ("Error: no version here", "java does not report its version. Install Java 17 or newer."),
    ],
)
def test_a_java_is_asked_for_its_version(tmp_path, monkeypatch, message, sentence):
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", f"{write_java(tmp_path, message) / 'bin'}:/usr/bin:/bin")
    assert why_no_java() == (sentence and f"{tmp_path}/bin/{sentence}")


def test_the_java_of_java_home_goes_before_the_one_on_the_path(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", f"{write_java(tmp_path / 'path', OF_17) / 'bin'}:/usr/bin:/bin")
    monkeypatch.setenv("JAVA_HOME", str(write_java(tmp_path / "home", 'openjdk version "11.0.2"')))
    assert why_no_java().startswith(f"{tmp_path / 'home'}/bin/java has version 11")


def test_a_missing_java_is_said(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    assert why_no_java() == "There is no Java: install version 17 or newer."
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "gone"))
    assert why_no_java() == f"There is no Java in JAVA_HOME, {tmp_path / 'gone'}: install version 17 or newer."
