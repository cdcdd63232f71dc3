"""Ask gates, run parity, approve and compile from Python."""

from __future__ import annotations

from typing import Any, NamedTuple

from ._questions import RUN_WAIT_S, ask_gate, ask_parity
from ._report import text
from ._server import BLOCKED, PASSED, WAITING, WRONG_USE, PlumblineError, Server, path_of

# What another person can approve, by the word for it, and where it is.
REQUESTS = {
    "override": "overrides",
    "change": "change-requests",
    "approval": "approval-requests",
    "standing_approval": "standing-approvals",
}


class Blocked(PlumblineError):
    """A gate is closed, or a parity run failed; ``answer`` is the whole report, and the text is the server's message."""

    def __str__(self) -> str:
        return self.sentence


class Waiting(Blocked):
    """An approval was requested and not decided in time, or a run did not end in time."""


class Compiled(NamedTuple):
    """A definition as SQL of one dialect; training and serving that run this text compute the same."""

    feature: str
    version: str
    dialect: str
    sql: str
    settings: dict[str, str]
    digest: str


def gate(
    model: str,
    version: str,
    *,
    wait: float = 0.0,
    strict: bool = False,
    check: bool = True,
    server: Server | None = None,
) -> dict[str, Any]:
    """Ask the deployment gate; the decision, which is on record. Raises Blocked, or Waiting after ``wait`` seconds of
    waiting for a requested override; with ``check=False`` it returns the decision either way. Advice about a version that
    is only observed raises with ``strict`` alone."""
    return _checked(ask_gate(server or Server(), model, version, wait, strict=strict), check)


def parity(
    feature: str,
    *,
    logic: str = "",
    null_handling: str = "",
    data_type: str = "",
    dataset: str = "",
    wait: float = RUN_WAIT_S,
    check: bool = True,
    server: Server | None = None,
) -> dict[str, Any]:
    """Compare a proposed definition with the current one, row by row; what is left out stays as it is. Raises Blocked
    where rows differ, or Waiting where the run has not ended in time; nothing is registered."""
    wanted = {"computation_logic": logic, "null_handling": null_handling, "data_type": data_type}
    return _checked(ask_parity(server or Server(), feature, wanted, dataset, wait), check)


def approve(what: str, number: int, *, reason: str, digest: str = "", server: Server | None = None) -> dict[str, Any]:
    """Approve what somebody else requested: an `override`, a `change` of what serves, an `approval` request or a
    `standing_approval`. The token needs the scope approve and belongs to another person than the request.

    A change is approved by the ``digest`` of the difference that was read (`request_of("change", 12)["digest"]`), so that
    nothing else is approved. A one-time link is not decided by a program: its person signs in.
    """
    return _decide("approve", what, number, reason, digest, server)


def reject(what: str, number: int, *, reason: str, digest: str = "", server: Server | None = None) -> dict[str, Any]:
    """Reject what somebody else requested; the arguments are those of `approve`."""
    return _decide("reject", what, number, reason, digest, server)


def request_of(what: str, number: int, *, server: Server | None = None) -> dict[str, Any]:
    """What waits for a decision, to be read before it is approved."""
    return (server or Server()).get(_place(what, number))


def approval_links(change: int, *, server: Server | None = None) -> list[dict[str, Any]]:
    """One-time links for those who may decide a change, for a chat bot or a pull request to carry: each for one person, who
    signs in and decides."""
    return list((server or Server()).post(_place("change", change) + "links/")["results"])


def compile(feature: str, version: str = "", *, dialect: str = "duckdb", server: Server | None = None) -> Compiled:
    """The SQL that computes a version of a feature, by default the current one, in a dialect: `duckdb`, `postgres` or
    `spark`. PlumblineError names everything that the dialect would compute differently."""
    server = server or Server()
    answer = server.get(path_of("features", feature, "sql"), dialect=dialect, version=version)
    return Compiled(**{name: answer[name] for name in Compiled._fields})


def serving_features(
    model: str, version: str, *, environment: str = "", server: Server | None = None
) -> dict[str, str]:
    """Which version of each feature serving must compute: the pin where there is one, else the version trained on."""
    path = path_of("models", model, "versions", version, "serving-features")
    rows = (server or Server()).get(path, **({"environment": environment} if environment else {}))["results"]
    return {row["feature"]: row["version"] for row in rows}


def _checked(report: dict[str, Any], check: bool) -> dict[str, Any]:
    code = report["exit_code"]
    if not check or code == PASSED:
        return report
    kind = {BLOCKED: Blocked, WAITING: Waiting}.get(code, PlumblineError)
    raise kind(code, text(report).rstrip(), answer=report)


def _decide(decision: str, what: str, number: int, reason: str, digest: str, server: Server | None) -> dict[str, Any]:
    if what == "change" and not digest:
        read = f'request_of("change", {number})["digest"]'
        raise PlumblineError(
            WRONG_USE, f"A change is decided by the digest of what was read. Read {read}, then give it as digest=."
        )
    body = {"reason": reason, "diff_digest": digest} if digest else {"reason": reason}
    return (server or Server()).post(f"{_place(what, number)}{decision}/", body)


def _place(what: str, number: int) -> str:
    if "://" in str(what) or "://" in str(number):
        raise PlumblineError(
            WRONG_USE, "A one-time link is decided by the person whom it was made for, signed in, in a browser."
        )
    if what not in REQUESTS:
        raise PlumblineError(WRONG_USE, f"{what!r} cannot be approved. Choose from {', '.join(REQUESTS)}.")
    return path_of(REQUESTS[what], int(number))
