"""Checks that nothing in an exported race log was changed: python3 verify.py LOG

Needs nothing but Python 3. Each line carries the SHA-256 of its own canonical
JSON (RFC 8785) without `hash`, and in `prev` the hash of the line before. All
keys of a log are ASCII and all its numbers are integers, so that `json.dumps`
with sorted keys writes the canonical form. `tasuki verify LOG` does the same.
"""

import hashlib
import json
import sys


def canonical(record):
    text = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


number, prev = 0, "0" * 64
with open(sys.argv[1], "rb") as log:
    for number, line in enumerate(log, start=1):
        try:
            record = json.loads(line.decode())
            written_so = canonical(record) + b"\n" == line
            claimed = record.pop("hash")
            linked = (record["seq"], record["prev"]) == (number, prev)
            prev = hashlib.sha256(canonical(record)).hexdigest()
            right = written_so and linked and claimed == prev
        except (ValueError, KeyError, AttributeError, TypeError):
            right = False
        if not right:
            sys.exit(f"line {number} is wrong")
if number == 0:
    sys.exit("the file is empty")
print(f"{number} facts, all right, head {prev}")
