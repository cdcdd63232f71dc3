"""The door of an installation as it is run for others: nginx with TLS in front, gunicorn, PostgreSQL and Valkey behind it.

Callers come from several addresses of this machine, and write into their requests what they like to be taken for.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import shutil
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import psycopg
import pytest

from platform_site.people.rules.door import LIMITS, Scope
from platform_site.roof.launcher.parent_death import tied_to_parent
from platform_site.roof.launcher.ports import free_port
from tests.running import servers
from tests.running.installation import PROJECT, variables, wait

pytestmark = pytest.mark.slow

HOST, PASSWORD = "plumbline.example", "a plumb line hangs true"
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/sbin:/bin")
CONFIGURATION = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; {user}
events {{ worker_connections 256; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{plain}; listen 127.0.0.1:{secure} ssl;
    ssl_certificate {folder}/certificate.pem; ssl_certificate_key {folder}/key.pem;
    location / {{
      proxy_pass http://127.0.0.1:{behind};
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
    }}
  }}
}}
"""


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    cookies: dict[str, str]
    text: str


class Door(NamedTuple):
    """A running installation: the ports of its proxy, and the address of its database."""

    plain: int
    secure: int
    database: str

    def call(self, method: str, path: str, *, source: str = "127.0.0.2", plain: bool = False, **request: Any) -> Answer:
        """One request from an address of this machine, and what the browser would keep of the answer."""
        port = self.plain if plain else self.secure
        address = {"timeout": 30, "source_address": (source, 0)}
        context = ssl._create_unverified_context()
        connection = (
            http.client.HTTPConnection("127.0.0.1", port, **address)
            if plain
            else http.client.HTTPSConnection("127.0.0.1", port, context=context, **address)
        )
        with contextlib.closing(connection):
            headers = {"Host": HOST, "Referer": f"https://{HOST}/login/"} | request.get("headers", {})
            connection.request(method, path, body=request.get("body"), headers=headers)
            answer = connection.getresponse()
            cookies = {
                value.partition("=")[0]: value for name, value in answer.getheaders() if name.lower() == "set-cookie"
            }
            return Answer(answer.status, dict(answer.getheaders()), cookies, answer.read().decode())

    def sign_in(self, username: str, password: str, source: str, forwarded: str = "") -> Answer:
        """The sign-in form, filled in and sent, with an X-Forwarded-For of the caller's own."""
        page = self.call("GET", "/login/", source=source)
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
        assert token, page
        headers = {
            "Cookie": page.cookies["csrftoken"].partition(";")[0],
            "Content-Type": "application/x-www-form-urlencoded",
        } | ({"X-Forwarded-For": forwarded} if forwarded else {})
        fields = {"csrfmiddlewaretoken": token[1], "username": username, "password": password}
        return self.call("POST", "/login/", source=source, headers=headers, body=urlencode(fields))

    def events(self, action: str) -> list[dict[str, Any]]:
        with psycopg.connect(self.database) as connection:
            sql = "SELECT payload FROM audit_auditevent WHERE action = %s ORDER BY sequence"
            return [json.loads(payload) for (payload,) in connection.execute(sql, [action]).fetchall()]

    def addresses_of_failures(self) -> set[str]:
        with psycopg.connect(self.database) as connection:
            return {row[0] for row in connection.execute("SELECT address FROM people_signinfailure").fetchall()}


