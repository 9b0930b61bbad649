"""Makes the reading adapter: `python -m service.tune DATA...` over BEIR folders with answers.jsonl.

The packaged model is taught which sentence of a passage answers a question: contrastive learning
with in-batch negatives (Henderson et al. 2017, "Efficient natural language response suggestion"),
a low-rank change of its linear layers (Hu et al. 2021, LoRA), so that what is shipped is 1 MB.
Passages are not embedded with it: there the untouched model is better.
"""

import argparse
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from tqdm import tqdm
from transformers import BertModel

from indexer.adapter import ADAPTER, add_lora, lora_tensors
from indexer.chunk import split_sentences
from indexer.embed import find_model, model_digest
from indexer.settings import PACKAGED_MODEL
from indexer.sparse import content_terms
from service.training import Asked, Collection, as_typed, load, part_of

RANK = 16
BATCH = 32
NEGATIVES = 2  # for each question, besides those of the batch's other questions
LEARNING_RATE = 6e-4
SCALE = 20.0  # of the cosines, as sentence-transformers' losses have it
MAX_TOKENS = 80


@dataclass(frozen=True, slots=True)
class Triple:
    """A question, the text that answers it, and texts of the same article that do not."""

    question: str
    answer: str
    others: tuple[str, ...]


def triples(collection: Collection, dice: random.Random) -> list[Triple]:
    """One triple for each answerable question of the articles that are not held back."""
    found = []
    for article, paragraphs in collection.articles.items():
        if part_of(article) != "train":
            continue
        title = collection.titles[article]
        sentences = {p: _sentences(text) for p, text in paragraphs}
        everything = [(s, set(content_terms(s))) for one in sentences.values() for s in one]
        for paragraph, own in sentences.items():
            for asked in collection.questions.get(paragraph, ()):
                if triple := _triple(asked, title, own, everything, dice):
                    found.append(triple)
    return found


def _sentences(text: str) -> list[str]:
    return [text[a:b] for a, b in split_sentences(text, 0, len(text)) if b - a > 20]


def _triple(
    asked: Asked,
    title: str,
    own: Sequence[str],
    everything: Sequence[tuple[str, set[str]]],
    dice: random.Random,
) -> Triple | None:
    """Negatives are half of the same paragraph, half those that share most words elsewhere."""
    wanted = set(content_terms(asked.text))
    right = [i for i, s in enumerate(own) if any(answer in s for answer in asked.answers)]
    if not right:
        return None
    best = max(right, key=lambda i: len(wanted & set(content_terms(own[i]))))
    wrong = [i for i in range(len(own)) if i not in right]
    sample = dice.sample(everything, min(200, len(everything)))
    near = sorted(sample, key=lambda one: -len(wanted & one[1]))
    far = [s for s, _ in near if not any(answer in s for answer in asked.answers)]
    others = [own[i] for i in dice.sample(wrong, min(1, len(wrong)))]
    others += far[: NEGATIVES - len(others)]
    if len(others) < NEGATIVES:
        return None
    before = own[best - 1] if best else ""
    if dice.random() < 0.5:  # half of them with their context, as both are embedded at build time
        return Triple(asked.text, own[best], tuple(others))
    return Triple(
        asked.text, f"{title}. {before} {own[best]}", tuple(f"{title}. {other}" for other in others)
    )


def encode(model: BertModel, tokenizer: Tokenizer, texts: Sequence[str]) -> Tensor:
    """Unit vectors (len(texts), dim): mean over the tokens, as the packaged model pools."""
    found = tokenizer.encode_batch(list(texts))
    ids = torch.tensor([one.ids for one in found])
    mask = torch.tensor([one.attention_mask for one in found])
    hidden = model(input_ids=ids, attention_mask=mask).last_hidden_state
    weights = mask.unsqueeze(-1).float()
    pooled = (hidden.float() * weights).sum(1) / weights.sum(1)
    return nn.functional.normalize(pooled, dim=1)


def train(model: BertModel, tokenizer: Tokenizer, found: list[Triple]) -> None:
    """Trains the low-rank layers of `model` in place: each question once."""
    dice = random.Random(7)  # noqa: S311 - sampling, no secret
    dice.shuffle(found)
    layers = [p for p in model.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(layers, lr=LEARNING_RATE, weight_decay=0.01)
    steps = len(found) // BATCH
    progress = tqdm(range(steps), desc="training", unit="step", disable=None)
    total = 0.0
    for step in progress:
        rate = LEARNING_RATE * min(1.0, (step + 1) / 20) * (1 - step / steps)
        optimiser.param_groups[0]["lr"] = rate
        batch = found[step * BATCH : (step + 1) * BATCH]
        questions = encode(
            model, tokenizer, [as_typed(one.question, one.answer, dice) for one in batch]
        )
        texts = [one.answer for one in batch] + [o for one in batch for o in one.others]
        scores = SCALE * questions @ encode(model, tokenizer, texts).T
        loss = nn.functional.cross_entropy(scores, torch.arange(len(batch)))
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        total += loss.item()
        if step % 20 == 19:
            progress.write(f"step {step + 1}  loss {total / 20:.3f}")
            total = 0.0


def main() -> None:
    """Trains and writes the adapter."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, default=ADAPTER)
    arguments = parser.parse_args()
    torch.manual_seed(7)
    base = find_model(PACKAGED_MODEL)
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.enable_padding()
    # bfloat16 and eager attention: ten times as fast here as autocast with fused attention
    model = BertModel.from_pretrained(
        str(base),
        add_pooling_layer=False,
        dtype=torch.bfloat16,
        attn_implementation="eager",
        attention_probs_dropout_prob=0.0,
        hidden_dropout_prob=0.0,
    )
    add_lora(model, RANK)
    dice = random.Random(7)  # noqa: S311 - sampling, no secret
    found = [triple for folder in arguments.data for triple in triples(load(folder), dice)]
    print(f"{len(found)} questions")
    train(model, tokenizer, found)
    save_file(lora_tensors(model), arguments.out, metadata={"base": model_digest(base)})


if __name__ == "__main__":
    main()
