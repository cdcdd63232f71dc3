"""Verify a regulator pack: `python3 verify.py --receipt RECEIPT.json PACK`. It needs Python 3.9 or newer, nothing else.

PACK is the archive as it was handed out, or the folder that it was unpacked to; left out, the folder of this script.
The receipt was handed out apart from the pack. With it, whatever was removed, added or edited is named. Without it the
pack is only held against itself. Take this script from Plumbline, not from the pack that you doubt.

Exit code  first word   meaning
0          VERIFIED     the pack is what the receipt was written for: nothing was removed, added or edited
1          BROKEN       it is not, or it contradicts itself; each line names a file, a row or an event
2          UNREADABLE   wrong arguments, no pack, or a receipt that is not one; nothing is said about the pack
3          CONSISTENT   no receipt was given: consistent in itself, completeness not proven
"""

import argparse
import hashlib
import json
import sys
import zipfile
import zlib
from collections import Counter
from pathlib import Path

VERIFIED, BROKEN, UNREADABLE, CONSISTENT = 0, 1, 2, 3
FORMAT = "plumbline.receipt/1"
FIELDS = ("sequence", "at", "actor", "action", "subject", "payload", "previous_hash")
DEFINITION = ("computation_logic", "null_handling", "data_type", "source_table")
SOURCE = ("dataset", "entity_key", "event_time", "row_key", "dialect")
NAMED = (
    "sequence", "action", "id", "feature", "source_table", "dataset", "name", "version", "number", "metric", "slice",
    "gate", "decision", "environment", "revision", "state", "before", "after", "month", "at", "window_end", "digest",
)  # fmt: skip
LARGEST = 1 << 30
MALFORMED = (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError)
UNZIPPED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def canonical(value):
    """JSON with sorted keys and no spaces: what digests are taken over."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


# --- rows: what is counted and named ---


def rows(name, content):
    """Every row of a file as `[name for people, digest, kind]`: the lines of JSON lines, the entries of a list, and of an
    object each value or each entry of a value that is a list. Any other file is one row."""
    if name.endswith(".jsonl"):
        values = [("", json.loads(line)) for line in content.decode().split("\n") if line]
    elif name.endswith(".json"):
        parsed = json.loads(content)
        parts = parsed.items() if isinstance(parsed, dict) else [("", parsed)]
        values = [(part, entry) for part, value in parts for entry in (value if isinstance(value, list) else [value])]
    else:
        return [["", sha256(content), "file"]]
    return [[_name(part, value), sha256(canonical(value).encode()), _kind(part, value)] for part, value in values]


def count(listed):
    """How many rows there are of each kind."""
    return dict(sorted(Counter(kind for _, _, kind in listed).items()))


def _name(part, value):
    named = value if isinstance(value, dict) else {}
    words = [f"{key} {str(named[key])[:40]}" for key in NAMED if isinstance(named.get(key), (str, int)) and named[key]]
    return " ".join(filter(None, [part, ", ".join(words)]))[:200]


def _kind(part, value):
    named = value if isinstance(value, dict) else {}
    words = (named.get(key) for key in ("action", "decision", "state"))
    return next((word for word in words if isinstance(word, str) and word), part or "row")


# --- reading ---


def read(path, apart=None):
    """The files of a pack by name, what is wrong with how they lie there, and the archive's bytes, None of a folder.

    ``apart``: the receipt, which may lie in the folder of the pack and is not a part of it."""
    if path.is_dir():
        return (*_read_folder(path, apart), None)
    whole = path.read_bytes()
    return (*_read_archive(path), whole)


def _read_folder(folder, apart):
    files, faults = {}, []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if apart and path.resolve() == Path(apart).resolve():
            continue
        if path.is_symlink():
            faults.append(f"{name} is a link")
        elif path.is_file():
            files[name] = path.read_bytes()
        else:
            faults.append(f"{name} is not a file of the pack")
    return files, faults


def _read_archive(path):
    files, faults, folders = {}, [], []
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                folder, _, name = member.orig_filename.partition("/")
                folders.append(folder)
                if not _is_plain(folder) or not _is_plain(name) or folder != folders[0] or member.file_size > LARGEST:
                    faults.append(f"{member.orig_filename} is not a file in the one folder of the pack")
                elif name in files:
                    faults.append(f"{name} is in the archive twice")
                else:
                    files[name] = archive.read(member)
    except UNZIPPED as error:
        faults.append(f"the archive cannot be read whole: {error or type(error).__name__}")
    return files, faults


def _is_plain(name):
    return name not in ("", ".", "..") and name.isprintable() and not set(name) & set("/\\")


# --- the pack against itself ---


def contradictions(files):
    """What the files of a pack say against each other."""
    try:
        manifest = json.loads(files["manifest.json"])
        faults = [*_of_manifest(files, manifest)]
    except MALFORMED:
        return ["manifest.json is missing or is not a manifest"]
    if faults:
        return faults
    for name, check in CHECKS:
        try:
            faults += check(files, manifest)
        except MALFORMED as error:
            faults.append(f"{name} is not as Plumbline writes it: {type(error).__name__} {error}")
    return faults


def _of_manifest(files, manifest):
    for name, digest in manifest["files"].items():
        if name not in files:
            yield f"{name} is missing"
        elif sha256(files[name]) != digest:
            yield f"{name} differs from its digest in the manifest"
    for name in sorted(files.keys() - manifest["files"].keys() - {"manifest.json"}):
        yield f"{name} is not in the manifest"


def _counts(files, manifest):
    for name, expected in manifest["counts"].items():
        counted = count(rows(name, files[name]))
        if counted != expected:
            yield f"{name} has {words(counted)}; its manifest says {words(expected)}"


def _definitions(files, manifest):
    for entry in json.loads(files["snapshot.json"])["features"]:
        for side in ("trained", "served"):
            definition = entry[side]
            content = {name: definition[name] for name in DEFINITION}
            if sha256(json.dumps(content, sort_keys=True).encode()) != definition["digest"]:
                yield f"{entry['feature']}: the {side} definition does not have the address {definition['digest'][:12]}"
            if definition["source"] and not _has_address(definition["source"]):
                yield f"{entry['feature']}: the source table of the {side} definition does not have its address"


def _sources(files, manifest):
    for version in json.loads(files["source_tables.json"])["versions"]:
        if not _has_address(version):
            yield f"source table {version['source_table']}: version {version['number']} does not have its address"


def _has_address(source):
    upstream = source["upstream"] and {name: source["upstream"][name] for name in ("kind", "digest")}
    content = {name: source[name] for name in SOURCE} | {"upstream": upstream}
    return sha256(json.dumps(content, sort_keys=True).encode()) == source["digest"]


def _decisions(files, manifest):
    for decision in json.loads(files["decisions.json"])["newest"]:
        if sha256(decision["content"].encode()) != decision["digest"]:
            name = json.loads(decision["content"])["external_id"]
            yield f"decision {name} does not have the digest {decision['digest'][:12]}"


def _events(files, manifest):
    """Each event has its hash, they stand in order, and neighbours of the chain are linked; every gate decision that one
    speaks of is there."""
    known = {decision["id"] for decision in json.loads(files["gate_decisions.json"])}
    last, last_hash = 0, "0" * 64  # what the first event is linked to
    for line in files["audit_events.jsonl"].decode().splitlines():
        event = json.loads(line)
        sequence = event["sequence"]
        if sha256(json.dumps([event[name] for name in FIELDS]).encode()) != event["hash"]:
            yield f"audit event {sequence} does not have its hash"
        if sequence <= last or sequence > manifest["head"]["sequence"]:
            yield f"audit event {sequence} does not stand in the order of the log"
        elif sequence == last + 1 and event["previous_hash"] != last_hash:
            yield f"audit event {sequence} is not linked to the one before"
        if event["action"] == "gate.decided" and event["subject"] == manifest["subject"]:
            decision = json.loads(event["payload"])["gate_decision"]
            if decision not in known:
                yield f"gate decision {decision} of audit event {sequence} is missing"
        last, last_hash = sequence, event["hash"]


CHECKS = (
    ("manifest.json", _counts),
    ("snapshot.json", _definitions),
    ("source_tables.json", _sources),
    ("decisions.json", _decisions),
    ("audit_events.jsonl", _events),
)


# --- the pack against its receipt ---


def contradictions_of_receipt(receipt):
    """What a receipt says against itself; whether it is the installation's, only the installation can say."""
    body, event = receipt["receipt"], receipt["event"]
    payload = json.loads(event["payload"])
    if sha256(json.dumps([event[name] for name in FIELDS]).encode()) != event["hash"]:
        yield f"receipt: its event {event['sequence']} does not have its hash"
    if payload.get("receipt") != sha256(canonical(body).encode()) or event["subject"] != body["subject"]:
        yield f"receipt: it is not the one that event {event['sequence']} was recorded for"


