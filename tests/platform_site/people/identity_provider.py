"""An OpenID Connect provider of our own on loopback: it runs the authorization code flow, insists on PKCE, on its client's
secret and on one use of each code, and can be told to misbehave."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

AWAY, BACK = "/login/provider/", "/login/provider/back/"
CLIENT, SECRET = "plumbline", "s3cret:with/odd+letters"
OWN, OTHER = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))


class Provider(ThreadingHTTPServer):
    """`person` is whoever sits at the browser; what is set in `other_claims` replaces a claim, `key` and `algorithm` sign."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.person: dict[str, Any] = {"sub": "248289761001", "preferred_username": "jane", "groups": ["ml-leads"]}
        self.other_claims: dict[str, Any] = {}
        self.key, self.algorithm, self.kid, self.in_userinfo = OWN, "RS256", "first", False
        self.codes: dict[str, dict[str, str]] = {}
        self.requests: list[str] = []

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def identity(self, begun: dict[str, str]) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": begun["nonce"]}
        person = {"sub": self.person["sub"]} if self.in_userinfo else self.person
        key = "0" * 64 if self.algorithm.startswith("HS") else None if self.algorithm == "none" else self.key
        return jwt.encode(claims | person | self.other_claims, key, self.algorithm, headers={"kid": self.kid})


class Answers(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.server.requests.append(parts.path)
        here = self.server.issuer
        if parts.path == "/.well-known/openid-configuration":
            names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
            fields = {name: f"{here}/{path}" for name, path in names.items()} | {"userinfo_endpoint": f"{here}/who"}
            self._json(fields | {"issuer": here})
        elif parts.path == "/keys":
            key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(OWN.public_key()))
            self._json({"keys": [key | {"kid": self.server.kid, "use": "sig", "alg": "RS256"}]})
        elif parts.path == "/authorize":
            self._authorize({name: values[0] for name, values in parse_qs(parts.query).items()})
        elif parts.path == "/who" and self.headers["Authorization"] == "Bearer an-access-token":
            self._json(self.server.person)
        else:
            self._json({"error": "not_found"}, 404)

    def do_POST(self) -> None:
        result = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(result).items()}
        begun = self.server.codes.pop(form.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        words = "plumbline:s3cret%3Awith%2Fodd%2Bletters"
        right = self.headers["Authorization"] == f"Basic {base64.b64encode(words.encode()).decode()}"
        same = begun and begun["code_challenge"] == challenge.rstrip(b"=").decode()
        if not (right and same and begun["redirect_uri"] == form.get("redirect_uri")):
            self._json({"error": "invalid_grant"}, 400)
            return
        tokens = {"token_type": "Bearer", "access_token": "an-access-token", "expires_in": 300}
        self._json(tokens | {"id_token": self.server.identity(begun)})

    def _authorize(self, request: dict[str, str]) -> None:
        assert (request["response_type"], request["code_challenge_method"], request["client_id"]) == (
            "code",
            "S256",
            CLIENT,
        )
        code = secrets.token_urlsafe(16)
        self.server.codes[code] = request
        back = urlencode({"code": code, "state": request["state"], "iss": self.server.issuer})
        self.send_response(302)
        self.send_header("Location", f"{request['redirect_uri']}?{back}")
        self.end_headers()

    def _json(self, body: dict[str, Any], status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_: object) -> None:
        """A test that passes says nothing."""


@contextmanager
def serving() -> Iterator[Provider]:
    with Provider() as provider:
        thread = threading.Thread(target=provider.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield provider
        finally:
            provider.shutdown()
            thread.join()


def at_the_provider(address: str) -> str:
    """Where the provider sends a browser back to."""
    parts = urlsplit(address)
    line = http.client.HTTPConnection(parts.hostname, parts.port, timeout=5)
    line.request("GET", f"{parts.path}?{parts.query}")
    answer = line.getresponse()
    answer.read()
    line.close()
    return answer.headers["Location"]


def sign_in(client, after: str = ""):
    away = client.get(AWAY, {"next": after} if after else {})
    assert away.status_code == 302, away.content.decode()
    back = urlsplit(at_the_provider(away.url))
    assert back.path == BACK
    return client.get(f"{BACK}?{back.query}")
