"""What readers thought of answers, kept beside the index in `feedback.sqlite`.

It outlives generations, is never part of what is searched, and can be read while it is written.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from service.errors import FeedbackLost

NAME = "feedback.sqlite"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS feedback (
    at TEXT NOT NULL, question TEXT NOT NULL, answer TEXT NOT NULL, status TEXT NOT NULL,
    generation TEXT NOT NULL, useful INTEGER NOT NULL, reason TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Feedback:
    """One reader's word on one answer; `generation` is the index's that the answer came from."""

    question: str
    answer: str
    status: str
    generation: str
    useful: bool
    reason: str = ""


def keep(index: Path, given: Feedback) -> None:
    """Adds one. Raises FeedbackLost when it cannot be written."""
    row = {"at": datetime.now(UTC).isoformat(timespec="seconds")} | asdict(given)
    try:
        with closing(sqlite3.connect(index / NAME, timeout=10)) as db, db:
            db.executescript(_SCHEMA)
            marks = ", ".join(f":{name}" for name in row)
            db.execute(f"INSERT INTO feedback ({', '.join(row)}) VALUES ({marks})", row)
    except sqlite3.Error as error:
        raise FeedbackLost(
            f"What you said could not be kept: {error}.",
            f"Is there room on the disk, and may the service write to {index}?",
        ) from error


def kept(index: Path) -> Iterator[dict[str, object]]:
    """All there is, oldest first."""
    if not (index / NAME).is_file():
        return
    with closing(sqlite3.connect(index / NAME)) as db:
        db.row_factory = sqlite3.Row
        for row in db.execute("SELECT * FROM feedback ORDER BY rowid"):
            yield dict(row) | {"useful": bool(row["useful"])}