@pytest.fixture(scope="module")
def door(tmp_path_factory) -> Iterator[Door]:
    if NGINX is None:
        pytest.skip("The door behind a proxy was NOT tested: there is no nginx. apt-get install nginx-light")
    try:
        servers.find_postgres()
    except servers.Missing as missing:
        pytest.skip(f"The door behind a proxy was NOT tested: {missing}")
    folder = tmp_path_factory.mktemp("door")
    with contextlib.ExitStack() as running:
        database, broker = running.enter_context(servers.postgres()), running.enter_context(servers.valkey())
        environment = variables(
            folder / "var", DEBUG="0", SECRET_KEY="s" + "ecret-key-" * 6, AUDIT_KEY="audit-key-" * 6,
            ALLOWED_HOSTS=HOST, CSRF_TRUSTED_ORIGINS=f"https://{HOST}", DATABASE_URL=database, REDIS_URL=broker,
            BEHIND_TLS_PROXY="1", DJANGO_SETTINGS_MODULE="platform_site.settings",
        )  # fmt: skip
        for words in (["migrate", "-v0"], ["people", "add", "ada", "--role", "administrator"]):
            subprocess.run(
                [sys.executable, "manage.py", *words], cwd=PROJECT, env=environment, input=f"{PASSWORD}\n", text=True,
                check=True, timeout=240,
            )  # fmt: skip
        plain, secure, behind = free_port(), free_port(), free_port()
        web = [sys.executable, "-m", "gunicorn", "--config", "python:platform_site.roof.launcher.web"]
        running.enter_context(process([*web, "--bind", f"127.0.0.1:{behind}"], folder / "web.log", env=environment))
        running.enter_context(nginx(folder, plain=plain, secure=secure, behind=behind))
        door = Door(plain, secure, database)
        assert wait(lambda: answers(door), seconds=90), (folder / "web.log").read_text() + (
            folder / "error.log"
        ).read_text()
        yield door


def answers(door: Door) -> bool:
    try:
        return door.call("GET", "/healthz").status == 200
    except OSError:
        return False


@contextlib.contextmanager
def process(command: list[str], log: Path, **options: Any) -> Iterator[None]:
    with log.open("wb") as out:
        started = subprocess.Popen(
            tied_to_parent(command), cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=out, stderr=out, **options
        )
    try:
        yield
    finally:
        started.send_signal(signal.SIGTERM)
        try:
            started.wait(timeout=15)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


@contextlib.contextmanager
def nginx(folder: Path, **ports: int) -> Iterator[None]:
    """nginx with a certificate of its own, as whoever runs the tests."""
    openssl = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={HOST}"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")]
    subprocess.run([*openssl, *files], check=True, capture_output=True)
    user = "user root;" if folder.owner() == "root" else ""
    (folder / "nginx.conf").write_text(CONFIGURATION.format(folder=folder, user=user, **ports))
    with process([str(NGINX), "-p", str(folder), "-c", str(folder / "nginx.conf")], folder / "nginx.log"):
        yield


def test_plain_http_is_led_to_https_whatever_the_caller_says(door):
    for headers in ({}, {"X-Forwarded-Proto": "https"}):
        answer = door.call("GET", "/registry/models/", plain=True, headers=headers)
        assert (answer.status, answer.headers["Location"]) == (301, f"https://{HOST}/registry/models/")
        assert answer.cookies == {}


def test_answers_say_https_only_and_no_cache_and_cookies_are_secure(door):
    page = door.call("GET", "/login/")
    assert page.status == 200
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert "no-store" in page.headers["Cache-Control"]
    assert "Secure" in page.cookies["csrftoken"]


def test_another_host_is_refused(door):
    assert door.call("GET", "/login/", headers={"Host": "evil.example"}).status == 400


def test_who_signs_in_is_on_record_with_the_address_that_the_proxy_saw(door):
    answer = door.sign_in("ada", PASSWORD, "127.0.0.2", forwarded="203.0.113.9")
    assert (answer.status, answer.headers["Location"]) == (302, "/")
    assert {"Secure", "HttpOnly", "SameSite=Lax"} <= set(answer.cookies["sessionid"].split("; "))
    assert door.events("user.signed_in")[-1] == {"by": "password", "address": "127.0.0.2"}
    session = {"Cookie": answer.cookies["sessionid"].partition(";")[0]}
    for path in ("/", "/audit/", "/api/v1/models/"):
        private = door.call("GET", path, headers=session)
        assert private.status == 200
        assert "no-store" in private.headers["Cache-Control"], path


def test_ten_wrong_passwords_shut_out_that_address_alone_and_no_forged_header_evades_it(door):
    tries = [door.sign_in("ada", "wrong", "127.0.0.3", forwarded=f"198.51.100.{n}") for n in range(LIMITS[Scope.PAIR])]
    assert {answer.status for answer in tries} == {200}
    shut = door.sign_in("ada", PASSWORD, "127.0.0.3", forwarded="198.51.100.200")
    assert (shut.status, int(shut.headers["Retry-After"]) > 600) == (429, True)
    assert door.sign_in("ada", PASSWORD, "127.0.0.4", forwarded="127.0.0.3").status == 302
    assert [(event["by"], event["address"]) for event in door.events("user.locked_out")] == [
        ("name and address", "127.0.0.3"),
    ]  # fmt: skip
    assert "127.0.0.3" in door.addresses_of_failures()
    assert not any(address.startswith("198.51.100.") for address in door.addresses_of_failures())


