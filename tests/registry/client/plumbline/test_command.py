"""The gate as one file, fetched from a running server and run by a Python that knows nothing of this project."""

from __future__ import annotations

import ast
import contextlib
import hashlib
import json
import os
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml
from django.utils import timezone

from platform_site.access import SYSTEM, Actor, Role
from platform_site.people.actions import make_token
from registry.checks.actions.execution import execute
from registry.client.plumbline import _command as gate
from registry.client.plumbline._questions import advised
from registry.client.rules.single_file import gate_script
from registry.models import CheckRun, GateDecision, Override
from registry.versions.actions.overrides import approve_override, request_override
from tests.registry.conftest import FIXED, WINDOW, register
from tests.running.installation import PROJECT, wait

pytestmark = pytest.mark.same_on_both
ACTION = yaml.safe_load((PROJECT / ".github/actions/gate/action.yml").read_text())
NOWHERE = "http://127.0.0.1:9"
BY = Actor("ada", frozenset({Role.APPROVER}))


class Script:
    """The script in a shell of its own: `script("demand", "v1")` is its exit code and all it said."""

    def __init__(self, path: Path, **environment: str) -> None:
        self.path, self.environment = path, environment | {"PATH": os.environ["PATH"]}

    def started(self, *words: str, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-I", str(self.path), *words], env=self.environment | environment, text=True,
            cwd=self.path.parent, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def __call__(self, *words: str, **environment: str) -> tuple[int, str]:
        process = self.started(*words, **environment)
        output = process.communicate(timeout=30)
        return process.returncode, "".join(output)


@pytest.fixture
def token(people) -> str:
    return make_token(people["contributor"], scopes=("read", "write"), actor=SYSTEM)


@pytest.fixture
def run(live_server, token, tmp_path) -> Script:
    """The script as a pipeline has it: fetched from the server that it asks."""
    script, _ = urllib.request.urlretrieve(f"{live_server.url}/gate.py", tmp_path / "gate.py")
    return Script(Path(script), PLUMBLINE_SERVER=live_server.url, PLUMBLINE_TOKEN=token)


@pytest.fixture
def run_alone(tmp_path) -> Script:
    """The script without any Plumbline behind it."""
    (tmp_path / "gate.py").write_text(gate_script())
    return Script(tmp_path / "gate.py", PLUMBLINE_TOKEN="plb_some")


def blocked(cora) -> None:
    register(FIXED, cora)


def requested(version, cora) -> Override:
    return request_override(
        version, reason="The retraining is due.", expires_at=timezone.now() + timedelta(days=1), actor=cora
    )


def test_what_serving_computes_as_training_did_passes_with_0(in_production, run):
    code, output = run("demand", "v1", "--format", "json")
    assert code == 0
    assert json.loads(output)["decision"] == "PROCEED"
    assert GateDecision.objects.get(gate="deployment").decided_by == "contributor"


def test_a_changed_definition_is_blocked_with_1_and_each_report_names_it(in_production, cora, run, tmp_path):
    blocked(cora)
    code, output = run("demand", "v1", GITHUB_STEP_SUMMARY=str(tmp_path / "summary.md"))
    assert code == 1
    lines = output.splitlines()
    assert lines[0] == "BLOCKED, 1 conflict blocks: demand v1"
    assert lines[1].startswith("http://")
    assert lines[1].endswith("/registry/models/demand/v1/")
    assert "Blocks: orders_3d: The definition changed since training: logic, null handling." in lines
    assert "  null handling forward_fill → zero_fill" in lines
    assert "Ways out:" in lines
    assert "WARNING" not in output
    assert "- **Blocks:** orders_3d: The definition changed" in (tmp_path / "summary.md").read_text()
    code, output = run("demand", "v1", "--format", "junit", "--output", "report.xml")
    suite = ElementTree.parse(tmp_path / "report.xml").getroot()[0]
    assert (code, suite.get("failures"), suite[0].get("classname")) == (1, "1", "demand v1")
    assert output.startswith("BLOCKED, 1 conflict blocks: demand v1\n"), "the log of the pipeline tells it too"


WRONG_USE = [
    (["demand", "v9"], "There is no model version demand v9."),
    (["../../audit-events", "v1"], "There is nothing at /api/v1/models/../../audit-events/"),
    (["demand"], "give MODEL and VERSION"),
    (["demand", "v1", "--parity", "orders_3d"], "give MODEL and VERSION, or --parity"),
    (["demand", "v1", "--wait", "-1"], "from 0 to 86400 seconds"),
    (["demand", "v1", "--server", "plumbline.example"], "such as https://plumbline.example"),
    (["demand", "v1", "--output", "no/such/folder"], "cannot be written"),
    (["--parity", "nothing"], "There is no feature nothing."),
]


def test_wrong_use_is_2_and_says_what_to_change(in_production, run):
    for words, because in WRONG_USE:
        code, output = run(*words)
        assert (code, because in output) == (2, True), output


def test_who_was_asked_for_approval_is_waited_for_with_3_and_passes_once_they_agree(in_production, cora, run):
    blocked(cora)
    override = requested(in_production, cora)
    code, output = run("demand", "v1", "--wait", "0.1")
    assert code == 3
    assert f"override {override.pk}, requested by {cora.name}, waits for approval" in output
    waiting = run.started("demand", "v1", "--wait", "20")
    assert "Waiting for approval" in waiting.stderr.readline()
    approve_override(override, actor=BY)
    assert waiting.wait(timeout=15) == 0
    assert f"Covered by override {override.pk}." in waiting.stdout.read()
    waiting.communicate()


USELESS = [
    ({"PLUMBLINE_TOKEN": ""}, "PLUMBLINE_TOKEN is not set"),
    ({"PLUMBLINE_TOKEN": "plb_wrong"}, "401: "),
    ({"PLUMBLINE_TOKEN": "plb\nX-Evil: 1"}, "characters that no token has"),
    ({"PLUMBLINE_SERVER": NOWHERE}, "The server does not answer: "),
]


def test_a_server_or_token_that_does_not_work_is_4(run):
    for environment, because in USELESS:
        code, output = run("demand", "v1", "--format", "junit", **environment)
        assert (code, because in output, "<error " in output) == (4, True, True), output


class Odd(BaseHTTPRequestHandler):
    """A server that answers as the test says, one answer after the other."""

    answers: list[tuple[int, str]] = []
    keys: list[str | None] = []

    def do_POST(self) -> None:
        self.keys.append(self.headers["Idempotency-Key"])
        status, body = self.answers[min(len(self.keys), len(self.answers)) - 1]
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "https://elsewhere.example/")
        self.end_headers()
        self.wfile.write(body.encode())

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"results": 3}')

    def log_message(self, *_: object) -> None: ...


