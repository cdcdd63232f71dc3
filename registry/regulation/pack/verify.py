"""Verify this pack: `python3 verify.py` in its folder. It needs Python and nothing else.

Every file must have its digest in manifest.json, every feature definition the digest that is its address, every
reported decision its digest, and every audit event the hash of its own content. Exit code 0 if all of it holds, else 1
with each fault.
"""

import hashlib
import json
import sys
from pathlib import Path

FIELDS = ("sequence", "at", "actor", "action", "subject", "payload", "previous_hash")


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def files(folder, manifest):
    for name, digest in manifest["files"].items():
        path = folder / name
        if not path.is_file():
            yield f"{name} is missing"
        elif sha256(path.read_bytes()) != digest:
            yield f"{name} differs from its digest in the manifest"
    known = {*manifest["files"], "manifest.json"}
    for path in sorted(folder.iterdir()):
        if path.name not in known:
            yield f"{path.name} is not in the manifest"


def definitions(folder):
    for entry in json.loads((folder / "snapshot.json").read_text())["features"]:
        for side in ("trained", "served"):
            definition = entry[side]
            content = {
                name: definition[name] for name in ("computation_logic", "null_handling", "data_type", "source_table")
            }
            if sha256(json.dumps(content, sort_keys=True).encode()) != definition["digest"]:
                yield f"{entry['feature']}: the {side} definition does not have the address {definition['digest'][:12]}"


def decisions(folder):
    for decision in json.loads((folder / "decisions.json").read_text())["newest"]:
        if sha256(decision["content"].encode()) != decision["digest"]:
            name = json.loads(decision["content"])["external_id"]
            yield f"decision {name} does not have the digest {decision['digest'][:12]}"


def events(folder):
    for line in (folder / "audit_events.jsonl").read_text().splitlines():
        event = json.loads(line)
        if sha256(json.dumps([event[name] for name in FIELDS]).encode()) != event["hash"]:
            yield f"audit event {event['sequence']} does not have its hash"


def main(folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    faults = list(files(folder, manifest))
    if not faults:
        faults = [*definitions(folder), *decisions(folder), *events(folder)]
    for fault in faults:
        print(f"BROKEN  {fault}")
    if faults:
        return 1
    print(f"VERIFIED  {manifest['subject']}: {len(manifest['files'])} files, {manifest['events']} audit events")
    print(f"The log ended in event {manifest['head']['sequence']}, {manifest['head']['hash']}, when this was written.")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(__file__).resolve().parent))
