import ast
from collections import Counter

import pytest

from registry.client.rules.single_file import GATE, PACKAGE, gate_script, joined


def top_level(tree: ast.Module) -> list[str]:
    """The names that a module defines, one by one."""
    functions = [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    values = [node for node in tree.body if isinstance(node, ast.Assign)]
    return functions + [name.id for node in values for name in ast.walk(node.targets[0]) if isinstance(name, ast.Name)]


def test_no_module_of_the_gate_takes_the_name_of_another():
    names = Counter(top_level(ast.parse(gate_script())))
    assert [name for name, count in names.items() if count > 1] == []


def test_all_that_its_modules_define_is_in_the_one_file():
    texts = ((PACKAGE / f"{name}.py").read_text() for name in GATE)
    assert set(top_level(ast.parse(gate_script()))) == {name for text in texts for name in top_level(ast.parse(text))}


def test_imports_of_several_modules_are_written_once():
    script = joined({
        "_a": "from __future__ import annotations\nfrom typing import Any\nX: Any = 1\n",
        "_b": "'Print.'\nfrom __future__ import annotations\nimport sys\nfrom typing import Any, Union\nfrom ._a import X\nprint(X)\n",
    })  # fmt: skip
    assert script.count("import annotations") == 1
    assert "from typing import Any, Union\n" in script
    assert "_a" not in script


def test_what_stands_between_imports_is_refused():
    with pytest.raises(ValueError, match="line 2 stands between imports"):
        joined({"_a": "import os\nX = 1\nimport sys\n"})
