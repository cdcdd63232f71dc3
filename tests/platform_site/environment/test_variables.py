"""The kinds of environment variables: what they read, and what they show of a value that is not valid."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from platform_site.environment.variables import (
    KEY,
    SWITCH,
    TEXT,
    NotValid,
    address,
    choice,
    many,
    show,
    show_address,
    variable,
    variables_of,
    whole_number,
)  # fmt: skip


@given(st.text(), st.text())
@example("plumbline", "p@evil.example/")
@example("", "80?x")
@example("token/", "")
@example("a#", "b")
def test_an_address_never_shows_who_signs_in_or_with_which_password(user, password):
    assert show_address(f"postgres://{user}:{password}@db.example/name") in ("postgres://db.example", "the value")


@given(st.integers(-10, 200))
def test_a_whole_number_is_read_within_its_bounds_and_nowhere_else(number):
    if 5 <= number <= 168:
        assert whole_number(5, 168).read(f" {number} ") == number
    else:
        with pytest.raises(NotValid, match=f"^{number} is not a whole number from 5 to 168"):
            whole_number(5, 168).read(f" {number} ")


@pytest.mark.parametrize("text", ["٣٠", "+30", "3_0", "30.0", "0x1e", "thirty"])
def test_a_number_in_another_spelling_is_refused(text):
    with pytest.raises(NotValid):
        whole_number(1).read(text)


def test_a_switch_has_the_usual_words():
    assert [SWITCH.read(text) for text in ("1", "TRUE", " yes", "on")] == [True] * 4
    assert [SWITCH.read(text) for text in ("0", "False", "no ", "off")] == [False] * 4
    with pytest.raises(NotValid, match="2 is not 1 or 0"):
        SWITCH.read("2")


def test_a_choice_lists_its_words():
    with pytest.raises(NotValid, match="c is not a or b"):
        choice("a", "b").read("c")


def test_a_list_names_each_item_that_is_not_valid():
    with pytest.raises(NotValid) as refusal:
        many(whole_number(1, 9)).read("1, 10,, x")
    assert refusal.value.args == ("10 is not a whole number from 1 to 9.", "x is not a whole number from 1 to 9.")
    assert many(TEXT, ":").read(" a: b:") == ["a", "b"]
    assert many(TEXT).read(" , ") is None


@pytest.mark.parametrize(
    "text", ["https://h:0/", "https://h:65536/", "https://", "//h", "h", "https://[::1", "ftp://h"]
)
def test_an_address_needs_a_scheme_a_host_and_a_port_that_exists(text):
    with pytest.raises(NotValid):
        address("an https address", "https").read(text)


@pytest.mark.parametrize(("length", "valid"), [(31, False), (32, True)])
def test_a_key_has_a_least_length(length, valid):
    key = "abcdefgh" * 4
    if valid:
        assert KEY.read(key[:length]) == key
    else:
        with pytest.raises(NotValid, match="the value is too easy to guess"):
            KEY.read(key[:length])


def test_what_a_terminal_would_act_on_is_quoted():
    assert [show(text) for text in ("61", "a b", "\x1b[2J")] == ["61", "'a b'", r"'\x1b[2J'"]


def test_a_field_is_the_variable_of_its_name():
    @dataclass
    class Table:
        port: int = variable(whole_number(1, 65535), "The port.", 8000)
        url: str = variable(address("an address"), "Elsewhere.", "", name="OTHER_URL")

    port, url = variables_of(Table).values()
    assert (port.name, port.shown_default, url.name, url.shown_default) == ("PORT", "`8000`", "OTHER_URL", "none")
    assert port.read({"PORT": "80"}) == (80, [])
    assert port.read({"PORT": " "}) == (None, [])
    assert port.read({"PORT": "x"}) == ("x", ["PORT: x is not a whole number from 1 to 65535."])
    assert dataclasses.replace(port, name="P").read({"P": "0"})[1] == ["P: 0 is not a whole number from 1 to 65535."]
    assert repr(Table(port=80, url="https://:hunter2@h")).endswith("Table(port=80)")
