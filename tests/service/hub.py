"""A cross-encoder as hubs serve them, made of the one in the repository: for tests of any such."""

from pathlib import Path

import torch
from safetensors.torch import load_file
from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

from indexer.adapter import merge
from indexer.embed import find_model
from indexer.settings import PACKAGED_MODEL
from service.cross import CROSS

SMALL = 1e-3  # of so little tanh is nearly itself, so that the pooler changes nothing


def save_cross_encoder(folder: Path) -> Path:
    """Writes config, weights and tokenizer of a sequence classifier with one label."""
    base = find_model(PACKAGED_MODEL)
    config = BertConfig.from_pretrained(str(base), num_labels=1)
    model = BertForSequenceClassification(config)
    body = BertForSequenceClassification.from_pretrained(str(base), config=config)
    model.bert.load_state_dict(body.bert.state_dict())
    merge(model.bert, CROSS)
    saved = load_file(CROSS)
    assert model.bert.pooler
    with torch.no_grad():
        model.bert.pooler.dense.weight.copy_(SMALL * torch.eye(config.hidden_size))
        model.bert.pooler.dense.bias.zero_()
        model.classifier.weight.copy_(saved["head.weight"] / SMALL)
        model.classifier.bias.copy_(saved["head.bias"])
    model.save_pretrained(folder)
    AutoTokenizer.from_pretrained(str(base)).save_pretrained(folder)
    return folder
