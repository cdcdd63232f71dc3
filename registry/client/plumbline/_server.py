"""A Plumbline server: calls with a token that are retried under one key, and every fault of a refusal at once."""

from __future__ import annotations

import json
import os
import time
import urllib.error
import urllib.request
import uuid
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

PASSED, BLOCKED, WRONG_USE, WAITING, UNREACHABLE = range(5)
PAUSES_S = (0.5, 1.0, 2.0)  # before a call is retried
LONGEST_PAUSE_S, ANSWER_TIMEOUT_S = 60.0, 30.0
LONGEST_ANSWER = 16 * 2**20
RETRIED = {429, 500, 502, 503, 504}


class Fault(NamedTuple):
    """A fault that the server names: which field, which code, what to change."""

    field: str
    code: str
    message: str


class PlumblineError(Exception):
    """What went wrong. ``exit_code`` is that of the command; ``status``, ``code`` and ``faults`` are the server's, where it
    answered. As text it shows every fault with its field."""

    def __init__(self, exit_code: int, sentence: str, status: int = 0, answer: Any = None) -> None:
        super().__init__(sentence)
        self.exit_code, self.sentence, self.status = exit_code, sentence, status
        self.answer = answer or {}  # type: dict[str, Any]
        self.code = str(self.answer.get("code") or "")
        self.faults = [
            Fault(*(str(fault.get(name) or "") for name in Fault._fields))
            for fault in self.answer.get("errors") or ()
            if isinstance(fault, dict)
        ]

    def __str__(self) -> str:
        if not self.faults:
            return self.sentence
        lines = [f"{self.status} {self.code}: {self.answer.get('detail') or self.sentence}"]
        return "\n".join([*lines, *(f"  {fault.field}: {fault.message}" for fault in self.faults)])


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows no redirect, which would send the token to another address."""

    def redirect_request(self, *_: Any) -> None:
        return None


class Server:
    """A Plumbline server, by its address and a token of it; by default those of PLUMBLINE_SERVER and PLUMBLINE_TOKEN.

    Calls can be retried: a POST carries an Idempotency-Key."""

    def __init__(self, address: str | None = None, token: str | None = None) -> None:
        address = os.environ.get("PLUMBLINE_SERVER", "") if address is None else address
        token = os.environ.get("PLUMBLINE_TOKEN", "") if token is None else token
        parts = urlsplit(address)
        if parts.scheme not in ("https", "http") or not parts.hostname or parts.query or parts.fragment:
            raise PlumblineError(
                WRONG_USE,
                "--server, or PLUMBLINE_SERVER, must be the address of Plumbline, such as https://plumbline.example.",
            )
        if not token:
            raise PlumblineError(
                UNREACHABLE, "PLUMBLINE_TOKEN is not set. Set it to a token with the scopes read and write."
            )
        if not token.isascii() or not token.isprintable():
            raise PlumblineError(UNREACHABLE, "PLUMBLINE_TOKEN contains characters that no token has.")
        self.address, self.token = address.rstrip("/"), token
        self.opener = urllib.request.build_opener(NoRedirect())

    def get(self, path: str, **query: str) -> dict[str, Any]:
        return self.call("GET", path + ("?" + urlencode(query) if query else ""))[1]

    def post(self, path: str, body: Any = None) -> dict[str, Any]:
        return self.call("POST", path, body)[1]

    def call(
        self, method: str, path: str, body: Any = None, timeout_s: float = ANSWER_TIMEOUT_S
    ) -> tuple[int, dict[str, Any]]:
        """The status and the answer; PlumblineError when there is no usable answer."""
        headers = {"Authorization": "Bearer " + self.token, "Accept": "application/json"}
        content = None
        if method != "GET":
            content = b"" if body is None else json.dumps(body, allow_nan=False).encode()
            headers["Content-Type"] = "application/json"
        if method == "POST":
            headers["Idempotency-Key"] = uuid.uuid4().hex
        address = self.address + "/api/v1/" + path
        request = urllib.request.Request(address, content, headers, method=method)  # noqa: S310 - its scheme was checked
        for pause in (*PAUSES_S, None):
            status, answer, wait = self._once(request, timeout_s)
            if not (status in RETRIED or status is None or answer.get("code") == "in_progress") or pause is None:
                break
            time.sleep(min(max(pause, wait), LONGEST_PAUSE_S))
        return self._usable(status, answer)

    def _once(self, request: urllib.request.Request, timeout_s: float) -> tuple[int | None, dict[str, Any], float]:
        try:
            with self.opener.open(request, timeout=timeout_s) as answer:
                return answer.status, _object(answer.read(LONGEST_ANSWER)), 0.0
        except urllib.error.HTTPError as error:
            with error:
                if 300 <= error.code < 400:
                    sentence = "The server redirects. Set --server to the address that it redirects to."
                    raise PlumblineError(UNREACHABLE, sentence, error.code) from error
                after = error.headers.get("Retry-After") or "0"
                return error.code, _object(error.read(LONGEST_ANSWER)), float(after) if after.isdigit() else 0.0
        except (OSError, ValueError) as error:
            return None, {"detail": str(getattr(error, "reason", error))}, 0.0

    def _usable(self, status: int | None, answer: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        sentences = [str(fault.get("message")) for fault in answer.get("errors") or () if isinstance(fault, dict)]
        detail = " ".join(sentences) or str(answer.get("detail") or "it gave no details")
        if status is None:
            raise PlumblineError(UNREACHABLE, "The server does not answer: " + detail)
        if not answer:
            sentence = f"The answer {status} is not Plumbline's. Check the address in --server."
            raise PlumblineError(UNREACHABLE, sentence, status)
        if status in (400, 404, 422):
            raise PlumblineError(WRONG_USE, detail, status, answer)
        if status >= 400 and answer.get("code") != "gate_blocked":
            raise PlumblineError(UNREACHABLE, f"{status}: {detail}", status, answer)
        return status, answer


def path_of(*parts: Any) -> str:
    """A path of the API whose parts may be any text: `path_of("models", "demand")` is `models/demand/`."""
    return "".join(quote(str(part), safe="") + "/" for part in parts)


def _object(content: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(content.decode())
    except (ValueError, RecursionError):
        return {}
    return {"results": answer} if isinstance(answer, list) else answer if isinstance(answer, dict) else {}
