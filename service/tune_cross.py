"""Makes the cross-encoder: `python -m service.tune_cross DATA...` over BEIR folders with answers.

Question and sentence are read together, with the sentence's context behind it. For each question a
few sentences of its article compete with "none of them", whose score is fixed at 0, so that a score
means the same from one question to the next: the sentence that answers should win, or "none" where
the question is marked impossible or its answering sentence was left out. It learns in two goes:
from BEIR folders alone, then (`--start`) with people's questions over the sentences that the
product itself finds for them (`--sets`).
"""

import argparse
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from tqdm import tqdm

from indexer.adapter import lora_tensors
from indexer.chunk import split_sentences
from indexer.embed import SentenceTransformerEmbedder, find_model, model_digest
from indexer.settings import PACKAGED_MODEL
from indexer.sparse import content_terms
from indexer.weights import weights_file
from service.candidates import most_promising
from service.cross import CrossModel, like_length, pair_tokenizer, with_context
from service.fit import Example, examples
from service.training import Asked, Collection, as_typed, load, part_of

RANK = 64
BATCH = 12  # questions
HARDEST = 4  # rivals that are always among those drawn
RIVALS = 7  # sentences for each question besides the one that answers
NEAR = 20  # sentences of a question set's documents from which the rivals are drawn
LEFT_OUT = 0.1  # share of questions whose answering sentences are taken away
HEAD_SHARE = 0.3  # of a base model's own head: its scores run from -11 to 11
SETS_SHARE = 0.75  # of the questions when there are question sets


@dataclass(frozen=True, slots=True)
class Contest:
    """A question, sentences in context that answer it, and others, the most tempting first."""

    question: str
    answer: str
    right: tuple[str, ...]
    wrong: tuple[str, ...]


def set_contests(found: Sequence[Example]) -> list[Contest]:
    """Contests as they are met when answering: the sentences that the product itself reads."""
    contests = []
    for one in found:
        shown = [with_context(c.text, c.title, c.before) for c in one.candidates]
        order = [shown[i] for i in most_promising(one.candidates)]
        right = {shown[i] for i in np.flatnonzero(one.right)}
        wrong = [text for text in order[:NEAR] if text not in right]
        if wrong:
            contests.append(Contest(one.question, "", tuple(sorted(right)), tuple(wrong)))
    return contests


def drawn(one: Contest, dice: random.Random) -> tuple[list[tuple[str, str]], int]:
    """Pairs to score for a contest, and which of "none of them" and the pairs (from 1) is right."""
    wrong = list(one.wrong[:HARDEST])
    rest = one.wrong[HARDEST:]
    wrong += dice.sample(rest, min(len(rest), RIVALS - HARDEST))
    question = as_typed(one.question, one.answer, dice)
    if not one.right or dice.random() < LEFT_OUT:
        return [(question, text) for text in wrong], 0
    return [(question, text) for text in (dice.choice(one.right), *wrong)], 1


def contests(collection: Collection, dice: random.Random) -> list[Contest]:
    """One contest for each question of the articles that are not held back."""
    found = []
    for article, paragraphs in collection.articles.items():
        if part_of(article) == "test":
            continue
        title = collection.titles[article]
        own = {
            p: [text[a:b] for a, b in split_sentences(text, 0, len(text))] for p, text in paragraphs
        }
        shown = {
            p: [with_context(s, title, ss[i - 1] if i else "") for i, s in enumerate(ss)]
            for p, ss in own.items()
        }
        everything = [
            (s, c, set(content_terms(s)))
            for p, ss in own.items()
            for s, c in zip(ss, shown[p], strict=True)
        ]
        for paragraph in own:
            for asked in collection.questions.get(paragraph, ()):
                if made := _contest(asked, own[paragraph], shown[paragraph], everything, dice):
                    found.append(made)
    return found


def _contest(
    asked: Asked,
    own: Sequence[str],
    shown: Sequence[str],
    everything: Sequence[tuple[str, str, set[str]]],
    dice: random.Random,
) -> Contest | None:
    wanted = set(content_terms(asked.text))
    right = [i for i, s in enumerate(own) if any(answer in s for answer in asked.answers)]
    if not right and not asked.impossible:
        return None
    best = max(right, key=lambda i: len(wanted & set(content_terms(own[i]))), default=None)
    beside = [i for i in range(len(own)) if i not in right]
    rivals = [shown[i] for i in dice.sample(beside, min(2 if right else 4, len(beside)))]
    near = sorted(
        dice.sample(everything, min(150, len(everything))), key=lambda one: -len(wanted & one[2])
    )
    for sentence, context, _ in near:
        if len(rivals) >= RIVALS:
            break
        if context not in rivals and not any(answer in sentence for answer in asked.answers):
            rivals.append(context)
    if best is None:
        return Contest(asked.text, "", (), tuple(rivals))
    return Contest(asked.text, own[best], (shown[best],), tuple(rivals))


