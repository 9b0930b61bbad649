"""A Reader whose best sentences another cross-encoder, from a hub or a folder, puts in order."""

from collections.abc import Sequence
from functools import cache

import numpy as np
import torch
from sentence_transformers import CrossEncoder

from indexer.errors import ModelError
from service.read import Candidate, Corpus, Floats, Reader, Reading

READ = 12  # of the first reader's best sentences that the other model puts in order


class HubReader:
    """What one reader takes for the best, in the order of a larger model that was made to rank.

    How likely the answer is right stays what the first reader says: that is what it is calibrated
    for. The model's scores are taken for log-odds.
    """

    def __init__(self, first: Reader, name: str) -> None:
        """`name` is a hub id or a folder. Raises ModelError when it cannot be loaded."""
        self.threshold = first.threshold
        self._first = first
        self._model = _cross_encoder(name)

    def read(self, question: str, candidates: Sequence[Candidate], corpus: Corpus) -> Reading:
        """See Reader."""
        reading = self._first.read(question, candidates, corpus)
        best = reading.order[:READ]
        if not best:
            return reading
        pairs = [(question, _in_context(candidates[i])) for i in best]
        given: Floats = np.asarray(
            self._model.predict(pairs, activation_fn=torch.nn.Identity(), show_progress_bar=False),
            dtype=np.float64,
        ).reshape(-1)
        # what is read beside a sentence changes the last digits: equals are to stay in order
        return reading.reread(given.round(4), reading.probability)


def _in_context(candidate: Candidate) -> str:
    return " ".join(part for part in (candidate.title, candidate.before, candidate.text) if part)


@cache
def _cross_encoder(name: str) -> CrossEncoder:
    try:
        model: CrossEncoder = CrossEncoder(name, num_labels=1, device="cpu")
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise ModelError(
            f"The cross-encoder {name!r} cannot be loaded: {error}",
            "Name a model folder or hub id in RAG_SERVICE_CROSS_ENCODER, or leave it empty.",
        ) from error
    return model
