"""The first command on a fresh machine, with a real `.venv`, a real pip, and a package that only looks like Django."""

from __future__ import annotations

import ast
import hashlib
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from platform_site.roof.launcher import bootstrap

PROJECT = Path(__file__).resolve().parents[4]
slow = pytest.mark.slow  # an environment is made, or pip runs
BARE_PYTHON = [str(Path(sys.base_prefix) / "bin" / "python3"), "-S"]  # sees no packages at all
LOOKS_LIKE_DJANGO = {
    "django/__init__.py": "",
    "django/core/__init__.py": "",
    "django/core/management/__init__.py": "def execute_from_command_line(argv): print('ran', *argv[1:])\n",
}


def start(project: Path, *words: str, path: str = "/usr/bin:/bin", **settings: str) -> subprocess.CompletedProcess[str]:
    """Run `python3 manage.py …` as a newcomer would, without the packages of this test run."""
    command = [*BARE_PYTHON, "manage.py", *words]
    settings = {"PATH": path, "PIP_CONFIG_FILE": "/dev/null"} | settings
    return subprocess.run(command, cwd=project, env=settings, capture_output=True, text=True, timeout=120, check=False)


def write_project(folder: Path) -> Path:
    """A clone of the launcher, whose lock names one package that lies beside it."""
    (folder / "platform_site/roof/launcher").mkdir(parents=True)
    (folder / "wheels").mkdir()
    for name in ("manage.py", "platform_site/__init__.py", "platform_site/roof/launcher/bootstrap.py"):
        shutil.copy(PROJECT / name, folder / name)
    write_lock(folder, write_wheel(folder / "wheels", "django", LOOKS_LIKE_DJANGO))
    return folder


def write_wheel(folder: Path, name: str, files: dict[str, str]) -> str:
    """Write a wheel that pip installs; return its digest."""
    about = {
        "METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n",
        "WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "RECORD": "",
    }
    wheel = folder / f"{name}-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in (files | {f"{name}-1.dist-info/{path}": text for path, text in about.items()}).items():
            entry = zipfile.ZipInfo(path)
            entry.external_attr = 0o100755 << 16  # a file that may be run
            archive.writestr(entry, text)
    return hashlib.sha256(wheel.read_bytes()).hexdigest()


def write_lock(folder: Path, digest: str) -> None:
    lock = f"--no-index\n--find-links ./wheels\ndjango==1 --hash=sha256:{digest}\n"
    (folder / "requirements.txt").write_text(lock)


@pytest.fixture(scope="module")
def finished(tmp_path_factory) -> Path:
    """A project whose environment has been set up."""
    project = write_project(tmp_path_factory.mktemp("finished") / "project")
    first = start(project, "up", "--port", "1")
    assert first.stdout == "ran up --port 1\n", first.stderr
    assert first.stderr.startswith("Setting up .venv (once, less than half a minute) …\n… done in ")
    return project


@pytest.fixture
def project(finished, tmp_path) -> Path:
    """A copy of it, to break."""
    return shutil.copytree(finished, tmp_path / "project", symlinks=True)


def forget_django(project: Path) -> None:
    for trace in project.glob(".venv/lib/python3*/site-packages/django*"):
        shutil.rmtree(trace)


def assert_one_sentence(ended: subprocess.CompletedProcess[str], *words: str) -> None:
    assert ended.returncode == 1
    assert ended.stdout == ""
    rows = [line for line in ended.stderr.splitlines() if not line.startswith(("Setting up", "Bringing"))]
    assert len(rows) == 1, ended.stderr
    assert all(word in rows[0] for word in words), rows[0]


@slow
def test_a_second_start_installs_nothing(finished):
    again = start(finished, "version")

    assert (again.stdout, again.stderr) == ("ran version\n", "")


@slow
def test_a_changed_lock_is_installed(project):
    (project / "requirements.txt").write_text((project / "requirements.txt").read_text() + "# changed\n")

    assert start(project, "version").stderr.startswith("Bringing .venv up to date …\n… done in ")
    assert start(project, "version").stderr == ""


