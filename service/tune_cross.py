"""Makes the cross-encoder: `python -m service.tune_cross DATA...` over BEIR folders with answers.

Question and sentence are read together, with the sentence's context behind it. For each question a
few sentences of its article compete with "none of them", whose score is fixed at 0, so that a score
means the same from one question to the next: the sentence that answers should win, or "none" where
the question is marked impossible or its answering sentence was left out.
"""

import argparse
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer
from torch import nn

from indexer.adapter import lora_tensors
from indexer.chunk import split_sentences
from indexer.embed import find_model, model_digest
from indexer.settings import PACKAGED_MODEL
from indexer.sparse import content_terms
from service.cross import CROSS, CrossModel, pair_tokenizer, with_context
from service.training import Asked, Collection, as_typed, load, part_of

RANK = 32
BATCH = 16  # questions
RIVALS = 5  # sentences for each question besides the one that answers
LEFT_OUT = 0.2  # share of questions whose answering sentence is taken away
LEARNING_RATE = 6e-4


@dataclass(frozen=True, slots=True)
class Contest:
    """A question and sentences in context; `right` is the position that answers, or None."""

    question: str
    answer: str
    sentences: tuple[str, ...]
    right: int | None


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
        if len(rivals) >= RIVALS + (best is None):
            break
        if context not in rivals and not any(answer in sentence for answer in asked.answers):
            rivals.append(context)
    if best is None or dice.random() < LEFT_OUT:
        return Contest(asked.text, "", tuple(rivals), None)
    return Contest(asked.text, own[best], (shown[best], *rivals), 0)


def train(model: CrossModel, tokenizer: Tokenizer, found: list[Contest], minutes: float) -> None:
    """Trains the low-rank layers and the head in place until the time is up."""
    dice = random.Random(7)  # noqa: S311 - sampling, no secret
    layers = [p for p in model.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(layers, lr=LEARNING_RATE, weight_decay=0.01)
    started, total, step = time.monotonic(), 0.0, 0
    while (spent := (time.monotonic() - started) / (60 * minutes)) < 1:
        optimiser.param_groups[0]["lr"] = LEARNING_RATE * min(1.0, (step + 1) / 50) * (1 - spent)
        batch = dice.sample(found, BATCH)
        questions = [as_typed(one.question, one.answer, dice) for one in batch]
        pairs = [(q, s) for q, one in zip(questions, batch, strict=True) for s in one.sentences]
        scores = list(model(tokenizer, pairs).split([len(one.sentences) for one in batch]))
        table = nn.utils.rnn.pad_sequence(scores, batch_first=True, padding_value=-1e4)
        table = torch.cat([torch.zeros(len(batch), 1), table], dim=1)
        target = torch.tensor([0 if one.right is None else 1 + one.right for one in batch])
        loss = nn.functional.cross_entropy(table, target)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(layers, 1.0)
        optimiser.step()
        total, step = total + loss.item(), step + 1
        if step % 50 == 0:
            print(f"{60 * minutes * spent:5.0f} s  step {step}  loss {total / 50:.3f}", flush=True)
            total = 0.0


def main() -> None:
    """Trains and writes the cross-encoder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, nargs="+")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--out", type=Path, default=CROSS)
    arguments = parser.parse_args()
    torch.manual_seed(7)
    base = find_model(PACKAGED_MODEL)
    model = CrossModel(base, RANK)
    dice = random.Random(7)  # noqa: S311 - sampling, no secret
    found = [one for folder in arguments.data for one in contests(load(folder), dice)]
    print(f"{len(found)} questions")
    train(model, pair_tokenizer(base), found, arguments.minutes)
    tensors = lora_tensors(model.body)
    tensors["head.weight"] = model.head.weight.detach().clone()
    tensors["head.bias"] = model.head.bias.detach().clone()
    save_file(tensors, arguments.out, metadata={"base": model_digest(base)})


if __name__ == "__main__":
    main()
