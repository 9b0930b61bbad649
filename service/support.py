"""Does a text say something for each word of the question, in whatever words?

A question's word is supported by a text as far as the most similar word of it goes, by the cosine
of the two words' own embeddings: "distrust" by "trust", "money" by "funding". The least supported
telling word is the best sign that the documents are on the topic but do not say.
"""

import numpy as np

from indexer.embed import Embedder, Vectors
from indexer.generation import Generation
from indexer.sparse import content_terms, surface_words

NONE, FULL = 0.3, 0.9  # cosines at which two words support each other not at all, and fully

MOST_WORDS = 64  # of a question; a longer one is a document pasted in


class Support:
    """The support that the words of one index give to one question's words."""

    def __init__(self, question: str, generation: Generation, embedder: Embedder) -> None:
        wanted = [word for word in surface_words(question) if content_terms(word)][:MOST_WORDS]
        self._wanted = wanted
        self._number_of = generation.word_numbers
        self.weights = np.array([_telling(word, generation) for word in wanted])
        asked: Vectors = embedder.embed_passages(wanted)
        cosines = asked @ generation.word_vectors.astype(np.float32).T
        self._table = np.clip((cosines - NONE) / (FULL - NONE), 0.0, 1.0)
        for row, word in enumerate(wanted):
            if any(character.isdigit() for character in word):
                self._table[row] = 0.0  # 2017 looks like 2018 to the model, and is not
            if word in self._number_of:
                self._table[row, self._number_of[word]] = 1.0

    def of(self, text: str) -> Vectors:
        """How far each of the question's words is supported by `text`: shape (words,), 0..1."""
        known = [self._number_of[w] for w in surface_words(text) if w in self._number_of]
        if not known:
            return np.zeros(len(self.weights), np.float32)
        best: Vectors = self._table[:, known].max(axis=1)
        return best

    def anywhere(self) -> dict[str, float]:
        """Each of the question's words → how far any word of the index supports it, 0..1."""
        return dict(zip(self._wanted, self._table.max(axis=1, initial=0.0).tolist(), strict=True))

    def mean(self, support: Vectors) -> float:
        """The words' support weighted by how telling each is; 1.0 for a question without words."""
        total = self.weights.sum()
        return float(support @ self.weights / total) if total > 0 else 1.0

    def weakest(self, support: Vectors) -> float:
        """How telling the word is that lacks most: 0 when all are supported."""
        return float(((1.0 - support) * self.weights).max(initial=0.0))


def _telling(word: str, generation: Generation) -> float:
    return max(generation.idf(term) for term in content_terms(word))


def together(*supports: Vectors) -> Vectors:
    """The support that several texts give between them."""
    best: Vectors = np.maximum.reduce(supports)
    return best
