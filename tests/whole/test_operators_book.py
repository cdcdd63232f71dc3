"""The operator's book is followed as it stands: its marked commands in order, its units' programs, its proxy; on PostgreSQL and
Valkey, with two worker hosts."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import psycopg
import pytest

from platform_site.environment import VARIABLES
from platform_site.roof.launcher.ports import free_port
from tests.running import servers
from tests.running.installation import PROJECT, variables, wait
from tests.whole.test_behind_nginx import NGINX, process
from tests.whole.test_tutorials import blocks

pytestmark = pytest.mark.slow
BOOK = PROJECT / "docs" / "operations"
PAGES = ("install", "sizing", "upgrade", "backup", "keys", "retention", "monitoring", "incidents")
UNITS = ("web", "worker", "beat")
ROLES = """
CREATE ROLE plumbline_owner LOGIN PASSWORD '{password}';
CREATE ROLE plumbline LOGIN PASSWORD '{password}';
"""


class Place(NamedTuple):
    """A machine that has what the book begins with: a database with two roles, a broker, an environment file."""

    folder: Path
    environment: dict[str, str]
    ports: dict[str, int]

    def run(self, commands: str) -> str:
        """One block, in the folder of the code, as the book says."""
        connect = f"plumbline.example:443:127.0.0.1:{self.ports['secure']}"
        script = f'curl() {{ command curl --connect-to {connect} "$@"; }}\n{commands.replace("/etc/plumbline", str(self.folder))}'
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script], cwd=PROJECT, env=self.environment, capture_output=True, text=True,
            timeout=400, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{commands}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def follow(self, page: str, begin: int = 0, end: int | None = None) -> None:
        for block in blocks(f"operations/{page}.md")[begin:end]:
            assert block.holds in self.run(block.commands), block

    def program(self, unit: str) -> list[str]:
        """The words of a unit's ExecStart, with this machine's interpreter and port."""
        text = (BOOK / "systemd" / f"plumbline-{unit}.service").read_text()
        line = re.search(r"^ExecStart=(.+)$", text, re.MULTILINE)[1]
        words = shlex.split(line.replace("/opt/plumbline/.venv/bin/python", sys.executable))
        return [word.replace(":8000", f":{self.ports['web']}") for word in words]


def environment_file(**own: str) -> dict[str, str]:
    """The variables of plumbline.env, those of this machine in their places."""
    lines = [line for line in (BOOK / "plumbline.env").read_text().splitlines() if line and not line.startswith("#")]
    values = dict(line.split("=", 1) for line in lines)
    assert set(own) <= set(values)
    return values | own


def test_every_variable_of_the_environment_file_exists():
    assert set(environment_file()) <= {variable.name for variable in VARIABLES.values()}


def test_every_page_of_the_book_is_in_its_contents():
    contents = (BOOK / "README.md").read_text()
    assert [page for page in PAGES if f"({page}.md)" not in contents] == []
    assert {path.stem for path in BOOK.glob("*.md")} == {*PAGES, "README"}


@contextlib.contextmanager
def database() -> Iterator[tuple[str, str]]:
    """A database as the book has it made: its address for the owner of the tables, and for the application."""
    password = secrets.token_hex(12)
    with servers.postgres() as address:
        parts = urlsplit(address)
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"CREATE ROLE boss SUPERUSER LOGIN PASSWORD '{password}'")
        boss = f"postgres://boss:{password}@{parts.hostname}:{parts.port}"
        with psycopg.connect(f"{boss}/postgres", autocommit=True) as connection:
            connection.execute("ALTER ROLE plumbline RENAME TO who_made_the_cluster")
            connection.execute("DROP DATABASE plumbline")
            connection.execute(ROLES.format(password=password))
            connection.execute("CREATE DATABASE plumbline OWNER plumbline_owner")
        rest = f":{password}@{parts.hostname}:{parts.port}/plumbline"
        yield f"postgres://plumbline_owner{rest}", f"postgres://plumbline{rest}"


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Iterator[Place]:
    if not (NGINX and shutil.which("curl") and shutil.which("openssl")):
        pytest.skip("The operator's book was NOT followed: apt-get install nginx-light curl openssl")
    try:
        servers.find_postgres()
    except servers.Missing as missing:
        pytest.skip(f"The operator's book was NOT followed: {missing}")
    folder = tmp_path_factory.mktemp("book")
    (folder / "data").mkdir()
    (folder / "first-password").write_text("a plumb line hangs true\n")
    with database() as (owner, application), servers.valkey() as broker:
        file = environment_file(
            DATABASE_URL=application, REDIS_URL=broker, SECRET_KEY=secrets.token_urlsafe(48), AUDIT_KEYS=secrets.token_urlsafe(48),
            STATE_DIR=str(folder / "state"), DATA_ROOTS=str(folder / "data"),
        )  # fmt: skip
        own = {
            "OWNER_URL": owner,
            "BACKUPS": str(folder),
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        }
        environment = variables(folder / "state", **file) | own
        yield Place(folder, environment, {name: free_port() for name in ("web", "secure")})


@pytest.fixture(scope="module")
def installed(place) -> Iterator[Place]:
    """The book's installation, running: the commands until the programs start, then the units and the proxy."""
    place.follow("install", 0, 5)
    second = place.environment | {
        "STATE_DIR": str(place.folder / "second"),
        "DATA_ROOTS": str(place.folder / "elsewhere"),
    }
    with contextlib.ExitStack() as running:
        for unit in UNITS:
            log = place.folder / f"{unit}.log"
            running.enter_context(process(place.program(unit), log, env=place.environment))
        running.enter_context(process(place.program("worker"), place.folder / "second.log", env=second))
        running.enter_context(proxy(place))
        ready = "curl --silent --insecure --output /dev/null --write-out '%{http_code}' https://plumbline.example/readyz || true"
        assert wait(lambda: place.run(ready).endswith("200"), seconds=300), output_of(place)
        yield place