def differences(files, whole, receipt):
    """Whatever of a pack is not as its receipt has it."""
    expected = receipt["receipt"]["files"]
    faults = [f"{name} was removed" for name in expected if name not in files]
    faults += [f"{name} was added" for name in sorted(files.keys() - expected.keys())]
    for name, entry in expected.items():
        if name in files and sha256(files[name]) != entry["sha256"]:
            faults += _edits(name, files[name], entry["rows"])
    if whole is not None and not faults and sha256(whole) != receipt["receipt"]["sha256"]:
        faults.append("the archive is not the one that was handed out, though every file in it is")
    return faults


def _edits(name, content, expected):
    try:
        actual = rows(name, content)
    except MALFORMED:
        return [f"{name} was edited, and cannot be read any more"]
    left = Counter(digest for _, digest, _ in actual) - Counter(digest for _, digest, _ in expected)
    gone = Counter(digest for _, digest, _ in expected) - Counter(digest for _, digest, _ in actual)
    added, removed = _rows_of(actual, left), _rows_of(expected, gone)
    edited = [row for row in removed if row in added]
    faults = [f"{name}: {row or 'its content'} was edited" for row in edited]
    faults += [f"{name}: {row or 'a row'} was removed" for row in removed if row not in edited]
    faults += [f"{name}: {row or 'a row'} was added" for row in added if row not in edited]
    if not faults and [digest for _, digest, _ in actual] != [digest for _, digest, _ in expected]:
        faults = [f"{name}: its rows stand in another order"]
    return faults or [f"{name}: its bytes were edited, but no row: spaces, the order of keys, or a key given twice"]


