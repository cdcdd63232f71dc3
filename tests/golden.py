"""The worked cases of the domain, as data."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "data" / "golden"


def load(name: str) -> Any:
    """One file of worked cases."""
    return json.loads((FOLDER / f"{name}.json").read_text())
