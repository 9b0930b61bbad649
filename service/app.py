"""The FastAPI application: routes, error handlers and middleware around one engine."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import structlog
from fastapi import FastAPI
from langchain_core.language_models import BaseChatModel

from indexer.errors import RagError
from service import problems
from service.observe import Metrics, ObserveMiddleware, configure_logging
from service.routes import v1, watch
from service.routes_corpus import corpus
from service.settings import ServiceSettings
from service.source import EngineSource


def create_app(
    index_dir: Path,
    settings: ServiceSettings | None = None,
    chat_model: BaseChatModel | None = None,
) -> FastAPI:
    """An app that answers from the index in `index_dir`, published now or later.

    While there is no sound index, /readyz and /v1 answer 503 with the reason.
    """
    settings = settings or ServiceSettings()
    configure_logging()
    source = EngineSource(index_dir, settings, chat_model)
    app = FastAPI(
        title="Chapter & Verse",
        description="Answers quoted from your documents, sentence by sentence.",
        version="0.1.0",
        lifespan=_lifespan,
    )
    app.state.source = source
    app.state.metrics = Metrics()
    problems.install(app)
    app.include_router(v1)
    app.include_router(corpus)
    app.include_router(watch)
    app.add_middleware(problems.BodyLimit, limit=settings.max_body_kb * 1024)
    app.add_middleware(ObserveMiddleware, metrics=app.state.metrics)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Loads the model and index before the first request, so that it is not the slow one."""
    try:
        app.state.metrics.serves(app.state.source.engine().generation.manifest.passages)
    except RagError as error:
        structlog.get_logger().error("not ready", error=error.message, hint=error.hint)
    yield
