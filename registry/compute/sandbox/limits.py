"""Limits of one sandboxed process. They are stored with the result and shown."""

from __future__ import annotations

from dataclasses import asdict, dataclass

GIB, MIB = 2**30, 2**20


@dataclass(frozen=True)
class Limits:
    """``memory_bytes``: the engine's memory limit. ``address_space_bytes``: the limit that the kernel enforces on the
    whole process, which includes what the engine does not count (strings, code, thread stacks): with less than 3.5 GiB
    ordinary work fails.
    """

    memory_bytes: int = GIB
    address_space_bytes: int = 7 * GIB // 2
    wall_seconds: float = 600.0
    cpu_seconds: int = 1_200
    result_bytes: int = 2 * GIB
    threads: int = 2
    open_files: int = 64

    @classmethod
    def for_check(cls, *, memory_bytes: int, wall_seconds: float, threads: int = 2) -> Limits:
        """The limits of a check with this much memory and time."""
        return cls(
            memory_bytes=memory_bytes,
            address_space_bytes=memory_bytes + 5 * GIB // 2,
            wall_seconds=wall_seconds,
            cpu_seconds=int(wall_seconds * threads) + 1,
            result_bytes=2 * memory_bytes,
            threads=threads,
        )

    def as_dict(self) -> dict[str, float]:
        return asdict(self)
