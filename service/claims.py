"""How well the support check tells true claims from false: `make eval CLAIMS=file`.

Each line has an `excerpt` with its `title`, a one-sentence `claim` about it, whether it is
`supported`, and the `kind` of change that was made to the excerpt's words.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from indexer.types import Filters
from service.evaluate import read_jsonl
from service.metrics import Figures
from service.outcome import Sample
from service.pipeline import Engine
from service.types import Question


@dataclass(frozen=True, slots=True)
class Checked:
    """Whether a claim passed, and what it is: "supported" or "unsupported", and of which kind."""

    supported: str
    kind: str
    held: bool


def evaluate_claims(
    claims: Path, scratch: Path, opened: Callable[[Path, Path], Engine]
) -> Sample[Checked]:
    """Share of the supported and of the unsupported claims that pass the check, and of each kind.

    `opened` gives an engine over a corpus, with its index in a folder; both are made in `scratch`.
    """
    rows = list(read_jsonl(claims, ("_id", "excerpt", "claim")))
    excerpts = {row["excerpt"]: row.get("title", "") for row in rows}
    ids = {excerpt: f"e{n}" for n, excerpt in enumerate(excerpts)}
    corpus = scratch / "claims" / "corpus.jsonl"
    corpus.parent.mkdir(parents=True, exist_ok=True)
    lines = [{"_id": ids[text], "title": title, "text": text} for text, title in excerpts.items()]
    corpus.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    engine = opened(corpus, scratch / "claims" / "index")
    strata: defaultdict[tuple[str, str], list[Checked]] = defaultdict(list)
    for row in tqdm(rows, desc="checking", unit="claim", disable=None):
        only = Filters(document_id=(ids[row["excerpt"]],))
        _, found = engine.candidates(Question(row["claim"], filters=only))
        held = bool(engine.verifier.evidence(row["claim"], found, range(len(found.read))))
        supported = "supported" if row["supported"] else "unsupported"
        strata[supported, row["kind"]].append(Checked(supported, row["kind"], held))
    return Sample({}, list(strata.values()), _figures)


def _figures(rows: Sequence[Checked]) -> Figures:
    passed: defaultdict[str, list[bool]] = defaultdict(list)
    for row in rows:
        passed[f"{row.supported}_kept"].append(row.held)
        passed[f"{row.supported}_{row.kind}"].append(row.held)
    return {name: round(sum(held) / len(held), 3) for name, held in sorted(passed.items())}