def _rows_of(listed, wanted):
    """The names of as many rows of each digest as are wanted."""
    left, names = Counter(wanted), []
    for name, digest, _ in listed:
        if left[digest] > 0:
            left[digest] -= 1
            names.append(name)
    return names


# --- talking ---


def words(counts):
    return ", ".join(f"{number} {kind}" for kind, number in counts.items()) or "no row"


def say(word, text):
    """One line, whatever a pack holds: nothing in it can print a line of its own."""
    print(f"{word}  " + "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text))


def load_receipt(path):
    """A receipt, with everything in it that is relied on; ValueError when it is not one."""
    try:
        receipt = json.loads(Path(path).read_text(encoding="utf-8"))
        body, event = receipt["receipt"], receipt["event"]
        shaped = [body["format"] == FORMAT, *(isinstance(body[key], str) for key in ("subject", "sha256"))]
        shaped += [isinstance(event[key], (str, int)) for key in (*FIELDS, "hash")]
        shaped += [isinstance(row[0], str) for entry in body["files"].values() for row in entry["rows"]]
        shaped += [len(row) == 3 for entry in body["files"].values() for row in entry["rows"]]
        shaped += [isinstance(entry["sha256"], str) for entry in body["files"].values()]
        json.loads(event["payload"])["receipt"]
        if all(shaped):
            return receipt
    except (OSError, *MALFORMED) as error:
        raise ValueError(f"{path} is not a receipt: {type(error).__name__} {error}") from error
    raise ValueError(f"{path} is not a receipt of the form {FORMAT}")


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pack", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    parser.add_argument("--receipt", help="the receipt, which was handed out apart from the pack")
    options = parser.parse_args(arguments)
    try:
        receipt = load_receipt(options.receipt) if options.receipt else None
        files, faults, whole = read(options.pack, options.receipt)
    except (OSError, ValueError) as error:
        say("UNREADABLE", str(error))
        return UNREADABLE
    if receipt:
        faults += [*contradictions_of_receipt(receipt), *differences(files, whole, receipt)]
    faults = faults or contradictions(files)
    for fault in faults:
        say("BROKEN", fault)
    return BROKEN if faults else report(files, receipt)


def report(files, receipt):
    """What was counted, for a pack that nothing was found against."""
    subject = json.loads(files["manifest.json"])["subject"]
    counted = {name: count(rows(name, content)) for name, content in files.items()}
    for name, counts in counted.items():
        say("COUNTED", f"{name}: {words(counts)}")
    if not receipt:
        say("CONSISTENT", f"{subject}: {len(files)} files, consistent in itself, completeness not proven (no receipt).")
        return CONSISTENT
    event = receipt["event"]
    say("VERIFIED", f"{subject}: {len(files)} files, as handed out to {event['actor']} at {event['at']}.")
    say("RECEIPT", f"It says to be event {event['sequence']}, {event['hash']}, of the audit chain.")
    say("RECEIPT", "The installation confirms it: manage.py check_receipt FILE.")
    return VERIFIED


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    sys.exit(main())
