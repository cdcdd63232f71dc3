"""No request goes where it should not: 20 addresses, each as a literal, behind a name, behind a name that changes, after
a redirect and in odd spellings. Every connect of this process is watched, and the sockets that listen are real."""

from __future__ import annotations

import contextlib
import socket
import ssl
import subprocess
import sys
import threading
import time
from ipaddress import ip_address

import pytest

from platform_site.outbound import addresses, client
from platform_site.outbound.client import NotSent, post
from tests.platform_site.outbound.receiver import receiving

HERE = addresses.networks(["127.0.0.1"])
FORBIDDEN = [
    "127.0.0.2", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "192.0.0.8", "198.18.0.1", "224.0.0.1", "240.0.0.1", "::1", "::", "::ffff:127.0.0.2", "64:ff9b::a9fe:a9fe",
    "2002:7f00:2::", "2001:0:4136:e378:8000:63bf:80ff:fffd", "fe80::1", "fd00::1",
]  # fmt: skip
WATCHED: list[list[tuple]] = []


def _watch(event: str, values: tuple) -> None:
    if event == "socket.connect" and WATCHED:
        WATCHED[-1].append(values[1][:2])


sys.addaudithook(_watch)


@pytest.fixture
def connects():
    """Where this process tried to connect to, from now on."""
    WATCHED.append([])
    yield WATCHED[-1]
    WATCHED.pop()


@pytest.fixture(scope="module")
def receiver():
    with receiving() as server:
        yield server


@pytest.fixture(autouse=True)
def nothing_left(receiver):
    receiver.posted.clear()
    receiver.answers.clear()