def train(
    model: CrossModel,
    tokenizer: Tokenizer,
    kinds: Sequence[tuple[float, Sequence[Contest]]],
    steps: int,
    rate: float,
) -> None:
    """Trains the low-rank layers and the head in place.

    `kinds` are contests with the share of a batch that is drawn from each. The rate falls to 0.
    """
    dice = random.Random(7)  # noqa: S311 - sampling, no secret
    layers = [p for p in model.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(layers, lr=rate, weight_decay=0.01)
    pools = [_in_turn(pool, dice) for _, pool in kinds]
    shares = [share for share, _ in kinds]
    progress = tqdm(range(steps), desc="training", unit="step", disable=None)
    total = 0.0
    for step in progress:
        optimiser.param_groups[0]["lr"] = rate * min(1.0, (step + 1) / 50) * (1 - step / steps)
        batch = [drawn(next(pool), dice) for pool in dice.choices(pools, shares, k=BATCH)]
        loss = batch_loss(model, tokenizer, batch)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(layers, 1.0)
        optimiser.step()
        total += loss.item()
        if step % 50 == 49:
            progress.write(f"step {step + 1}  loss {total / 50:.3f}")
            total = 0.0


def batch_loss(
    model: CrossModel, tokenizer: Tokenizer, batch: Sequence[tuple[list[tuple[str, str]], int]]
) -> Tensor:
    """Mean cross-entropy of the contests in a batch, each with "none of them" scored 0."""
    places = [(i, j) for i, (pairs, _) in enumerate(batch) for j in range(len(pairs))]
    parts = like_length(["".join(batch[i][0][j]) for i, j in places])
    ordered = [[places[k] for k in part] for part in parts]
    scores = [model(tokenizer, [batch[i][0][j] for i, j in part]) for part in ordered]
    table = torch.full((len(batch), 1 + max(len(pairs) for pairs, _ in batch)), -1e4)
    table[:, 0] = 0.0
    rows, columns = zip(*chain.from_iterable(ordered), strict=True)
    at = (torch.tensor(rows), torch.tensor(columns) + 1)
    filled = table.index_put(at, torch.cat(scores))
    return nn.functional.cross_entropy(filled, torch.tensor([right for _, right in batch]))


def _in_turn(pool: Sequence[Contest], dice: random.Random) -> Iterator[Contest]:
    """Every contest once, in random order, and again: none is left out by chance."""
    while True:
        yield from dice.sample(pool, len(pool))


def start_head(model: CrossModel, base: Path) -> None:
    """Where a base model ranks already, its own head, without the pooler's tanh, is begun with."""
    found = load_file(weights_file(base)) if weights_file(base).suffix == ".safetensors" else {}
    if {"pooler.dense.weight", "classifier.weight"} <= set(found):
        own = found["classifier.weight"].float() @ found["pooler.dense.weight"].float()
        with torch.no_grad():
            model.head.weight.copy_(HEAD_SHARE * own)
            model.head.bias.zero_()


def go_on_from(model: CrossModel, path: Path) -> None:
    """Gives a model with low-rank layers the ones that were saved in `path`."""
    saved = load_file(path)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.requires_grad:
                parameter.copy_(saved[name.removeprefix("body.")])


def main() -> None:
    """Trains and writes the cross-encoder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, nargs="*", help="BEIR folders with answers.jsonl")
    parser.add_argument("--sets", type=Path, nargs="*", default=[], help="question sets")
    parser.add_argument("--pages", type=Path, help="the manual's pages, for sets with pages.txt")
    parser.add_argument("--scratch", type=Path, default=Path(".fit"), help="where indexes are kept")
    parser.add_argument("--base", required=True, help="folder or hub id of a base model")
    parser.add_argument("--rank", type=int, default=RANK, help="of what is learnt")
    parser.add_argument("--frozen", type=int, default=0, help="first layers that learn nothing")
    parser.add_argument("--start", type=Path, help="go on from this cross-encoder")
    parser.add_argument("--steps", type=int, default=1200, help="about 1.1 s each on two cores")
    parser.add_argument("--rate", type=float, default=6e-4)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    torch.manual_seed(7)
    base = find_model(arguments.base)
    model = CrossModel.on(base, arguments.rank, frozen=arguments.frozen)
    start_head(model, base)
    if arguments.start:
        go_on_from(model, arguments.start)
    dice = random.Random(7)  # noqa: S311 - sampling, no secret
    public = [one for folder in arguments.data for one in contests(load(folder), dice)]
    embedder = SentenceTransformerEmbedder(PACKAGED_MODEL)
    asked = [
        contest
        for folder in arguments.sets
        for contest in set_contests(
            examples(folder, arguments.scratch, embedder, arguments.pages, reranked=0)
        )
    ]
    print(f"{len(public)} questions of collections, {len(asked)} of question sets")
    kinds = [(1 - SETS_SHARE, public), (SETS_SHARE, asked)]
    kinds = [(share, pool) for share, pool in kinds if pool]
    train(model, pair_tokenizer(base), kinds, arguments.steps, arguments.rate)
    tensors = lora_tensors(model.body)
    tensors["head.weight"] = model.head.weight.detach().clone()
    tensors["head.bias"] = model.head.bias.detach().clone()
    save_file(tensors, arguments.out, metadata={"base": model_digest(base)})


if __name__ == "__main__":
    main()
