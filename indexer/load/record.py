"""What passes between the build and the process that reads files, as bytes, and exactly.

JSON rather than pickle: what comes from a process that read a hostile file is data, never code.
"""

import json
from dataclasses import asdict, dataclass, fields
from typing import NamedTuple

from indexer.types import Block, Document, Skipped

MAX_BYTES = 100 * 2**20
DONE = b""
"""The message after the last answer to a job."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost; what needs more is reported, not read."""

    max_bytes: int = MAX_BYTES
    seconds: float = 60
    memory_mb: int = 2048


@dataclass(frozen=True, slots=True)
class Job:
    """One thing to read: a file, or what lies at the positions `members` in archives in it.

    With `listing` what lies there is itself an archive, and its members are wanted. Members are
    unpacked into `scratch`, which whoever sends the job empties.
    """

    path: str
    source: str
    members: tuple[int, ...] = ()
    listing: bool = False
    max_bytes: int = MAX_BYTES
    scratch: str = ""


class Member(NamedTuple):
    """A file in an archive that may be read, by its position there."""

    position: int
    name: str
    size: int


Answer = Document | Skipped | Member


def encode(answer: Answer) -> bytes:
    """One line of bytes. Metadata that JSON does not know become text, as in the store."""
    if isinstance(answer, Skipped):
        return _bytes({"skipped": [answer.source, answer.reason]})
    if isinstance(answer, Member):
        return _bytes({"member": answer})
    document = {field.name: getattr(answer, field.name) for field in fields(Document)}
    document["blocks"] = [[block.start, block.end, block.kind] for block in answer.blocks]
    document["metadata"] = dict(answer.metadata)
    document["provenance"] = dict(answer.provenance)
    return _bytes({"document": document})


def decode(data: bytes) -> Answer:
    """The answer that was encoded as `data`."""
    ((kind, found),) = json.loads(data.decode("utf-8", "surrogatepass")).items()
    if kind == "skipped":
        return Skipped(*found)
    if kind == "member":
        return Member(*found)
    found["blocks"] = tuple(Block(*block) for block in found["blocks"])
    for name in ("pages", "warnings"):
        found[name] = tuple(found[name])
    return Document(**found)


def encode_job(job: Job) -> bytes:
    """A job as bytes; paths may hold bytes that are no text."""
    return _bytes(asdict(job))


def decode_job(data: bytes) -> Job:
    """The job that was encoded as `data`."""
    found = json.loads(data.decode("utf-8", "surrogatepass"))
    return Job(**{**found, "members": tuple(found["members"])})


def _bytes(value: object) -> bytes:
    # not \u escapes: two lone surrogates side by side would come back as one character
    return json.dumps(value, ensure_ascii=False, default=str).encode("utf-8", "surrogatepass")