def test_fifty_names_from_one_address_shut_that_address(door):
    for number in range(LIMITS[Scope.ADDRESS]):
        assert door.sign_in(f"nobody-{number}", "wrong", "127.0.0.5", forwarded=f"192.0.2.{number}").status == 200
    assert door.sign_in("somebody", "wrong", "127.0.0.5").status == 429
    assert door.sign_in("somebody", "wrong", "127.0.0.6", forwarded="127.0.0.5").status == 200
    assert door.events("user.locked_out")[-1]["by"] == "address"


def test_what_a_caller_claims_of_host_and_scheme_changes_nothing(door):
    claims = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Port": "8", "Forwarded": "host=evil.example;proto=http"}
    page = door.call("GET", "/registry/models/", headers=claims)
    assert (page.status, page.headers["Location"]) == (302, "/login/?next=/registry/models/")
    plain = door.call("GET", "/registry/models/", plain=True, headers=claims)
    assert plain.headers["Location"] == f"https://{HOST}/registry/models/"


def test_a_form_that_another_site_sends_is_refused(door):
    session = signed_in(door)
    for origin in ({"Origin": "https://evil.example"}, {"Referer": "https://evil.example/"}, {"Referer": ""}):
        headers = session | {"Content-Type": "application/x-www-form-urlencoded"} | origin
        assert door.call("POST", "/logout/", headers=headers, body="").status == 403, origin
    assert door.call("GET", "/audit/", headers=session).status == 200


def test_every_answer_is_framed_by_nobody_and_runs_no_script_of_others(door):
    session = signed_in(door)
    for path in ("/login/", "/", "/api/v1/models/", "/healthz", "/nowhere/"):
        headers = door.call("GET", path, headers=session).headers
        assert headers["X-Frame-Options"] == "DENY", path
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert "script-src 'self'" in headers["Content-Security-Policy"], path
        assert "unsafe-inline" not in headers["Content-Security-Policy"], path


def test_a_body_over_the_limit_is_refused_before_it_is_read(door):
    headers = signed_in(door) | {"Content-Type": "application/json"}
    assert door.call("POST", "/api/v1/models/", headers=headers, body="x" * 3_000_000).status == 413


def test_who_signs_out_has_ended_that_session(door):
    answer = door.sign_in("ada", PASSWORD, "127.0.0.7")
    session = {"Cookie": answer.cookies["sessionid"].partition(";")[0]}
    page = door.call("GET", "/account/", headers=session)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
    assert token
    cookies = f"{session['Cookie']}; {page.cookies['csrftoken'].partition(';')[0]}"
    headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
    body = urlencode({"csrfmiddlewaretoken": token[1]})
    assert door.call("POST", "/logout/", headers=headers, body=body).status == 302
    assert door.call("GET", "/audit/", headers=session).status == 302


def test_the_application_never_says_what_it_is_built_of(door):
    for answer in (door.call("GET", "/nowhere/"), door.call("GET", "/login/", headers={"Host": "evil.example"})):
        assert "gunicorn" not in json.dumps(answer.headers).lower()
        assert "Traceback" not in answer.text
        assert "django" not in answer.text.lower()


def signed_in(door: Door) -> dict[str, str]:
    answer = door.sign_in("ada", PASSWORD, "127.0.0.2")
    assert answer.status == 302
    return {"Cookie": answer.cookies["sessionid"].partition(";")[0]}


def test_the_chain_is_whole_after_all_of_it(door):
    with psycopg.connect(door.database) as connection:
        rows = connection.execute("SELECT sequence, hash, previous_hash FROM audit_auditevent ORDER BY sequence")
        events = rows.fetchall()
    assert [event[0] for event in events] == list(range(1, len(events) + 1))
    assert [event[2] for event in events[1:]] == [event[1] for event in events[:-1]]
