"""A cross-encoder as hubs serve them, made of the one in the repository: for tests of any such."""

from pathlib import Path

import torch
from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

from indexer.embed import find_model
from indexer.settings import PACKAGED_MODEL
from service.whole import CROSS, load

SMALL = 1e-3  # of so little tanh is nearly itself, so that the pooler changes nothing


def save_cross_encoder(folder: Path) -> Path:
    """Writes config, weights and tokenizer of a sequence classifier with one label."""
    base = find_model(PACKAGED_MODEL)
    whole = load(CROSS, torch.float32)
    config = BertConfig(**whole.body.config.to_dict())
    config.num_labels = 1
    model = BertForSequenceClassification(config)
    model.bert.load_state_dict(whole.body.state_dict(), strict=False)  # it has no pooler
    assert model.bert.pooler
    with torch.no_grad():
        model.bert.pooler.dense.weight.copy_(SMALL * torch.eye(config.hidden_size))
        model.bert.pooler.dense.bias.zero_()
        model.classifier.weight.copy_(whole.head.weight / SMALL)
        model.classifier.bias.copy_(whole.head.bias)
    model.save_pretrained(folder)
    AutoTokenizer.from_pretrained(str(base)).save_pretrained(folder)
    return folder
