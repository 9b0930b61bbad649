"""`make bench`: what building and asking cost, each beside the bare work that it cannot avoid.

Times on a shared machine mean little alone, so each figure is a ratio measured side by side: a
whole build against embedding the same texts with nothing around it; a whole answer against
embedding the question and a flat vector search, which is what a plain vector-store demo does; with
a language model, the first words that a reader sees against an answer of quotes and the model's own
first word in the same request.
"""

import json
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from langchain_core.callbacks import AsyncCallbackHandler
from langchain_core.language_models import BaseChatModel

from indexer.build import build_index, up_to_date
from indexer.embed import Embedder
from indexer.generation import Generation, current
from indexer.load.pool import Pool
from indexer.load.record import Limits
from indexer.load.registry import corpus_files, load_corpus
from indexer.settings import IndexSettings
from service.evaluate import read_jsonl
from service.pipeline import Engine
from service.settings import ServiceSettings
from service.types import Answer, Event, Question, Token, Unchecked

EMBED_AT_ONCE = 256
FIRST_WORDS = 10  # questions that a language model answers


def bench(
    corpus: Path,
    questions: Path,
    embedder: Embedder,
    settings: ServiceSettings,
    model: BaseChatModel | None = None,
) -> dict[str, float]:
    """Figures by name; times in seconds or milliseconds as the names say."""
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder)
        embedder.embed_passages(["warm up"])
        whole = _seconds(lambda: build_index(corpus, index, IndexSettings(), embedder))
        again = _seconds(lambda: build_index(corpus, index, IndexSettings(), embedder))
        unchanged = _seconds(lambda: up_to_date(corpus, index, IndexSettings(), embedder))
        parsing = _seconds(lambda: _parse(corpus, index))
        generation = Generation(current(index))
        texts = [
            f"{prefix}\n{text}".lstrip() for prefix, text in generation.store.embedding_texts()
        ]
        texts += [*generation.store.sentence_texts(), *generation.store.window_texts()]
        texts += generation.store.words()
        alone = _seconds(lambda: _embed(texts, embedder))
        passages = texts[: generation.manifest.passages]
        passages_alone = _seconds(lambda: _embed(passages, embedder))
        asked = [str(row["question"]) for row in read_jsonl(questions)]
        return {
            "documents": generation.manifest.documents,
            "texts": len(texts),
            "build_s": round(whole, 2),
            "embedding_alone_s": round(alone, 2),
            "build_to_embedding": round(whole / alone, 3),
            "rebuild_to_build": round(again / whole, 3),
            "unchanged_to_build": round(unchanged / whole, 4),
            "texts_per_s": round(len(texts) / whole, 1),
            "documents_parsed_per_s": round(generation.manifest.documents / parsing, 1),
            "passages_embedded_per_s": round(len(passages) / passages_alone, 1),
            **_asking(Engine(generation, embedder, settings), embedder, asked),
            **(_writing(generation, embedder, settings, model, asked) if model else {}),
        }


def _asking(engine: Engine, embedder: Embedder, questions: Sequence[str]) -> dict[str, float]:
    engine.ask(Question(questions[0]))
    whole, plain = [], []
    for text in questions:  # one after the other, so that both meet the same machine
        whole.append(1000 * _seconds(partial(engine.ask, Question(text))))
        plain.append(1000 * _seconds(partial(_plain, engine, embedder, text)))
    cuts = statistics.quantiles(whole, n=20)
    return {
        "questions": len(questions),
        "answer_p50_ms": round(statistics.median(whole), 1),
        "answer_p95_ms": round(cuts[18], 1),
        "plain_vector_search_p50_ms": round(statistics.median(plain), 1),
        "answer_to_plain": round(statistics.median(whole) / statistics.median(plain), 2),
    }


def _plain(engine: Engine, embedder: Embedder, text: str) -> None:
    engine.generation.dense.search(embedder.embed_query(text), 10)


class _FirstWord(AsyncCallbackHandler):
    """When a model was asked last, and when the first word of its reply came."""

    asked = came = 0.0

    async def on_chat_model_start(self, *_: object, **__: object) -> None:
        """The request goes out."""
        self.asked, self.came = time.perf_counter(), 0.0

    async def on_llm_new_token(self, token: object, **_: object) -> None:
        """A piece comes; the first may be empty."""
        if token and not self.came:
            self.came = time.perf_counter()


def _writing(
    generation: Generation,
    embedder: Embedder,
    settings: ServiceSettings,
    model: BaseChatModel,
    questions: Sequence[str],
) -> dict[str, float]:
    """How long readers wait for the first words, not checked yet, and for the first checked ones.

    Of the first FIRST_WORDS questions that the model is asked. What is checked is a whole sentence;
    after the model failed, a quote.
    """
    word = _FirstWord()
    engine = Engine(generation, embedder, settings, model.model_copy(update={"callbacks": [word]}))
    quotes, own, shown, checked = [], [], [], []
    for text in questions:
        quoting = 1000 * _seconds(partial(engine.ask, Question(text, mode="extractive")))
        started = time.perf_counter()
        came: dict[type[Event], float] = {}
        for event in engine.stream(Question(text)):
            came.setdefault(type(event), 1000 * (time.perf_counter() - started))
            if isinstance(event, Token | Answer):
                break
        if Unchecked in came and Token in came:
            shown.append(came[Unchecked])
            checked.append(came[Token])
            own.append(1000 * (word.came - word.asked))
            quotes.append(quoting)
        if len(shown) == FIRST_WORDS:
            break
    both = [q + o for q, o in zip(quotes, own, strict=True)]
    if not shown:
        return {"first_words": 0}
    return {
        "first_words": len(shown),
        "first_words_p50_ms": round(statistics.median(shown), 1),
        "quotes_p50_ms": round(statistics.median(quotes), 1),
        "model_first_word_p50_ms": round(statistics.median(own), 1),
        "first_words_to_both": _ratio(shown, both),
        "first_checked_words_to_both": _ratio(checked, both),
    }


def _ratio(one: Sequence[float], other: Sequence[float]) -> float:
    return round(statistics.median(a / b for a, b in zip(one, other, strict=True)), 2)


def _parse(corpus: Path, index: Path) -> None:
    """Reads every file in the build's own way, and does nothing with what was found."""
    settings = IndexSettings()
    max_bytes = settings.max_file_mb * 2**20
    files = corpus_files(corpus, leave_out=index)
    limits = Limits(max_bytes, settings.file_seconds, settings.file_memory_mb)
    with Pool(limits, settings.workers) as pool:
        for _ in load_corpus(corpus, files, max_bytes, pool.read):
            pass


def _embed(texts: Sequence[str], embedder: Embedder) -> None:
    for at in range(0, len(texts), EMBED_AT_ONCE):
        embedder.embed_passages(texts[at : at + EMBED_AT_ONCE])


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def show(figures: dict[str, float]) -> None:
    """Prints figures as a table, then as one JSON object."""
    for name, value in figures.items():
        print(f"{name:>26}  {value:g}")
    print(json.dumps(figures))
