from registry.client.plumbline import _server as gate
from registry.versions.command import Exit, shell_actor


def test_the_exit_codes_are_those_of_the_pipelines_script():
    assert {code.value for code in Exit} == {
        gate.PASSED, gate.BLOCKED, gate.WRONG_USE, gate.WAITING, gate.UNREACHABLE
    }  # fmt: skip
    assert (Exit.PROCEED, Exit.BLOCKED) == (0, 1)


def test_the_shells_actor_has_the_name_of_the_person_signed_in(monkeypatch):
    monkeypatch.setattr("getpass.getuser", lambda: "ann")
    assert shell_actor().name == "shell:ann"