@slow
def test_an_interrupted_installation_is_done_again(project):
    (lost,) = project.glob(".venv/lib/python3*/site-packages/django/core/management/__init__.py")
    lost.unlink()
    (project / ".venv" / "installation.unfinished").touch()

    assert start(project, "version").stdout == "ran version\n"
    assert not (project / ".venv" / "installation.unfinished").exists()


@slow
def test_an_environment_without_a_working_python_is_made_anew(project):
    (project / ".venv" / "bin" / "python").unlink()
    forget_django(project)

    assert start(project, "version").stdout == "ran version\n"


@slow
def test_two_at_once_wait_for_each_other(project):
    shutil.rmtree(project / ".venv")
    command = [*BARE_PYTHON, "manage.py", "version"]
    both = [
        subprocess.Popen(command, cwd=project, env={"PATH": "/usr/bin:/bin"}, stdout=-1, stderr=-1, text=True)
        for _ in range(2)
    ]
    output = [child.communicate(timeout=120) for child in both]

    assert [out for out, _ in output] == ["ran version\n"] * 2
    assert sorted(error.count("Setting up") for _, error in output) == [0, 1]
    assert sum("waiting for it" in error for _, error in output) == 1


@slow
def test_tests_need_the_second_lock_too(project):
    assert_one_sentence(start(project, "test"), "tests/requirements.txt cannot be read")


@slow
def test_tests_of_spark_need_a_third_lock_and_no_others_do(project):
    (project / "tests").mkdir()
    (project / "tests" / "requirements.txt").write_text("")
    (packages,) = project.glob(".venv/lib/python3*/site-packages")
    (packages / "pytest.py").write_text("")
    with (project / ".venv" / "installed.sha256").open("a") as stamp:
        stamp.write(f"{hashlib.sha256(b'').hexdigest()}  tests/requirements.txt\n")

    assert start(project, "test").stdout == "ran test --testrunner=tests.runner.PytestRunner --\n"
    assert_one_sentence(start(project, "test", "--spark"), "spark-requirements.txt cannot be read")


UV_THAT_FAILS = '#!/bin/sh\necho "$@" > asked-of-uv\nexit 2\n'


def assert_uv_was_tried_first(project: Path) -> None:
    result = (project / "asked-of-uv").read_text()
    assert result.startswith("pip install --quiet --python ")
    assert result.endswith("--require-hashes -r requirements.txt\n")


@slow
def test_the_systems_uv_is_tried_first_and_pip_when_it_fails(project):
    tools = project / "tools"
    tools.mkdir()
    (tools / "uv").write_text(UV_THAT_FAILS)
    (tools / "uv").chmod(0o755)
    (project / ".venv" / "installed.sha256").unlink()

    assert start(project, "version", path=f"{tools}:/usr/bin:/bin").stdout == "ran version\n"
    assert_uv_was_tried_first(project)


@slow
@pytest.mark.parametrize("own_index", [False, True])
def test_uv_is_fetched_where_there_is_none_but_not_past_an_index_that_only_pip_knows(project, own_index):
    digest = write_wheel(project / "wheels", "uv", {"uv-1.data/scripts/uv": UV_THAT_FAILS})
    lock = f"--no-index\n--find-links {project / 'wheels'}\nuv==1 --hash=sha256:{digest}\n"
    (project / bootstrap.INSTALLER_LOCK).write_text(lock)
    (project / ".venv" / "installed.sha256").unlink()
    settings = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple"} if own_index else {}

    ended = start(project, "version", **settings)
    assert ended.stdout == "ran version\n", ended.stderr
    if own_index:
        assert not (project / "asked-of-uv").exists()
    else:
        assert_uv_was_tried_first(project)


@slow
def test_a_package_that_is_not_the_locked_one_is_refused(project):
    forget_django(project)
    write_lock(project, "0" * 64)

    assert_one_sentence(start(project, "version"), "not the one that requirements.txt names by its hash")


@slow
@pytest.mark.parametrize(
    "lock", ["<<<<<<< HEAD\n", "--no-index\n--find-links ./wheels\ndjango==1\n", "\x00\x01", "-r nowhere.txt\n"]
)
def test_a_broken_lock_is_refused(project, lock):
    forget_django(project)
    (project / "requirements.txt").write_text(lock)

    assert_one_sentence(start(project, "version"), "requirements.txt is broken", "git checkout")


