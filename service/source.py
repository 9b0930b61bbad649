"""Which engine answers: the one over the published generation, swapped without dropping a request.

Knows no HTTP. A request takes the engine once and keeps it to its end, so that no answer mixes two
generations; what no request refers to any more is closed.
"""

import threading
import time
from functools import lru_cache
from pathlib import Path

import structlog
from langchain_core.language_models import BaseChatModel

from indexer.embed import SentenceTransformerEmbedder
from indexer.errors import RagError
from indexer.generation import current, open_current
from service.pipeline import Engine
from service.settings import ServiceSettings

PATIENCE_S = 1.0  # that the request which finds a new generation waits for it: most open sooner
RETRY_S = 10.0  # between two tries to open what could not be opened


class EngineSource:
    """The engine over whatever generation is published in a folder.

    The first generation is opened while its caller waits. A later one is opened aside while the
    one before goes on answering, for good when the new one cannot be opened: `problem` then says
    why.
    """

    def __init__(
        self, index: Path, settings: ServiceSettings, chat_model: BaseChatModel | None = None
    ) -> None:
        self.problem: RagError | None = None
        self.index = index
        self._settings = settings
        self._chat_model = chat_model
        self._engine: Engine | None = None
        self._opening = threading.Lock()  # held by who opens a generation
        self._starting = threading.Lock()  # held for a moment by who starts a thread to open one
        self._opener: threading.Thread | None = None
        self._tried: tuple[str, float] = ("", 0.0)

    def engine(self) -> Engine:
        """The engine to answer one request with.

        Raises IndexMissing, IndexBroken or ModelError when there has never been one.
        """
        engine = self._engine
        if engine is None:
            return self.refresh()
        try:
            published = current(self.index).name
        except RagError as error:
            self._note("", error)
            return engine
        if published == engine.generation.folder.name:
            self.problem = None
            return engine
        del engine  # it may be closed while this waits
        if opener := self._open_aside(published):
            opener.join(PATIENCE_S)
        assert self._engine
        return self._engine

    def warm(self) -> Engine | None:
        """Opens the first generation before any request; logs why when that cannot be done."""
        try:
            return self.engine()
        except RagError as error:
            structlog.get_logger().error("not ready", error=error.message, hint=error.hint)
            return None

    def refresh(self) -> Engine:
        """Opens the published generation, unless that is served already, and serves it from now on.

        Raises IndexMissing, IndexBroken or ModelError when it cannot be had.
        """
        with self._opening:
            folder = current(self.index)
            engine = self._engine
            if engine is None or folder.name != engine.generation.folder.name:
                engine = self._open()
                if self._engine:
                    name = engine.generation.folder.name
                    structlog.get_logger().info("index swapped", generation=name)
                self._engine = engine
            self.problem = None
            return engine

    def _open(self) -> Engine:
        generation = open_current(self.index)
        embedder = _embedder(generation.manifest.model.name)
        return Engine(generation, embedder, self._settings, self._chat_model)

    def _open_aside(self, name: str) -> threading.Thread | None:
        """Starts a thread that opens a generation; None when one is at it, or failed just now."""
        with self._starting:
            before, when = self._tried
            if self._opener and self._opener.is_alive():
                return None
            if before == name and time.monotonic() - when < RETRY_S:
                return None
            self._tried = (name, time.monotonic())
            self._opener = threading.Thread(target=self._swap, args=(name,), daemon=True)
            self._opener.start()
            return self._opener

    def _swap(self, name: str) -> None:
        try:
            self.refresh()
        except RagError as error:
            self._note(name, error)
        except Exception as error:  # whatever it is, the generation before goes on answering
            structlog.get_logger().error("index not swapped", generation=name, exc_info=error)
            self.problem = RagError(
                f"{name} cannot be opened: {error!r}.", "See the service's log."
            )

    def _note(self, name: str, error: RagError) -> None:
        """Logs, once, why what is published is not served."""
        known, self.problem = self.problem, error
        if known is None or known.message != error.message:
            structlog.get_logger().error(
                "index not swapped", generation=name, error=error.message, hint=error.hint
            )


@lru_cache(maxsize=1)
def _embedder(name: str) -> SentenceTransformerEmbedder:
    """The model of this process: several sources over one model share it."""
    return SentenceTransformerEmbedder(name)
