"""The embedded broker: its password, its files and its address."""

from __future__ import annotations

import socket
import stat
from urllib.parse import urlsplit

from platform_site.roof.launcher.broker import Broker
from tests.running import servers


def test_the_broker_answers_to_its_password_alone():
    with servers.valkey() as address, socket.create_connection(("127.0.0.1", urlsplit(address).port)) as line:
        line.sendall(b"PING\r\n")
        assert line.recv(64).startswith(b"-NOAUTH")
        line.sendall(f"AUTH {urlsplit(address).password}\r\n".encode())
        assert line.recv(64) == b"+OK\r\n"


def test_the_brokers_password_is_for_its_owners_eyes(tmp_path):
    broker = Broker(tmp_path / "a folder")

    command = broker.command()

    assert not any(broker.password in word for word in command)
    for path in (broker.url_file, broker.folder / "valkey.conf"):
        assert broker.password in path.read_text()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_address_is_forgotten_when_its_broker_stops(tmp_path):
    broker = Broker(tmp_path)
    broker.command()

    broker.forget()

    assert not broker.url_file.exists()
    assert not broker.answers()