@slow
def test_a_missing_lock_is_refused(project):
    (project / "requirements.txt").unlink()

    assert_one_sentence(start(project, "version"), "requirements.txt cannot be read")


@slow
def test_a_missing_network_is_said(project):
    lock = f"--index-url http://127.0.0.1:9/simple\ndjango==2 --hash=sha256:{'0' * 64}\n"
    (project / "requirements.txt").write_text(lock)

    assert_one_sentence(start(project, "version"), "The package index cannot be reached")


@slow
def test_a_failed_installation_is_not_taken_for_a_finished_one(project):
    forget_django(project)
    good = (project / "requirements.txt").read_text()
    write_lock(project, "0" * 64)
    start(project, "version")
    (project / "requirements.txt").write_text(good)

    assert start(project, "version").stdout == "ran version\n"


@slow
def test_a_file_in_the_place_of_the_environment_is_named(project):
    shutil.rmtree(project / ".venv")
    (project / ".venv").write_text("")

    assert_one_sentence(start(project, "version"), ".venv cannot be made")


@slow
def test_a_full_disk_is_said_before_anything_is_made(project, monkeypatch):
    shutil.rmtree(project / ".venv")
    monkeypatch.setattr(bootstrap, "ROOM_MIB", 10**9)

    with pytest.raises(bootstrap.Failed, match=r"^The disk is full"):
        bootstrap.prepare(project, bootstrap.LOCKS)
    assert not (project / ".venv").exists()


@slow
def test_the_systems_pip_serves_where_the_environment_can_have_none(project, monkeypatch):
    shutil.rmtree(project / ".venv")
    runs = bootstrap._runs
    monkeypatch.setattr(bootstrap, "_runs", lambda python, *words: "ensurepip" not in words and runs(python, *words))
    monkeypatch.setenv("PATH", "/usr/bin:/bin")

    assert bootstrap.prepare(project, bootstrap.LOCKS).holds({})
    assert not list(project.glob(".venv/lib/python3*/site-packages/pip"))


@slow
def test_a_machine_without_pip_is_told_what_to_install(project, monkeypatch):
    shutil.rmtree(project / ".venv")
    runs = bootstrap._runs
    monkeypatch.setattr(bootstrap, "_runs", lambda python, *words: not words and runs(python))
    monkeypatch.setenv("PATH", "/usr/bin:/bin")

    with pytest.raises(bootstrap.Failed, match="apt-get install python3-venv"):
        bootstrap.prepare(project, bootstrap.LOCKS)


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "The disk is full"),
        ("error: Failed to write: Permission denied (os error 13)", "cannot be written"),
        ("OSError: [Errno 30] Read-only file system: '/srv/plumbline/.venv/lib'", "cannot be written"),
        ("error: Failed to fetch: `https://…`\n  Caused by: dns error: failed to lookup", "index cannot be reached"),
        ("WARNING: Retrying … NameResolutionError: Temporary failure in name resolution\nERROR: No matching distribution", "index cannot be reached"),
        ("ERROR: No matching distribution found for django==5.2.19", "does not have every package"),
        ("something nobody thought of", "cannot be installed: something nobody thought of"),
        ("", "cannot be installed: no output"),
    ],
)  # fmt: skip
def test_what_an_installer_wrote_becomes_one_sentence(tmp_path, output, sentence):
    result = bootstrap._explain(output, bootstrap.Environment(tmp_path))

    assert sentence in result
    assert "\n" not in result


@pytest.mark.parametrize("version", [(3, 7), (3, 10)])
def test_an_old_python_is_told_so_in_one_sentence(version):
    ast.parse((PROJECT / "manage.py").read_text(), feature_version=version)
    pretend = f"import runpy, sys; sys.version_info = {(*version, 9)}; runpy.run_path('manage.py', run_name='__main__')"
    ended = subprocess.run([*BARE_PYTHON, "-c", pretend], cwd=PROJECT, capture_output=True, text=True, check=False)

    sentence = f"Plumbline needs Python 3.11 or newer; this is Python {version[0]}.{version[1]}."
    assert (ended.returncode, ended.stderr.strip()) == (1, sentence)
