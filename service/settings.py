"""How the service answers. Read once in `__main__` from `RAG_SERVICE_*`, passed down as values."""

from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from indexer.settings import SERVICE_PREFIX


class ServiceSettings(BaseSettings):
    """What an operator may turn; the defaults are what the figures in the README were made with."""

    model_config = SettingsConfigDict(env_prefix=SERVICE_PREFIX, extra="forbid")

    threshold: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="least confidence at which an answer is given; unset takes the reader's own",
    )
    passages: int = Field(default=20, ge=1, le=100, description="passages read for an answer")
    reranked: int = Field(
        default=24, ge=0, le=200, description="sentences that the cross-encoder reads for an answer"
    )
    reader: str = Field(
        default="auto",
        description="base of the larger reader, a folder or hub id; small reads without it, and "
        "auto takes it where it was fetched",
    )
    cross_encoder: str = Field(
        default="", description="another cross-encoder on top, from a hub or a folder"
    )
    max_body_kb: int = Field(default=512, ge=1, description="larger request bodies are refused")
    llm: str = Field(
        default="", description="language model that writes answers, as provider:model"
    )
    llm_url: str = Field(
        default="", description="address of an OpenAI-compatible server, such as …/v1"
    )
    llm_seconds: float = Field(default=30, gt=0, description="longest wait for its next word")
    unsupported: Literal["drop", "mark"] = Field(
        default="drop", description="what becomes of its sentences that no passage supports"
    )
    originals: bool = Field(
        default=True, description="whether the files that were indexed are handed out"
    )
    mcp_hosts: str = Field(
        default="",
        description="names besides localhost by which clients call /mcp, with commas between",
    )
