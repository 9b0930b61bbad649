"""The FastAPI application: routes, error handlers and middleware around one engine."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from langchain_core.language_models import BaseChatModel

from indexer.settings import read_settings
from service import VERSION, mcp_server, problems
from service.language_model import open_chat_model
from service.observe import Metrics, ObserveMiddleware, configure_logging
from service.openai_api import openai_api
from service.routes import v1, watch
from service.routes_corpus import corpus
from service.routes_feedback import v1_feedback
from service.routes_original import v1_original
from service.routes_stream import v1_stream
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
    settings = settings or read_settings(ServiceSettings)
    configure_logging()
    source = EngineSource(index_dir, settings, chat_model or open_chat_model(settings))
    app = FastAPI(
        title="Chapter & Verse",
        description="Answers quoted from your documents, sentence by sentence.",
        version=VERSION,
        lifespan=_lifespan,
    )
    app.state.source = source
    app.state.metrics = Metrics()
    app.state.originals = settings.originals
    app.state.reader = ""  # path of a page that shows a document at a quote, where one is mounted
    problems.install(app)
    app.include_router(v1_original)  # before the documents, whose ids may hold slashes
    app.include_router(v1)
    app.include_router(v1_stream)
    app.include_router(v1_feedback)
    app.include_router(openai_api)
    app.include_router(corpus)
    app.include_router(watch)
    mcp_server.install(app, settings)
    app.add_middleware(problems.BodyLimit, limit=settings.max_body_kb * 1024)
    app.add_middleware(ObserveMiddleware, metrics=app.state.metrics)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Loads the model and index before the first request, so that it is not the slow one."""
    if engine := app.state.source.warm():
        app.state.metrics.serves(engine.generation.manifest.passages)
    del engine  # this function waits for the end, and would keep the first index open
    async with app.state.mcp.run():
        yield
