"""One HTTP request to an address that somebody entered, and the answer.

The name is resolved once, and each of its addresses must be allowed. The socket connects to one of them, and its peer
is checked before a byte is sent. No redirect is followed and no proxy is used; TLS is verified against the name. A
request takes at most `PATIENCE_S` seconds, however slowly the server sends, and reads `LONGEST_ANSWER` bytes; `get`
may set other limits.
"""

from __future__ import annotations

import http.client
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, cast
from urllib.parse import SplitResult, urlsplit

from platform_site.outbound import addresses
from platform_site.outbound.addresses import Address, Network

PATIENCE_S = 5.0
LONGEST_ANSWER = 64 * 1024
LONGEST_URL = 2_000
PORTS = {"http": 80, "https": 443}
ANYWHERE = addresses.networks(["0.0.0.0/0", "::/0"])  # for an address that the operator gave, never for a person's
Resolver = Callable[[str, int], list[str]]


class NotSent(Exception):
    """There was no answer; the message says why, and has only the host of the address."""


class Answer(NamedTuple):
    """The answer: the status, the first `LONGEST_ANSWER` bytes, and how many seconds it took."""

    status: int
    body: bytes
    seconds: float

    @property
    def is_taken(self) -> bool:
        """Whether the receiver accepted the request: 2xx. A redirect does not count."""
        return 200 <= self.status < 300


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name, as the operating system finds them; OSError when there is none."""
    entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in entries))


def address_fault(url: str, allowed: Sequence[Network] = ()) -> str | None:
    """Why a text is not an address to send to, as a sentence; None when it may be one. Nothing is looked up: names are
    resolved at every request."""
    try:
        host = _host_of(_split(url))
        if _is_literal(host):
            _require_open(host, addresses.parse(host), allowed)
    except NotSent as fault:
        return str(fault)
    return None


def why_not_reached(url: str, allowed: Sequence[Network] = (), *, resolver: Resolver = resolve) -> str | None:
    """Why another library may not connect to an address, as a sentence; None when every address of its name is allowed now."""
    try:
        parts = _split(url)
        port = parts.port or PORTS[parts.scheme]
        _open_address(_host_of(parts), port, allowed, resolver, time.monotonic() + PATIENCE_S)
    except NotSent as fault:
        return str(fault)
    return None


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    allowed: Sequence[Network] = (),
    resolver: Resolver = resolve,
    tls: ssl.SSLContext | None = None,
) -> Answer:
    """POST the body; `NotSent` when no answer came, and nothing was sent when the address is not allowed."""
    call = Call("POST", url, body, headers, LONGEST_ANSWER, PATIENCE_S)
    return _answer(call, allowed, resolver, tls)


def send(
    method: str,
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    allowed: Sequence[Network] = (),
    resolver: Resolver = resolve,
    tls: ssl.SSLContext | None = None,
) -> Answer:
    """The same with another method that has a body, such as PATCH or DELETE."""
    return _answer(Call(method, url, body, headers, LONGEST_ANSWER, PATIENCE_S), allowed, resolver, tls)


def get(
    url: str,
    headers: Mapping[str, str],
    *,
    longest: int = LONGEST_ANSWER,
    patience_s: float = PATIENCE_S,
    allowed: Sequence[Network] = (),
    resolver: Resolver = resolve,
    tls: ssl.SSLContext | None = None,
) -> Answer:
    """GET a document of at most ``longest`` bytes, by the same rules; `NotSent` when it is longer."""
    answer = _answer(Call("GET", url, None, headers, longest + 1, patience_s), allowed, resolver, tls)
    if len(answer.body) > longest:
        raise NotSent(f"{urlsplit(url).hostname}: the answer is longer than {longest} bytes.")
    return answer


class Call(NamedTuple):
    """What is sent, and how long and how much is read."""

    method: str
    url: str
    body: bytes | None
    headers: Mapping[str, str]
    longest: int
    patience_s: float


def _answer(call: Call, allowed: Sequence[Network], resolver: Resolver, tls: ssl.SSLContext | None) -> Answer:
    began = time.monotonic()
    parts, ends_at = _split(call.url), began + call.patience_s
    host = _host_of(parts)
    port = parts.port or PORTS[parts.scheme]
    connection = http.client.HTTPConnection(host, port)
    try:
        address = _open_address(host, port, allowed, resolver, ends_at)
        connection.sock = _connected(address, port, allowed, ends_at)
        if parts.scheme == "https":
            connection.sock = _over_tls(connection.sock, host, tls, ends_at)
        headers = dict(call.headers) | {"Connection": "close"}
        connection.request(call.method, _target(parts), body=call.body, headers=headers)
        answer = connection.getresponse()
        return Answer(answer.status, answer.read(call.longest), time.monotonic() - began)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NotSent(f"{host}: {_reason(error, call.patience_s)}") from error
    finally:
        connection.close()


def _split(url: str) -> SplitResult:
    """The parts of an address; what two programs could read differently is refused."""
    if (
        len(url) > LONGEST_URL
        or not url.isascii()
        or any(character <= " " or character in '\\"<>^`{|}\x7f' for character in url)
    ):
        raise NotSent(
            f"Write an address of at most {LONGEST_URL} ASCII characters without spaces, such as https://example.com/hook."
        )
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError as error:
        raise NotSent(f"{url[:80]} is not an address: {error}.") from error
    if parts.scheme not in PORTS or not host or port == 0:
        raise NotSent("Write an address that begins with https:// or http:// and names a host.")
    if "@" in parts.netloc or "%" in parts.netloc:
        raise NotSent("Write the host without a user, a password or a zone.")
    if not _is_plain(host):
        raise NotSent(
            f"{host} is an unusual spelling of an IP address. Write a name, or four numbers such as 192.0.2.7."
        )
    return parts


def _host_of(parts: SplitResult) -> str:
    return parts.hostname or ""  # `_split` refuses an address without one


def _is_plain(host: str) -> bool:
    """A name, or an IP address in its usual spelling: `0x7f.1` and `2130706433` are neither."""
    last = host.rstrip(".").rpartition(".")[2]
    is_a_number = last.isdigit() or last.startswith("0x")
    return _is_literal(host) if ":" in host or is_a_number else bool(last)


def _is_literal(host: str) -> bool:
    try:
        addresses.parse(host)
    except ValueError:
        return False
    return True


def _target(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _open_address(host: str, port: int, allowed: Sequence[Network], resolver: Resolver, ends_at: float) -> Address:
    """The first address of a name; NotSent when one of its addresses is not allowed."""
    resolved = [addresses.parse(text) for text in _in_time(lambda: resolver(host, port), ends_at)]
    if not resolved:
        raise NotSent(f"{host} has no address.")
    for address in resolved:
        _require_open(host, address, allowed)
    return resolved[0]


def _connected(address: Address, port: int, allowed: Sequence[Network], ends_at: float) -> socket.socket:
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
    connection = _PlainSocket(family, socket.SOCK_STREAM)
    connection.ends_at = ends_at
    try:
        connection.settimeout(_left(ends_at))
        connection.connect((str(address), port))
        reached = addresses.parse(connection.getpeername()[0])
        _require_open(str(address), reached, allowed)
        if reached != address:
            raise NotSent(f"The connection went to {reached} instead of {address}.")
    except BaseException:
        connection.close()
        raise
    return connection


def _require_open(host: str, address: Address, allowed: Sequence[Network]) -> None:
    if not addresses.is_open(address, allowed):
        raise NotSent(
            f"{host} resolves to {address}, which is not a public address. An administrator can allow it in OUTBOUND_ALLOW."
        )


def _over_tls(connection: socket.socket, host: str, tls: ssl.SSLContext | None, ends_at: float) -> socket.socket:
    context = tls or ssl.create_default_context()
    context.sslsocket_class = _TlsSocket
    connection.settimeout(_left(ends_at))  # of the whole handshake
    wrapped = cast(_TlsSocket, context.wrap_socket(connection, server_hostname=host))
    wrapped.ends_at = ends_at
    return wrapped


class _PlainSocket(socket.socket):
    """A socket whose reads all end at one moment: a timeout alone starts again with each byte that arrives."""

    ends_at: float

    def recv_into(self, *arguments: Any) -> int:
        self.settimeout(_left(self.ends_at))
        return super().recv_into(*arguments)


class _TlsSocket(ssl.SSLSocket):
    """The same over TLS."""

    ends_at: float

    def recv_into(self, *arguments: Any) -> int:
        self.settimeout(_left(self.ends_at))
        return super().recv_into(*arguments)


def _left(ends_at: float) -> float:
    left = ends_at - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _in_time(call: Callable[[], list[str]], ends_at: float) -> list[str]:
    """What a blocking call returns, if it does so in time. A resolver that hangs cannot be stopped: its thread is abandoned."""
    results: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()

    def run() -> None:
        try:
            results.put(call())
        except OSError as error:
            results.put(error)

    threading.Thread(target=run, daemon=True).start()
    try:
        answer = results.get(timeout=_left(ends_at))
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(answer, OSError):
        raise answer
    return answer


def _reason(error: Exception, patience_s: float) -> str:
    if isinstance(error, TimeoutError):
        return f"no answer within {patience_s:g} s."
    if isinstance(error, socket.gaierror):
        return "there is no such name."
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {error.verify_message}."
    return f"{type(error).__name__}: {getattr(error, 'strerror', None) or error or 'the connection was closed'}."[:200]
