"""The MLflow servers of an installation, as JSON and as headers."""

from __future__ import annotations

import json

import pytest

from platform_site.environment.mlflow import MlflowServer, parse_servers
from platform_site.environment.variables import NotValid

SECRET = "4kQ9-wZ7rT2_mX8vB3nY6cH1jL5-pD0sF"


def test_a_server_signs_in_by_one_of_two_ways_and_names_its_workspace():
    assert MlflowServer("eu", "https://mlflow.example", token="t").headers == {"Authorization": "Bearer t"}
    basic = MlflowServer("eu", "https://mlflow.example", username="ada", password="pw", workspace="ads")
    assert basic.headers == {"X-MLFLOW-WORKSPACE": "ads", "Authorization": "Basic YWRhOnB3"}
    assert basic.origin == "https://mlflow.example (ads)"


def test_secrets_are_not_shown():
    server = MlflowServer("eu", "https://mlflow.example", "token-t", "ada", "password-p", webhook_secret=SECRET)
    assert not any(secret in repr(server) for secret in ("token-t", "password-p", SECRET))


def test_every_field_is_read(tmp_path):
    certificate = tmp_path / "ca.pem"
    certificate.write_text("-----")
    fields = {
        "url": "https://mlflow.example/", "username": "ada", "password": "pw", "cert_path": str(certificate),
        "workspace": "ads", "webhook_secret": SECRET, "owner_team": "ads", "guard_aliases": ["live"],
        "restore_aliases": True, "import_minutes": 5,
    }  # fmt: skip
    server = parse_servers(json.dumps({"eu": fields}))["eu"]
    assert (server.url, server.guard_aliases, server.restore_aliases) == ("https://mlflow.example", ("live",), True)
    assert server.import_minutes == 5


FAULTY = [
    ("{", "not a JSON object of servers"),
    ('["eu"]', "not a JSON object of servers"),
    ('{"EU": {"url": "https://a.example"}}', "is not a name of a server"),
    ('{"default": {"url": "https://a.example"}}', "and not default"),
    ('{"eu": 7}', "eu is not an object with a url"),
    ('{"eu": {}}', "eu.url: missing"),
    ('{"eu": {"url": "mlflow"}}', "eu.url: not an http or https address"),
    ('{"eu": {"url": "https://a:b@c.example"}}', "without a user and a password"),
    ('{"eu": {"url": "https://a.example", "uri": "x"}}', "eu.uri: not a field. Choose from url, token"),
    ('{"eu": {"url": "https://a.example", "username": "ada"}}', "username and password go together"),
    ('{"eu": {"url": "https://a.example", "token": "t", "username": "a", "password": "b"}}', "not both"),
    ('{"eu": {"url": "https://a.example", "webhook_secret": "short"}}', "eu.webhook_secret: not "),
    ('{"eu": {"url": "https://a.example", "cert_path": "/nowhere.pem"}}', "not a file of certificates"),
    ('{"eu": {"url": "https://a.example", "workspace": "a b"}}', "not the name of a workspace"),
    ('{"eu": {"url": "https://a.example", "guard_aliases": "live"}}', "not a list of aliases"),
    ('{"eu": {"url": "https://a.example", "restore_aliases": 1}}', "neither true nor false"),
    ('{"eu": {"url": "https://a.example", "import_minutes": 0}}', "import_minutes: not a whole number from 1 to"),
    ('{"eu": {"url": "https://a.example", "import_minutes": true}}', "import_minutes: not a whole number from 1 to"),
]


@pytest.mark.parametrize(("text", "because"), FAULTY)
def test_what_is_wrong_is_said_without_the_value(text, because):
    with pytest.raises(NotValid) as refusal:
        parse_servers(text)
    sentence = " ".join(refusal.value.args)
    assert because in sentence
    assert "short" not in sentence


def test_every_fault_is_said_at_once():
    with pytest.raises(NotValid) as refusal:
        parse_servers('{"eu": {"url": "x", "token": ""}, "us": {}}')
    assert len(refusal.value.args) == 3
