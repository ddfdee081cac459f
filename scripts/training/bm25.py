"""BM25 over law name, headings and text, the same as src/retrieval/lexical.ts scores it."""
import collections

import numpy as np
import scipy.sparse as sp


def terms(*segmented):
    return [t for one in segmented for part in ("words", "bigrams") for t in one[part]]


def of(data):
    """The index over the articles of the data."""
    known = data.tokens["of"]
    return Lexical([terms(known[a["law"]], known[a["heading"]], s) for a, s in zip(data.articles, data.tokens["text"])])


def asked(data):
    return [terms(s) for s in data.tokens["question"]]


class Lexical:
    def __init__(self, documents, k1=1.5, b=0.75):
        place, rows, columns, counts = {}, [], [], []
        lengths = np.array([len(d) for d in documents], np.float32)
        for i, document in enumerate(documents):
            for term, count in collections.Counter(document).items():
                rows.append(i)
                columns.append(place.setdefault(term, len(place)))
                counts.append(count)
        self.place = place
        shape = (len(documents), len(place))
        counts, rows, columns = np.array(counts, np.float32), np.array(rows), np.array(columns)
        present = np.bincount(columns, minlength=shape[1])
        weight = np.log(1 + (shape[0] - present + 0.5) / (present + 0.5)).astype(np.float32)
        damped = counts * (k1 + 1) / (counts + k1 * (1 - b + b * lengths[rows] / lengths.mean()))
        self.weights = sp.csr_matrix((damped * weight[columns], (columns, rows)), shape=shape[::-1], dtype=np.float32)

    def scores(self, queries):
        rows, columns, counts = [], [], []
        for i, query in enumerate(queries):
            for term, count in collections.Counter(query).items():
                if term in self.place:
                    rows.append(i)
                    columns.append(self.place[term])
                    counts.append(count)
        matrix = sp.csr_matrix((counts, (rows, columns)), shape=(len(queries), len(self.place)), dtype=np.float32)
        return (matrix @ self.weights).toarray()
