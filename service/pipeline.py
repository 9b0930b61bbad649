"""stream(), and ask(): the one path that HTTP, the command line and the evaluation all take."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Literal

from langchain_core.language_models import BaseChatModel

from indexer.embed import Embedder
from indexer.errors import ModelError
from indexer.generation import Generation, Model
from indexer.types import Filters, Hit
from service.answer import Answerer, ExtractiveAnswerer
from service.attribution import Attribution, Way
from service.candidates import CandidateFinder, Candidates
from service.clock import Clock
from service.draft import Draft
from service.errors import ModelFailed, NoChatModel
from service.follow_up import Understood, understand
from service.hub_reader import HubReader
from service.interpret import Meaning, interpreter_for
from service.language_model import Gone
from service.large import LargeReader, large_base, large_encoder
from service.read import Corpus, FeatureReader, Reader, Reading
from service.rerank import stages
from service.rewrite import SHARE, rewritten
from service.search import Searcher
from service.settings import ServiceSettings
from service.silence import Explainer, Search
from service.small_talk import is_small_talk, reply
from service.types import (
    Answer,
    Event,
    IndexInfo,
    Interpreted,
    Question,
    ReasonCode,
    Status,
    Unchecked,
)
from service.verify import Verifier
from service.whole import cross_encoder
from service.write import ChatModelAnswerer

TITLES = 2  # named in a reply to small talk
Seen = Callable[[Candidates, Reading], None]
"""Is told of every sentence that was read and of their order: an answer shows but the first."""
BEST = 3  # of these an answer rests on one at least, whoever wrote it
SURE = 0.5  # below an even chance that it holds what was asked, an answer is only "partial"


class Engine:
    """Answers from one open generation. Safe to share between threads."""

    def __init__(
        self,
        generation: Generation,
        embedder: Embedder,
        settings: ServiceSettings,
        chat_model: BaseChatModel | None = None,
    ) -> None:
        """Raises ModelError when `embedder` is not the model that the index was built with."""
        _same_model(generation.manifest.model, embedder)
        _same_model(generation.manifest.reading_model, embedder.reading())
        self.generation = generation
        self.corpus = Corpus(generation.idf, generation.manifest.passages)
        self._interpreter = interpreter_for(generation)
        self._finder = CandidateFinder(generation, embedder, self._interpreter, settings.reranked)
        self._reader: Reader = FeatureReader()
        larger = large_base(settings.reader)
        self.reads: Literal["small", "large"] = "large" if larger else "small"
        encoder = large_encoder(larger, embedder.dtype) if larger else None
        if encoder:
            self._reader = LargeReader(self._reader, encoder)
        if settings.cross_encoder:
            self._reader = HubReader(self._reader, settings.cross_encoder)
        readers = stages(cross_encoder(embedder.dtype), encoder)
        self._searcher = Searcher(generation, embedder, self._interpreter, readers)
        self._explainer = Explainer(generation, embedder, self._interpreter)
        self._attribution = Attribution(generation.store.overview(), self._interpreter)
        self._settings = settings
        limit = settings.threshold
        self._threshold = self._reader.threshold if limit is None else limit
        self._extractive = ExtractiveAnswerer()
        self.verifier = Verifier(generation, embedder, self._interpreter)
        self._chat_model = chat_model

    def search(
        self, query: str, k: int, filters: Filters, rerank: bool = True
    ) -> tuple[str, list[Hit]]:
        """The query as interpreted and the best `k` passages for it.

        The readers put the best of them in order if `rerank`.
        """
        return self._searcher.search(query, k, filters, rerank)

    def ask(self, question: Question, seen: Seen | None = None) -> Answer:
        """Answers from the documents, or says that they do not say, or what can be asked.

        Raises NoChatModel when a language model is asked for and there is none.
        """
        *_, answer = self.stream(question, seen=seen)
        assert isinstance(answer, Answer)
        return answer

    def stream(
        self, question: Question, gone: Gone | None = None, seen: Seen | None = None
    ) -> Iterator[Event]:
        """The same, as it comes: see Event. NoChatModel is raised at once, not while it is read.

        A language model is read no further once `gone` is done.
        """
        return self._events(question, self._model_for(question), gone, seen)

    def _events(
        self,
        question: Question,
        model: BaseChatModel | None,
        gone: Gone | None,
        seen: Seen | None,
    ) -> Iterator[Event]:
        clock = Clock()
        if is_small_talk(question.text):
            yield Interpreted(question.text)
            yield self._reply(question, clock)
            return
        understood = understand(question.text, question.history)
        if model and understood.leans:
            with clock.stage("rewrite"):
                understood = self._rewritten(question, understood, model, gone)
        for way in self._attribution.ways(understood.text, question.filters):
            meaning = way.meaning
            yield Interpreted(meaning.shown)
            found = self._find(way, understood.said, clock)
            with clock.stage("read"):
                reading = self._reader.read(meaning.spelt, found.read, self.corpus)
            if reading.probability >= self._threshold:
                break
        interpreted = meaning.shown
        if seen:
            seen(found, reading)
        draft = Draft(self.generation.store, found, reading, way.filters)
        if reading.probability >= self._threshold:
            answerer = self._answerer(model, gone)
            with clock.stage("write"):
                yield from self._written(
                    answerer, draft, interpreted, found, reading, question.top_k
                )
        reason = None
        if not draft.sentences:
            with clock.stage("explain"):
                reason = self._silence(question.filters, meaning, understood.said, found, reading)
        elif reading.probability < SURE or self._explainer.names_nowhere(meaning.spelt):
            reason = self._explainer.why_uncertain(meaning.spelt)
        yield self._answer(question, interpreted, found, reading, draft, reason, clock)

    def _silence(
        self,
        filters: Filters,
        meaning: Meaning,
        said: str,
        found: Candidates,
        reading: Reading,
    ) -> tuple[ReasonCode, str]:
        """Why there is no answer; with filters, another search says whether it is for them."""

        def unfiltered() -> Search:
            other = self._find(Way(meaning, Filters()), said, Clock())
            read = self._reader.read(meaning.spelt, other.read, self.corpus)
            return Search(other, read.probability >= self._threshold)

        seen = Search(found, reading.probability >= self._threshold)
        return self._explainer.why(meaning.spelt, filters, seen, unfiltered)

    def _written(
        self,
        answerer: Answerer,
        draft: Draft,
        interpreted: str,
        found: Candidates,
        reading: Reading,
        most: int,
    ) -> Iterator[Event]:
        """What an answerer writes; quotes where it fails, or writes beside the point."""
        try:
            for batch in answerer.write(interpreted, found, reading, most):
                if isinstance(batch, Unchecked):
                    yield batch
                    continue
                draft.by_model = answerer is not self._extractive
                yield from draft.add(batch)
            if draft.sentences and not any(draft.has(one) for one in reading.order[:BEST]):
                # true, but beside the point: a check of support cannot tell
                yield from self._quoted(draft, interpreted, found, reading, most)
        except ModelFailed as failed:
            draft.note = failed.message
            yield from self._quoted(draft, interpreted, found, reading, most)

    def _quoted(
        self, draft: Draft, interpreted: str, found: Candidates, reading: Reading, most: int
    ) -> Iterator[Event]:
        """What the documents say themselves, behind what a language model wrote before it failed.

        What it wrote was checked and has been given out, so it stays.
        """
        for batch in self._extractive.write(interpreted, found, reading, most):
            fresh = [written for written in batch if not draft.has(written.evidence[0])]
            yield from draft.add(fresh[: most - len(draft.citations)])

    def candidates(self, question: Question) -> tuple[str, Candidates]:
        """The question as it is read, acronyms spelt out, and the sentences that may answer it."""
        understood = understand(question.text, question.history)
        meaning = self._interpreter.interpret(understood.text)
        way = Way(meaning, question.filters)
        return meaning.spelt, self._find(way, understood.said, Clock())

    def _find(self, way: Way, said: str, clock: Clock) -> Candidates:
        """The sentences that may answer a question that follows what was `said`."""
        with clock.stage("embed"):
            vectors = self._searcher.vectors(way.meaning)
        with clock.stage("retrieve"):
            wanted = self._settings.passages
            searched = way.meaning.searched
            hits = self._searcher.to_read(searched, vectors, wanted, way.filters, said)
        with clock.stage("read"):
            return self._finder.find(way.meaning.spelt, vectors.sentence, hits, way.speaker)

    def _model_for(self, question: Question) -> BaseChatModel | None:
        """The language model that is to write; None for quotes alone."""
        if question.mode == "llm" and self._chat_model is None:
            raise NoChatModel(
                "mode 'llm' needs a language model and none is configured.",
                "Ask with mode 'auto' or 'extractive'.",
            )
        return None if question.mode == "extractive" else self._chat_model

    def _rewritten(
        self, question: Question, by_rules: Understood, model: BaseChatModel, gone: Gone | None
    ) -> Understood:
        """A follow-up as the model puts it, or by rules where that may not be trusted."""
        seconds = SHARE * self._settings.llm_seconds
        text = rewritten(model, question.text, question.history, seconds, gone)
        return replace(by_rules, text=text) if text else by_rules

    def _answerer(self, model: BaseChatModel | None, gone: Gone | None) -> Answerer:
        if model is None:
            return self._extractive
        mark = self._settings.unsupported == "mark"
        return ChatModelAnswerer(model, self.verifier, self._settings.llm_seconds, mark, gone)

    def _reply(self, question: Question, clock: Clock) -> Answer:
        """What small talk gets: nothing is searched for."""
        documents, first = self.generation.store.list_documents(Filters(), TITLES, 0)
        titles = [document.shown_title for document, _ in first]
        found, reading = Candidates([], []), self._reader.read("", [], self.corpus)
        draft = Draft(self.generation.store, found, reading, question.filters)
        reason: tuple[ReasonCode, str] = "small_talk", reply(question.text, documents, titles)
        return self._answer(question, question.text, found, reading, draft, reason, clock)

    def _answer(
        self,
        question: Question,
        interpreted: str,
        found: Candidates,
        reading: Reading,
        draft: Draft,
        reason: tuple[ReasonCode, str] | None,
        clock: Clock,
    ) -> Answer:
        manifest = self.generation.manifest
        status: Status = "not_found"
        if draft.sentences:
            status = "partial" if reason else "answered"
        return Answer(
            question=question.text,
            interpreted_question=interpreted,
            status=status,
            answer=draft.text,
            sentences=draft.sentences,
            citations=draft.citations,
            confidence=round(reading.probability, 4),
            reason=reason[1] if reason else None,
            nearest=draft.nearest(),
            index=IndexInfo(manifest.generation, manifest.documents, manifest.passages),
            timings_ms=clock.done(),
            mode="llm" if draft.by_model else "extractive",
            note=draft.note,
            reason_code=reason[0] if reason else None,
            disagreements=draft.disagreements(),
        )


def _same_model(built_with: Model, here: Embedder) -> None:
    """Raises ModelError unless the model here is the one that an index was built with."""
    if here.digest != built_with.digest:
        raise ModelError(
            f"The index was built with {built_with.name} ({built_with.digest[:12]}…); the "
            f"model here is {here.name} ({here.digest[:12]}…).",
            "Install that model again, or rebuild with this one: make index",
        )