def output_of(place: Place) -> str:
    return "\n".join(f"== {log.name}\n{log.read_text()[-1_500:]}" for log in place.folder.glob("*.log"))


@contextlib.contextmanager
def proxy(place: Place) -> Iterator[None]:
    """nginx with the book's server, on a port of this machine and with a certificate made for it."""
    files = ["-keyout", str(place.folder / "key.pem"), "-out", str(place.folder / "certificate.pem")]
    subject = ["-days", "2", "-subj", "/CN=plumbline.example"]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *subject, *files], check=True, capture_output=True
    )
    server = (BOOK / "nginx.conf").read_text().replace("/etc/plumbline", str(place.folder))
    server = server.replace("listen 443", f"listen 127.0.0.1:{place.ports['secure']}").replace(
        "127.0.0.1:8000", f"127.0.0.1:{place.ports['web']}"
    )
    user = "user root;" if place.folder.owner() == "root" else ""
    temporary = " ".join(
        f"{name}_temp_path {place.folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    configuration = place.folder / "proxy.conf"
    configuration.write_text(
        f"daemon off; pid {place.folder}/nginx.pid; error_log {place.folder}/nginx-error.log; {user}\n"
        f"events {{}}\nhttp {{ access_log off; {temporary}\n{server}\n}}\n"
    )
    with process([str(NGINX), "-p", str(place.folder), "-c", str(configuration)], place.folder / "nginx.log"):
        yield


def test_the_book_leads_to_an_installation_that_is_ready(installed):
    installed.follow("install", 5)
    assert installed.run("ls -ld $STATE_DIR").startswith("drwx------")


@pytest.mark.parametrize("chapter", [page for page in PAGES if page != "install"])
def test_what_the_book_says_of_a_running_installation_is_so(chapter, installed):
    installed.follow(chapter)


def test_two_worker_hosts_say_what_they_reach(installed):
    code = "from platform_site.places.heartbeats import heard; print(sorted(len(m.get('roots', {})) for m in heard().values()))"
    assert wait(lambda: "[1, 1]" in installed.run(f'python3 manage.py shell -v 0 -c "{code}"'), seconds=120)


@pytest.mark.skipif(
    not shutil.which("systemd-analyze"), reason="The units were NOT verified: there is no systemd-analyze."
)
def test_the_units_are_valid(tmp_path):
    for unit in UNITS:
        text = (BOOK / "systemd" / f"plumbline-{unit}.service").read_text()
        (tmp_path / f"plumbline-{unit}.service").write_text(
            text.replace("/opt/plumbline/.venv/bin/python", sys.executable)
        )
    done = subprocess.run(
        ["systemd-analyze", "verify", *tmp_path.glob("*.service")], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not shutil.which("helm"), reason="The chart was NOT linted: there is no helm.")
def test_the_chart_lints_and_renders():
    lint = subprocess.run(["helm", "lint", "--strict", BOOK / "chart"], capture_output=True, text=True, check=False)
    assert "0 chart(s) failed" in lint.stdout, lint.stdout
    words = ["helm", "template", "plumbline", str(BOOK / "chart"), "--set", "dataClaim=files"]
    rendered = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    assert sorted(re.findall(r"^kind: (\w+)$", rendered, re.MULTILINE)) == [
        "Deployment", "Deployment", "Deployment", "Ingress", "Job", "Service",
    ]  # fmt: skip