@contextlib.contextmanager
def odd(*answers: tuple[int, str]) -> Iterator[str]:
    Odd.answers, Odd.keys = list(answers), []
    with HTTPServer(("127.0.0.1", 0), Odd) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_call_that_got_no_answer_is_made_again_under_the_same_key(run_alone):
    with odd((503, "{}"), (409, '{"code": "in_progress"}'), (200, '{"decision": "PROCEED"}')) as address:
        assert run_alone("demand", "v1", PLUMBLINE_SERVER=address)[0] == 0
    assert len(Odd.keys) == 3
    assert len(set(Odd.keys)) == 1


NO_ANSWERS = [
    ((302, ""), "The server redirects"),
    ((200, "<html>Sign in</html>"), "is not Plumbline's"),
    ((200, "[" * 100_000), "is not Plumbline's"),
    ((200, '{"decision": "BLOCKED"}'), "Fetch gate.py from this server again"),
    ((403, '{"detail": "The token lacks the scope for this."}'), "403: The token lacks the scope for this."),
]


def test_an_answer_that_is_none_is_4_and_asked_for_once(run_alone):
    for answer, because in NO_ANSWERS:
        with odd(answer) as address:
            code, output = run_alone("demand", "v1", PLUMBLINE_SERVER=address)
        assert (code, because in output, len(Odd.keys)) == (4, True, 1), output


PROPOSALS = [
    (FIXED.computation_logic, "zero_fill", 1, "FAILED"),
    (f"AVG(order_count) {WINDOW} + 0", "forward_fill", 0, "PASSED"),
]


def test_a_proposed_definition_is_compared_row_by_row(in_production, run, tmp_path):
    for logic, rule, expected, word in PROPOSALS:
        words = ["--parity", "orders_3d", "--null-handling", rule, "--logic", logic]
        process = run.started(*words, GITHUB_STEP_SUMMARY=str(tmp_path / "summary.md"))
        assert wait(CheckRun.objects.filter(state="queued").exists, seconds=15)
        execute(CheckRun.objects.get(state="queued").pk)
        output, _ = process.communicate(timeout=30)
        assert (process.returncode, output.splitlines()[0]) == (expected, f"{word}  orders_3d"), output
        assert "would block demand v1" in output
        assert "| Rows compared | 7 |" in (tmp_path / "summary.md").read_text()


