"""The settings with which every engine starts: it installs, loads and fetches nothing, and writes no files. Standard library only."""

from __future__ import annotations

SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "python_enable_replacements": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_persistent_secrets": "false",
    "temp_directory": "",
}
