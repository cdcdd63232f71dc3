"""A pytest plugin that imports one module from a mutated source: `MUTANT_MODULE` is its path, `MUTANT_SOURCE` the file."""

from __future__ import annotations

import os
import sys
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any


class Loader(SourceFileLoader):
    """Compiles the mutated source, and leaves the compiled files of the original alone."""

    def get_code(self, fullname: str) -> CodeType:
        return compile(Path(os.environ["MUTANT_SOURCE"]).read_text(), self.path, "exec")


class Finder:
    """Finds the one module; every other is found as always."""

    @staticmethod
    def find_spec(fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if fullname != os.environ["MUTANT_MODULE"].removesuffix(".py").replace("/", "."):
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec and spec.origin:
            spec.loader = Loader(fullname, spec.origin)
        return spec


if "MUTANT_MODULE" in os.environ:
    sys.meta_path.insert(0, Finder)  # type: ignore[arg-type]  # a class with a static find_spec is a finder