def test_a_parity_run_that_does_not_end_in_time_is_3(in_production, run):
    code, output = run("--parity", "orders_3d", "--null-handling", "drop", "--wait", "0.1")
    assert (code, "The run has not finished." in output) == (3, True), output


def test_it_is_served_to_everybody_with_its_digest(client, settings):
    answer = client.get("/gate.py")
    assert answer.content == gate_script().encode()
    assert answer["Content-Type"] == "text/x-python; charset=utf-8"
    assert client.get("/gate.py", headers={"If-None-Match": answer["ETag"]}).status_code == 304
    for secret in (settings.SECRET_KEY, settings.AUDIT_KEYS[0]):
        assert secret.encode() not in answer.content


def test_it_needs_python_3_8_and_its_standard_library_alone():
    tree = ast.parse(gate_script(), feature_version=(3, 8))
    roots = {node.module.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    roots |= {
        alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    assert roots <= sys.stdlib_module_names
    newer = {"removeprefix", "removesuffix", "batched", "pairwise", "UTC", "StrEnum"}
    assert newer & {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)} == set()
    assert not [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr) and isinstance(node.left, ast.Dict)
    ]


# -- the action of GitHub ----------------------------------------------------------------------------------------------


def test_the_actions_inputs_are_the_scripts_arguments():
    arguments = {action.dest.replace("_", "-") for action in gate.arguments()._actions} - {"help"}
    assert set(ACTION["inputs"]) == arguments | {"token", "sha256"}
    (step,) = ACTION["runs"]["steps"]
    assert "${{" not in step["run"], "an input inside the script would be run"
    assert sorted(step["env"].values()) == sorted(f"${{{{ inputs.{name} }}}}" for name in ACTION["inputs"])


INPUTS = [
    ({"model": "demand", "version": "v1"}, 0),
    ({"model": "demand", "version": "$(touch run)"}, 2),
    ({"model": "demand", "version": "--help"}, 2),
    ({"model": "demand", "version": "v1", "sha256": "0" * 64}, 4),
    ({"parity": "orders_3d", "null-handling": "drop", "wait": "0"}, 3),
]


def test_the_action_does_what_the_script_does(in_production, live_server, token, tmp_path):
    (step,) = ACTION["runs"]["steps"]
    path = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    for inputs, expected in INPUTS:
        values = {name: output.get("default", "") for name, output in ACTION["inputs"].items()}
        values |= {"server": live_server.url, "token": token} | inputs
        environment = {name: values[word.split("inputs.")[1].split()[0]] for name, word in step["env"].items()}
        environment["GITHUB_OUTPUT"] = str(tmp_path / "output.txt")
        command = ["bash", "-c", step["run"]]
        ended = subprocess.run(
            command, env=environment | path, cwd=tmp_path, capture_output=True, timeout=60, check=False
        )
        assert ended.returncode == expected, ended.stderr
        assert not (tmp_path / "run").exists()
    outputs = [line.partition("=")[::2] for line in (tmp_path / "output.txt").read_text().splitlines()]
    assert [value for name, value in outputs if name == "decision"] == [
        "PROCEED", "WRONG USAGE", "WRONG USAGE", "WAITING",
    ]  # fmt: skip
    assert {value for name, value in outputs if name == "sha256"} == {
        hashlib.sha256(gate_script().encode()).hexdigest()
    }
    assert set(ACTION["outputs"]) == {name for name, _ in outputs}


def test_the_projects_own_workflow_runs_its_tests():
    workflow = yaml.safe_load((PROJECT / ".github/workflows/test.yml").read_text())
    runs = [step["run"] for step in workflow["jobs"]["test"]["steps"] if "run" in step]
    programs = [word for words in runs for word in words.split() if word.startswith(".ci/")]
    assert [(PROJECT / program).is_file() for program in programs] == [True]
    assert workflow["permissions"] == {"contents": "read"}


@pytest.mark.parametrize(
    ("decision", "missing", "strict", "code"),
    [
        ("PROCEED", ["code_commit"], False, 0), ("PROCEED", ["code_commit"], True, 1), ("PROCEED", [], True, 0),
        ("BLOCKED", [], False, 0), ("BLOCKED", [], True, 1),
    ],
)  # fmt: skip
def test_advice_about_an_observed_version_fails_only_strictly(decision, missing, strict, code):
    assert advised({"decision": decision, "missing_parts": missing}, strict) == code