@pytest.fixture(scope="module")
def listener():
    """A port on which every address of this machine listens, loopback of both families: who comes is counted."""
    came: list[object] = []
    sockets = [socket.socket(family) for family in (socket.AF_INET, socket.AF_INET6)]
    sockets[0].bind(("0.0.0.0", 0))
    port = sockets[0].getsockname()[1]
    sockets[1].setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    sockets[1].bind(("::", port))

    def wait(listening: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                came.append(listening.accept())

    for listening in sockets:
        listening.listen()
        threading.Thread(target=wait, args=(listening,), daemon=True).start()
    yield port, came
    for listening in sockets:
        listening.close()


def literal(text: str) -> str:
    return f"[{text}]" if ":" in text else text


def spellings(text: str) -> list[str]:
    """Hosts that some reader somewhere takes for the address."""
    address = ip_address(text)
    number = int(address)
    if address.version == 6:
        return [f"[{address.exploded.upper()}]", f"[{text}%25lo]", f"user@[{text}]", f"example.com\\@[{text}]"]
    parts = [int(part) for part in text.split(".")]
    return [
        str(number),
        hex(number),
        f"0{number:o}",
        ".".join(hex(part) for part in parts),
        ".".join(f"0{part:o}" for part in parts),
        f"{parts[0]}.{number & 0xFFFFFF}",
        f"{text}.",
        f"[::ffff:{text}]",
        f"[::ffff:{number >> 16:x}:{number & 0xFFFF:x}]",
        f"user:word@{text}",
        f"example.com\\@{text}",
        f"example.com%00@{text}",
        text.replace(".", "。"),
        "".join(chr(ord("①") + int(digit) - 1) if digit in "123456789" else digit for digit in text),
    ]


@pytest.mark.parametrize("text", FORBIDDEN)
def test_no_connection_is_made_to_it(text, receiver, listener, connects):
    port, came = listener
    urls = [f"http://{host}:{port}/" for host in (literal(text), *spellings(text))]
    urls += [f"https://{literal(text)}:{port}/"]
    for url in urls:
        with pytest.raises(NotSent):
            post(url, b"{}", {}, allowed=HERE)
    named = f"http://hook.example:{port}/"
    for answer in ([text], ["127.0.0.1", text], [text, "127.0.0.1"]):
        with pytest.raises(NotSent):
            post(named, b"{}", {}, allowed=HERE, resolver=lambda host, port, answer=answer: answer)
    assert connects == []
    assert came == []


@pytest.mark.parametrize("text", FORBIDDEN)
def test_a_redirect_to_it_is_not_followed(text, receiver, listener, connects):
    port, came = listener

    def redirect(answering) -> None:
        answering.send_response(307)
        answering.send_header("Location", f"http://{literal(text)}:{port}/")
        answering.send_header("Content-Length", "0")
        answering.end_headers()

    receiver.answers.append(redirect)
    answer = post(receiver.url, b"{}", {}, allowed=HERE)
    assert (answer.status, answer.is_taken) == (307, False)
    assert connects == [("127.0.0.1", receiver.server_port)]
    assert came == []


@pytest.mark.parametrize("text", FORBIDDEN)
def test_a_name_that_changes_to_it_is_asked_once(text, receiver, connects):
    answers = [["127.0.0.1"], [text], [text]]
    url = f"http://hook.example:{receiver.server_port}/"
    assert post(url, b"{}", {}, allowed=HERE, resolver=lambda host, port: answers.pop(0)).is_taken
    assert len(answers) == 2
    assert connects == [("127.0.0.1", receiver.server_port)]
    with pytest.raises(NotSent):
        post(url, b"{}", {}, allowed=HERE, resolver=lambda host, port: answers.pop(0))
    assert len(connects) == 1


def test_not_a_byte_is_sent_when_the_socket_reached_somebody_else(receiver, monkeypatch):
    monkeypatch.setattr(client._PlainSocket, "getpeername", lambda line: ("10.0.0.1", 80))
    with pytest.raises(NotSent, match=r"resolves to 10\.0\.0\.1"):
        post(receiver.url, b"{}", {}, allowed=HERE)
    monkeypatch.setattr(client._PlainSocket, "getpeername", lambda line: ("8.8.8.8", 80))
    with pytest.raises(NotSent, match=r"The connection went to 8\.8\.8\.8 instead of 127\.0\.0\.1"):
        post(receiver.url, b"{}", {}, allowed=HERE)
    assert receiver.posted == []


@pytest.mark.parametrize(
    "url",
    [
        "", "hook", "//example.com/", "ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "http://",
        "http:///x", "http://example.com:0/", "http://example.com:99999/", "http://example.com:x/", "http://[::1/",
        "http://example.com/\r\nX: y", "http://exa mple.com/", "http://.", "http://example.com/" + "x" * 2_000,
        "http://example.com/\x00", "http://exämple.com/",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_with_a_sentence(url, connects):
    assert client.address_fault(url)
    with pytest.raises(NotSent):
        post(url, b"{}", {}, resolver=lambda host, port: pytest.fail("it was looked up"))
    assert connects == []


@pytest.mark.parametrize("url", ["https://example.com", "http://h.example:8080/a/b?c=d", "https://[2606:4700::1]/x"])
def test_an_address_is_one(url):
    assert client.address_fault(url) is None


def test_an_address_that_is_closed_is_refused_before_anything_is_sent():
    assert "not a public address" in client.address_fault("http://10.0.0.7/")
    assert client.address_fault("http://10.0.0.7/", addresses.networks(["10.0.0.0/8"])) is None


def test_a_post_arrives_as_it_was_sent(receiver):
    answer = post(f"{receiver.url}?a=b", b'{"a": 1}', {"X-Kind": "json"}, allowed=HERE)
    assert (answer.status, answer.body, answer.is_taken) == (204, b"", True)
    (posted,) = receiver.posted
    assert (posted.path, posted.headers["X-Kind"], posted.body) == ("/hook?a=b", "json", b'{"a": 1}')


def test_an_environment_with_a_proxy_changes_nothing(receiver, monkeypatch, connects):
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.9:3128")
    post(receiver.url, b"{}", {}, allowed=HERE)
    assert connects == [("127.0.0.1", receiver.server_port)]


def test_a_long_answer_is_read_as_far_as_the_bound(receiver):
    def flood(answering) -> None:
        answering.send_response(200)
        answering.end_headers()
        with contextlib.suppress(OSError):
            for _ in range(1_000):
                answering.wfile.write(b"x" * 10_000)

    receiver.answers.append(flood)
    answer = post(receiver.url, b"{}", {}, allowed=HERE)
    assert len(answer.body) == 64 * 1024


@pytest.mark.parametrize("part", ["status", "headers", "body"])
def test_who_drips_is_left_in_time(part, receiver, monkeypatch):
    monkeypatch.setattr(client, "PATIENCE_S", 0.4)

    def drip(answering) -> None:
        with contextlib.suppress(OSError):
            begin = {"status": b"", "headers": b"HTTP/1.1 200 OK\r\n", "body": b"HTTP/1.1 200 OK\r\n\r\n"}[part]
            answering.wfile.write(begin)
            for _ in range(40):
                answering.wfile.write(b"H")
                time.sleep(0.05)

    receiver.answers.append(drip)
    began = time.monotonic()
    with pytest.raises(NotSent, match="no answer within"):
        post(receiver.url, b"{}", {}, allowed=HERE)
    assert time.monotonic() - began < 1.5


def test_a_resolver_that_hangs_is_left_in_time(monkeypatch):
    monkeypatch.setattr(client, "PATIENCE_S", 0.2)
    gone = threading.Event()
    with pytest.raises(NotSent, match="no answer within"):
        post("http://hook.example/", b"{}", {}, resolver=lambda host, port: gone.wait(5) or [])
    gone.set()


@pytest.mark.parametrize(
    ("resolver", "expected"),
    [
        (lambda host, port: [], "has no address"),
        (lambda host, port: (_ for _ in ()).throw(socket.gaierror(-2, "unknown")), "there is no such name"),
    ],
)
def test_a_name_without_an_address_is_reported(resolver, expected):
    with pytest.raises(NotSent, match=expected):
        post("http://hook.example/", b"{}", {}, resolver=resolver)


def test_a_closed_port_and_a_server_that_speaks_no_http_are_reported(receiver, listener):
    with pytest.raises(NotSent, match=r"127\.0\.0\.1: ConnectionRefusedError"):
        post("http://127.0.0.1:1/", b"{}", {}, allowed=HERE)
    receiver.answers.append(lambda answering: answering.wfile.write(b"220 mail.example ESMTP\r\n"))
    with pytest.raises(NotSent, match=r"127\.0\.0\.1: BadStatusLine"):
        post(receiver.url, b"{}", {}, allowed=HERE)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of this machine for the name hook.example, and nobody's signature on it."""
    folder = tmp_path_factory.mktemp("tls")
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=hook.example",
        "-addext",
    ]
    command += ["subjectAltName=DNS:hook.example", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"]
    subprocess.run(command, check=True, capture_output=True)
    return folder


def test_tls_is_verified_against_the_name(certificate):
    serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    serving.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    with receiving() as server:
        server.socket = serving.wrap_socket(server.socket, server_side=True)

        def send(name: str, trusted: str | None) -> client.Answer:
            tls = ssl.create_default_context(cafile=trusted)
            url = f"https://{name}:{server.server_port}/"
            return post(url, b"{}", {}, allowed=HERE, resolver=lambda host, port: ["127.0.0.1"], tls=tls)

        assert send("hook.example", str(certificate / "cert.pem")).is_taken
        with pytest.raises(NotSent, match="its certificate is not trusted: Hostname mismatch"):
            send("other.example", str(certificate / "cert.pem"))
        with pytest.raises(NotSent, match="its certificate is not trusted: self-signed"):
            send("hook.example", None)
        assert len(server.posted) == 1
