"""The script that holds a regulator pack to its receipt: whatever is removed, added or edited is found and named."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
import zipfile

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as any_of
from hypothesis import strategies as st

from registry.features.rules.fingerprint import address
from registry.regulation.pack import verify
from registry.regulation.pack.archive import VERIFIER
from registry.regulation.pack.verify import BROKEN, CONSISTENT, UNREADABLE, VERIFIED
from tests.registry.conftest import TRAINED
from tests.registry.regulation.conftest import FOLDER, zipped

pytestmark = pytest.mark.same_on_both
SHARED = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def parts(name, content):
    """The rows of a JSON file as a list that can be changed, with the way back to a file."""
    if name.endswith(".jsonl"):
        lines = [json.loads(line) for line in content.decode().splitlines()]
        yield lines, lambda: "".join(json.dumps(line) + "\n" for line in lines).encode()
    elif name.endswith(".json"):
        parsed = json.loads(content)
        for listed in [parsed] if isinstance(parsed, list) else [value for value in parsed.values() if value]:
            if isinstance(listed, list):
                yield listed, lambda: (json.dumps(parsed, indent=2, sort_keys=True) + "\n").encode()


def edited(value):
    """A row with one value changed."""
    if isinstance(value, dict):
        name = next(name for name in reversed(list(value)) if name not in verify.NAMED)
        return {**value, name: edited(value[name])}
    return f"{value} "


def of_rows(files):
    """Every row of every file removed, edited and doubled, as `(what, file, its bytes)`."""
    for name, content in files.items():
        for listed, whole in parts(name, content):
            for place, row in enumerate(list(listed)):
                for what, changed in (("removed", []), ("edited", [edited(row)]), ("added", [row, row])):
                    listed[place : place + 1] = changed
                    yield what, name, whole()
                    listed[place : place + len(changed)] = [row]


def rows_of(name, content):
    try:
        return verify.rows(name, content)
    except ValueError:
        return []


def with_manifest(files):
    """The files with a manifest made again, as somebody would who hides a change."""
    files = dict(files)
    manifest = json.loads(files["manifest.json"])
    others = {name: content for name, content in files.items() if name != "manifest.json"}
    manifest["files"] = {name: hashlib.sha256(content).hexdigest() for name, content in others.items()}
    manifest["counts"] = {name: verify.count(rows_of(name, content)) for name, content in others.items()}
    return files | {"manifest.json": (json.dumps(manifest, indent=2, sort_keys=True) + "\n").encode()}


def outcome(held, capsys, path, *, receipt=True):
    capsys.readouterr()
    code = verify.main(["--receipt", str(held.receipt_path), str(path)] if receipt else [str(path)])
    return code, capsys.readouterr().out


def unpacked(held):
    with zipfile.ZipFile(io.BytesIO(held.content)) as archive:
        archive.extractall(held.folder)
    return held.folder / FOLDER


# --- what is whole ---


def test_an_untouched_pack_verifies_alone_as_an_archive_and_unpacked(held):
    apart = held.folder / "apart"
    apart.mkdir()
    shutil.copy(VERIFIER, apart)
    for pack in (held.written(), unpacked(held)):
        result = subprocess.run(
            [sys.executable, "-I", "verify.py", "--receipt", str(held.receipt_path), str(pack)],
            cwd=apart, capture_output=True, text=True, check=False, env={},
        )  # fmt: skip
        assert (result.returncode, result.stderr) == (VERIFIED, ""), result.stdout
        assert "VERIFIED  model_version:demand/v1: 18 files, as handed out to vera at " in result.stdout
        event = held.receipt["event"]
        assert f"event {event['sequence']}, {event['hash']}, of the audit chain" in result.stdout


def test_it_ends_with_the_exit_codes_that_it_describes():
    described = re.findall(r"^(\d) +([A-Z]+) ", verify.__doc__, re.MULTILINE)
    assert [(int(code), getattr(verify, word)) for code, word in described] == [(n, n) for n in range(4)]


def test_it_prints_on_a_terminal_that_knows_no_letters_of_other_languages():
    command = [sys.executable, str(VERIFIER), "große.zip"]
    environment = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "1"}
    ended = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert (ended.returncode, ended.stderr) == (UNREADABLE, "")
    assert r"gro\xdfe.zip" in ended.stdout


def test_it_counts_what_is_there(held, capsys):
    _, output = outcome(held, capsys, held.written())
    events = len(held.files["audit_events.jsonl"].splitlines())
    (line,) = [line for line in output.splitlines() if "audit_events.jsonl" in line]
    assert sum(int(word) for word in line.replace(",", "").split() if word.isdigit()) == events > 20
    assert "COUNTED  gate_decisions.json: 1 BLOCKED, " in output
    event = held.receipt["event"]
    assert output.splitlines()[-3:] == [
        f"VERIFIED  model_version:demand/v1: 18 files, as handed out to vera at {event['at']}.",
        f"RECEIPT  It says to be event {event['sequence']}, {event['hash']}, of the audit chain.",
        "RECEIPT  The installation confirms it: manage.py check_receipt FILE.",
    ]


def test_without_a_receipt_completeness_is_not_proven(held, capsys):
    code, output = outcome(held, capsys, held.written(), receipt=False)
    assert code == CONSISTENT
    assert "consistent in itself, completeness not proven" in output
    assert "VERIFIED" not in output


def test_a_receipt_that_lies_in_the_folder_of_the_pack_is_not_a_part_of_it(held, capsys):
    folder = unpacked(held)
    receipt = folder / "receipt.json"
    receipt.write_text(json.dumps(held.receipt))
    assert verify.main(["--receipt", str(receipt), str(folder)]) == VERIFIED
    assert verify.main([str(folder)]) == BROKEN
    assert "receipt.json is not in the manifest" in capsys.readouterr().out


def test_every_kind_of_row_is_in_the_pack_that_is_tried(held):
    empty = {
        name
        for name, content in held.files.items()
        if name.endswith(("json", "jsonl")) and not list(parts(name, content)) and name != "lineage.json"
    }
    assert empty == {"manifest.json"}
    kinds = {kind for name, content in held.files.items() for _, _, kind in verify.rows(name, content)}
    wanted = {"BLOCKED", "gate.decided", "alert.opened", "feature.current_changed", "source_table.version_added"}
    assert wanted < kinds


@pytest.mark.parametrize(
    ("row", "name", "kind"),
    [
        ({"name": "x" * 41}, "name " + "x" * 40, "listed"),
        ({"state": 5, "decision": "", "action": None}, "state 5", "listed"),
        ({"state": "open", "name": ["a"], "number": 0}, "state open", "open"),
        ("a text", "", "listed"),
    ],
)
def test_a_row_has_a_short_name_for_people_and_a_kind(row, name, kind):
    ((named, digest, actual),) = verify.rows("a.json", json.dumps({"listed": [row]}).encode())
    assert (named, actual) == (f"listed {name}".strip(), kind)
    assert digest == hashlib.sha256(json.dumps(row, separators=(",", ":"), sort_keys=True).encode()).hexdigest()


def test_the_longest_name_of_a_row_has_200_characters():
    ((named, _, _),) = verify.rows("a.jsonl", json.dumps(dict.fromkeys(verify.NAMED, "x" * 99)).encode())
    assert len(named) == 200


# --- what was changed ---


def test_each_file_removed_added_or_edited_is_named(held, capsys):
    files = held.files
    for name, content in files.items():
        changed = [
            ("was removed", {other: files[other] for other in files if other != name}),
            (name, files | {name: content + b" "}),
            (name, files | {name: b""}),
        ]
        for words, others in changed:
            for archive in [others] if name == "manifest.json" else [others, with_manifest(others)]:
                code, output = outcome(held, capsys, held.written(archive))
                assert code == BROKEN
                assert any(words in line and name in line for line in output.splitlines()), (name, output)
    code, output = outcome(held, capsys, held.written(with_manifest(files | {"extra.json": b"[]"})))
    assert code == BROKEN
    assert "extra.json was added" in output


def test_each_row_removed_added_or_edited_is_named_though_the_manifest_was_made_again(held):
    """Every row of every file, with the functions of the script: a thousand archives would say the same."""
    files, missed, tried = held.files, [], 0
    for what, name, content in of_rows(files):
        tried += 1
        changed = with_manifest(files | {name: content})
        if name == "manifest.json":
            continue
        faults = [fault for fault in verify.differences(changed, None, held.receipt) if "manifest.json" not in fault]
        if not any(fault.startswith(f"{name}: ") and fault.endswith(f" was {what}") for fault in faults):
            missed.append((what, name, faults))
    assert missed == []
    assert tried > 150


def test_the_case_that_once_verified_is_found_and_each_row_named(held, capsys):
    """Closed gates and the events about them taken out, the manifest made again."""
    files = held.files
    decisions = json.loads(files["gate_decisions.json"])
    events = [json.loads(line) for line in files["audit_events.jsonl"].decode().splitlines()]
    closed = [decision["id"] for decision in decisions if decision["decision"] == "BLOCKED"]
    hidden = [
        event["sequence"]
        for event in events
        if event["action"] == "gate.decided" and json.loads(event["payload"])["gate_decision"] in closed
    ]
    left = [event for event in events if event["sequence"] not in hidden]
    files["gate_decisions.json"] = json.dumps([row for row in decisions if row["id"] not in closed]).encode()
    files["audit_events.jsonl"] = "".join(json.dumps(event) + "\n" for event in left).encode()
    pruned = with_manifest(files)
    code, output = outcome(held, capsys, held.written(pruned))
    assert code == BROKEN
    assert "VERIFIED" not in output
    for sequence in hidden:
        assert f"audit_events.jsonl: sequence {sequence}, action gate.decided" in output
    for decision in closed:
        assert f"gate_decisions.json: id {decision}, gate deployment, decision BLOCKED" in output
    code, output = outcome(held, capsys, held.written(pruned), receipt=False)
    assert code == CONSISTENT
    assert "VERIFIED" not in output


def test_reordered_rows_and_other_bytes_of_equal_rows_are_found(held, capsys):
    files = held.files
    decisions = json.loads(files["gate_decisions.json"])
    reordered = (json.dumps(decisions[::-1], indent=2, sort_keys=True) + "\n").encode()
    lines = files["audit_events.jsonl"].splitlines(keepends=True)
    repeated = files["lineage.json"].replace(b'"model":', b'"model": "other", "model":', 1)
    cases = {
        "gate_decisions.json: its rows stand in another order": {"gate_decisions.json": reordered},
        "audit_events.jsonl: its rows stand in another order": {"audit_events.jsonl": b"".join(lines[::-1])},
        "gate_decisions.json: its bytes were edited, but no row": {"gate_decisions.json": json.dumps(decisions).encode()},
        "lineage.json: its bytes were edited, but no row": {"lineage.json": repeated},
    }  # fmt: skip
    for sentence, changed in cases.items():
        code, output = outcome(held, capsys, held.written(with_manifest(files | changed)))
        assert (code, sentence in output) == (BROKEN, True), output


@pytest.mark.parametrize(("before", "after", "what"), [(1, 3, "added"), (3, 1, "removed"), (2, 3, "added")])
def test_each_of_several_equal_rows_is_named(before, after, what):
    def content(times):
        return json.dumps([{"id": 7}] * times).encode()

    faults = verify._edits("a.json", content(after), verify.rows("a.json", content(before)))
    assert faults == [f"a.json: id 7 was {what}"] * abs(after - before)


@SHARED
@any_of(data=st.data())
def test_any_edit_of_any_bytes_of_any_file_is_found(held, data):
    files = held.files
    name = data.draw(st.sampled_from(sorted(files)))
    content = files[name]
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(start + 400, len(content))))
    changed = content[:start] + data.draw(st.binary(max_size=40)) + content[end:]
    others = files | {name: changed}
    faults = verify.differences(others, None, held.receipt)
    assert bool(faults) == (changed != content)
    assert all(name in fault for fault in faults)


@SHARED
@any_of(data=st.data())
def test_any_edit_of_the_bytes_of_an_archive_is_found(held, data):
    place = data.draw(st.integers(0, len(held.content) - 1))
    cut = data.draw(st.sampled_from([place, place + 1]))
    changed = held.content[:place] + data.draw(st.binary(min_size=0, max_size=3)) + held.content[cut:]
    path = held.folder / "pack.zip"
    path.write_bytes(changed)
    code = verify.main(["--receipt", str(held.receipt_path), str(path)])
    assert code == (VERIFIED if changed == held.content else BROKEN)


def test_archives_that_hide_something_are_found(held, capsys):
    files = list(held.files.items())
    whole = held.content
    cases = {
        "lineage.json is in the archive twice": zipped([*files, ("lineage.json", b"{}")]),
        "../evil.json is not a file": zipped([*((f"{FOLDER}/{name}", text) for name, text in files), ("../evil.json", b"")], ""),
        "/etc/evil is not a file": zipped([*((f"{FOLDER}/{name}", text) for name, text in files), ("/etc/evil", b"")], ""),
        "other/a.json is not a file": zipped([*((f"{FOLDER}/{name}", text) for name, text in files), ("other/a.json", b"")], ""),
        "demand-v1/../a.json is not a file": zipped([*files, ("../a.json", b"")]),
        "demand-v1/deep/a.json is not a file": zipped([*files, ("deep/a.json", b"")]),
        "demand-v1/.. is not a file": zipped([*files, ("..", b"")]),
        "demand-v1/ is not a file": zipped([*files, ("", b"")]),
        "demand-v1/a\\b is not a file": zipped([*files, ("a\\b", b"")]),
        "extra.json was added": zipped([*files, ("extra.json", b"")]),
        "the archive cannot be read whole": whole[: len(whole) // 2],
        "the archive is not the one that was handed out": zipped(files),
        "the archive cannot be read whole: File is not": b"",
    }  # fmt: skip
    for sentence, content in cases.items():
        path = held.folder / "pack.zip"
        path.write_bytes(content)
        code, output = outcome(held, capsys, path)
        assert (code, sentence in output) == (BROKEN, True), (sentence, output)
        assert "VERIFIED" not in output


def test_a_file_that_says_to_be_larger_than_a_gibibyte_is_not_read(tmp_path):
    content = bytearray(zipped([("a.json", b"{}")]))
    size = content.index(b"PK\x01\x02") + 24  # in the directory at the end of the archive
    content[size : size + 4] = ((1 << 30) + 1).to_bytes(4, "little")
    path = tmp_path / "pack.zip"
    path.write_bytes(content)
    files, faults, _ = verify.read(path)
    assert (files, faults) == ({}, ["demand-v1/a.json is not a file in the one folder of the pack"])


def test_a_folder_that_hides_something_is_found(held, capsys):
    folder = unpacked(held)
    (folder / ".hidden").write_text("")
    (folder / "deep").mkdir()
    (folder / "deep" / "a.json").write_text("")
    (folder / "link.json").symlink_to(folder / "lineage.json")
    (folder / "overrides.json").unlink()
    code, output = outcome(held, capsys, folder)
    assert code == BROKEN
    assert output.splitlines() == [
        "BROKEN  deep is not a file of the pack", "BROKEN  link.json is a link", "BROKEN  overrides.json was removed",
        "BROKEN  .hidden was added", "BROKEN  deep/a.json was added",
    ]  # fmt: skip


def test_a_line_is_one_line(capsys):
    verify.say("BROKEN", "a\nVERIFIED\x1b[2K ü")
    assert capsys.readouterr().out == "BROKEN  a\\nVERIFIED\\x1b[2K ü\n"


def test_nothing_in_a_pack_prints_a_line_of_its_own(held, capsys):
    name = "a\nVERIFIED  model_version:demand_v1\x1b[2K.json"
    code, output = outcome(held, capsys, held.written(held.files | {name: b""}))
    assert code == BROKEN
    assert not any(line.startswith("VERIFIED") for line in output.splitlines())
    assert r"a\nVERIFIED  model_version:demand_v1\x1b[2K.json" in output


# --- without a receipt: the pack against itself ---


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        ("snapshot.json", '"null_handling": "forward_fill"', '"null_handling": "drop"', "orders_3d: the trained definition does not have the address"),
        ("snapshot.json", '"event_time": "date"', '"event_time": "day"', "orders_3d: the source table of the trained definition does not have its address"),
        ("source_tables.json", '"number": 2,\n      "reason": "It moved.",\n      "row_key": [\n        "date"', '"number": 2,\n      "reason": "It moved.",\n      "row_key": [\n        "day"', "source table orders: version 2 does not have its address"),
        ("decisions.json", "a-1", "a-7", "decision a-7 does not have the digest"),
        ("audit_events.jsonl", '"actor": "cora"', '"actor": "dora"', "does not have its hash"),
        ("audit_events.jsonl", '{"sequence": ', '["sequence", ', "audit_events.jsonl is not as Plumbline writes it"),
        ("gate_decisions.json", '"id":', '"ID":', "audit_events.jsonl is not as Plumbline writes it: KeyError 'id'"),
    ],
)  # fmt: skip
def test_a_manifest_that_was_made_again_hides_no_contradiction(held, capsys, name, old, new, fault):
    files = held.files
    text = files[name].decode()
    assert old in text
    files[name] = text.replace(old, new).encode()
    code, output = outcome(held, capsys, held.written(with_manifest(files)), receipt=False)
    assert (code, fault in output) == (BROKEN, True), output


def test_events_out_of_order_unlinked_beyond_the_head_or_without_their_decision_are_found(held):
    files = held.files
    lines = files["audit_events.jsonl"].splitlines(keepends=True)
    events = [json.loads(line) for line in lines]
    head = json.loads(files["manifest.json"])["head"]["sequence"]
    linked = next(n for n in range(1, len(events)) if events[n]["sequence"] == events[n - 1]["sequence"] + 1)

    def faults(rows, **changed):
        manifest = json.loads(files["manifest.json"])
        text = "".join(json.dumps(row) + "\n" for row in rows).encode()
        return list(verify._events(files | {"audit_events.jsonl": text} | changed, manifest))

    def forged(event, **values):
        event = event | values
        content = json.dumps([event[name] for name in verify.FIELDS]).encode()
        return event | {"hash": hashlib.sha256(content).hexdigest()}

    assert faults(events) == []
    sequence = events[0]["sequence"]
    assert faults([*events[1:], events[0]]) == [f"audit event {sequence} does not stand in the order of the log"]
    assert faults([events[0], *events]) == [f"audit event {sequence} does not stand in the order of the log"]
    beyond = forged(events[-1], sequence=head + 1)
    assert faults([*events[:-1], beyond]) == [f"audit event {head + 1} does not stand in the order of the log"]
    loose = forged(events[linked], previous_hash="0" * 64)
    assert faults([*events[:linked], loose])[0].endswith("is not linked to the one before")
    decided = json.loads(files["gate_decisions.json"])
    left = json.dumps(decided[1:]).encode()
    assert faults(events, **{"gate_decisions.json": left})[0].startswith(f"gate decision {decided[0]['id']} of audit")
    assert events[-1]["sequence"] <= head


def test_counts_are_counted_and_not_repeated(held, capsys):
    files = held.files
    manifest = json.loads(files["manifest.json"])
    manifest["counts"]["gate_decisions.json"]["BLOCKED"] += 1
    files["manifest.json"] = json.dumps(manifest).encode()
    code, output = outcome(held, capsys, held.written(files), receipt=False)
    blocked = manifest["counts"]["gate_decisions.json"]["BLOCKED"]
    assert code == BROKEN
    assert f"gate_decisions.json has {blocked - 1} BLOCKED, " in output
    assert f"its manifest says {blocked} BLOCKED, " in output


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"files": 3}', b'{"files": {}}', b"\xff"])
def test_a_manifest_that_is_none_is_broken_and_no_traceback(held, capsys, content):
    code, output = outcome(held, capsys, held.written(held.files | {"manifest.json": content}), receipt=False)
    assert code == BROKEN
    assert output.startswith("BROKEN  ")


# --- the receipt ---


def test_a_receipt_that_was_edited_contradicts_its_event(held, capsys):
    body, event = held.receipt["receipt"], held.receipt["event"]
    body["files"]["lineage.json"]["rows"].pop()
    code, output = outcome(held, capsys, held.written())
    assert (code, f"receipt: it is not the one that event {event['sequence']} was recorded for" in output) == (
        BROKEN,
        True,
    )
    event["actor"] = "somebody"
    assert f"receipt: its event {event['sequence']} does not have its hash" in outcome(held, capsys, held.written())[1]


def test_the_receipt_of_another_subject_is_refused(held, capsys):
    held.receipt["receipt"]["subject"] = "model_version:demand/v2"
    code, output = outcome(held, capsys, held.written())
    assert (code, "receipt: it is not the one" in output) == (BROKEN, True)


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", "{", '{"receipt": {}, "event": {}}', '{"receipt": {"format": "other"}, "event": {}}', "[" * 100_000],
)  # fmt: skip
def test_what_is_not_a_receipt_is_unreadable_and_says_nothing_about_the_pack(held, capsys, content):
    path = held.folder / "not.json"
    path.write_text(content)
    assert verify.main(["--receipt", str(path), str(held.written())]) == UNREADABLE
    assert capsys.readouterr().out.startswith("UNREADABLE  ")


def with_rows(*rows):
    return {"files": {"lineage.json": {"sha256": "", "rows": rows}}}


@pytest.mark.parametrize(
    "wrong",
    [
        {"format": "plumbline.receipt/9"},
        {"sha256": 3},
        {"subject": None},
        {"files": []},
        with_rows([3, "", ""]),
        with_rows(["", ""]),
        with_rows(["", "", "", ""]),
    ],
)
def test_a_receipt_of_another_form_is_unreadable(held, capsys, wrong):
    held.receipt["receipt"] |= wrong
    assert outcome(held, capsys, held.written())[0] == UNREADABLE


def test_a_pack_that_is_not_there_is_unreadable(held, capsys):
    code, output = outcome(held, capsys, held.folder / "no.zip")
    assert (code, output.startswith("UNREADABLE  ")) == (UNREADABLE, True)


def test_the_trained_definition_is_in_the_snapshot(held):
    (feature,) = json.loads(held.files["snapshot.json"])["features"]
    assert feature["trained"]["digest"] == address(TRAINED)
