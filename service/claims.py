"""How well the support check tells true claims from false: `make eval CLAIMS=file`.

Each line has an `excerpt` with its `title`, a one-sentence `claim` about it, whether it is
`supported`, and the `kind` of change that was made to the excerpt's words.
"""

import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from tqdm import tqdm

from indexer.types import Filters
from service.evaluate import Figures, read_jsonl
from service.pipeline import Engine
from service.types import Question


def evaluate_claims(claims: Path, scratch: Path, opened: Callable[[Path, Path], Engine]) -> Figures:
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
    passed: defaultdict[str, list[bool]] = defaultdict(list)
    for row in tqdm(rows, desc="checking", unit="claim", disable=None):
        only = Filters(document_id=(ids[row["excerpt"]],))
        _, found = engine.candidates(Question(row["claim"], filters=only))
        held = bool(engine.verifier.evidence(row["claim"], found, range(len(found.read))))
        supported = "supported" if row["supported"] else "unsupported"
        passed[f"{supported}_kept"].append(held)
        passed[f"{supported}_{row['kind']}"].append(held)
    return {name: round(sum(held) / len(held), 3) for name, held in sorted(passed.items())}
