"""The retriever as LangChain's BaseRetriever, so that existing chains can use the index."""

from pathlib import Path

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from indexer.types import Filters
from service.pipeline import Engine
from service.settings import ServiceSettings
from service.source import EngineSource


class PassageRetriever(BaseRetriever):
    """Passages of an index as LangChain documents, best first.

    `page_content` is the passage, verbatim. The metadata has `source`, `page` and `start_index` as
    LangChain's own loaders and splitters name them, and `end_index`, `document_id`, `passage_id`,
    `title`, `heading`, `author`, `publisher`, `published`, `url` and `score`.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    engine: Engine
    k: int = 5
    filters: Filters = Filters()
    rerank: bool = True
    """Whether the readers put the best passages in order."""

    @classmethod
    def open(cls, index: Path, k: int = 5, filters: Filters | None = None) -> "PassageRetriever":
        """A retriever over the index published in a folder.

        Raises IndexMissing, IndexBroken or ModelError when it cannot be opened.
        """
        engine = EngineSource(index, ServiceSettings()).engine()
        return cls(engine=engine, k=k, filters=filters or Filters())

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        _, hits = self.engine.search(query, self.k, self.filters, self.rerank)
        headers = self.engine.generation.store.headers([h.passage.document_id for h in hits])
        found = []
        for hit in hits:
            passage, document = hit.passage, headers[hit.passage.document_id]
            metadata = {
                "source": document.source,
                "page": passage.page,
                "start_index": passage.start,
                "end_index": passage.end,
                "document_id": document.id,
                "passage_id": passage.id,
                "title": document.shown_title,
                "heading": passage.heading,
                "score": hit.score,
            }
            for key in ("author", "publisher", "published", "url"):
                metadata[key] = document.field(key)
            found.append(Document(page_content=passage.text, metadata=metadata))
        return found
