"""Recall, MRR and nDCG over groups of articles: any member of a group counts for the group."""
import collections
import math

import numpy as np


def best(scores, k):
    part = np.argpartition(-scores, k - 1, axis=1)[:, :k]
    order = np.argsort(-np.take_along_axis(scores, part, 1), axis=1, kind="stable")
    return np.take_along_axis(part, order, 1)


def each(ranked, groups):
    """The measures of one question."""
    at = {}
    for place, found in enumerate(ranked):
        at.setdefault(int(found), place)
    ranks = [min(at.get(x, 10**9) for x in group) for group in groups]
    gain = sum(1 / math.log2(r + 2) for r in ranks if r < 10)
    values = {f"recall{k}": sum(r < k for r in ranks) / len(ranks) for k in (5, 10, 100)}
    return values | {"mrr10": 1 / (min(ranks) + 1) if min(ranks) < 10 else 0.0, "ndcg10": gain / most_gain(groups), "first": float(min(ranks) == 0)}


def most_gain(groups):
    """What a ranking gains that puts first the article of the most groups, then that of the most that are left."""
    gain, left = 0, list(groups)
    for place in range(10):
        if not left:
            break
        counts = collections.Counter(x for group in left for x in set(group))
        found, count = counts.most_common(1)[0]
        gain += count / math.log2(place + 2)
        left = [group for group in left if found not in group]
    return gain


def mean(rankings, gold):
    rows = [each(ranked, groups) for ranked, groups in zip(rankings, gold)]
    return {name: round(float(np.mean([r[name] for r in rows])), 4) for name in rows[0]}


def show(values):
    return " ".join(f"{name} {value:.3f}" for name, value in values.items())


def interval(rankings, gold, rounds=2000):
    """95 in 100 samples of as many questions give a mean within these bounds."""
    rows = [each(ranked, groups) for ranked, groups in zip(rankings, gold)]
    random = np.random.RandomState(0)
    picks = random.randint(0, len(rows), (rounds, len(rows)))
    bounds = {}
    for name in ("recall10", "recall100", "mrr10"):
        values = np.array([r[name] for r in rows])
        bounds[name] = [round(float(x), 3) for x in np.percentile(values[picks].mean(1), [2.5, 97.5])]
    return bounds
