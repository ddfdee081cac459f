"""Trains a table of token vectors: a text's vector is the normalised sum of its tokens' rows."""
import collections

import numba
import numpy as np
import scipy.sparse as sp

VOCABULARY = 50000
DIMENSIONS = 256
SEEDS = 2
STEPS = 1200

# How many pairs of each kind stand in one batch.
MIXTURE = {"question": 40, "lecoqa": 12, "machine": 16, "advice": 12, "guide": 8, "basis": 12, "lay": 200, "self": 32}


def bags(texts, width):
    ends = np.cumsum([0] + [len(t) for t in texts])
    ids = np.concatenate(texts) if ends[-1] else np.zeros(0, np.int32)
    return sp.csr_matrix((np.ones(ends[-1], np.float32), ids, ends), shape=(len(texts), width))


def normal(rows):
    return rows / np.maximum(1e-8, np.linalg.norm(rows, axis=1, keepdims=True))


def thin(ids, share, random, most=220):
    kept = ids[random.rand(len(ids)) > share] if len(ids) > 3 else ids
    return random.choice(kept, most, replace=False) if len(kept) > most else kept


def train(data, hold=(), seed=1, dimensions=256, steps=STEPS, rate=6e-3, temperature=0.1, negatives=None, hard=2,
          mixture=None, hidden=(), own_stays=False, log=None):
    """
    Trains on everything but the questions in `hold` and the articles in `hidden` (never an answer in training, but to
    questions of our own, for single articles and in guides, where `own_stays`).
    `negatives` gives, for each question, articles that BM25 takes for right.
    """
    random = np.random.RandomState(seed)
    hold, hidden = set(hold), set(hidden)
    held_texts = {data.questions[i]["text"] for i in hold}
    mixture = mixture or MIXTURE
    usable = {}
    for kind, pairs in data.pairs.items():
        kept = [p for p in pairs if p[2] not in hold and p[2] not in held_texts]
        if hidden and kind not in ("advice", "guide", *(["lay", "basis"] if own_stays else [])):
            kept = [p for p in kept if not hidden & set(p[1])]
        if kept and mixture.get(kind):
            usable[kind] = kept
    right = [{x for group in groups for x in group} for groups in data.gold]
    width = len(data.vocabulary)
    table = (random.standard_normal((width, dimensions)) / dimensions ** 0.5).astype(np.float32)
    optimiser = Adam(table)
    for step in range(1, steps + 1):
        asked, found, places, allowed, extra, extra_places = [], [], [], [], [], []
        for kind, pairs in usable.items():
            for j in random.randint(0, len(pairs), mixture[kind]):
                wording, target, owner = pairs[j]
                if not len(wording):
                    continue
                asked.append(thin(wording, 0.25, random))
                if kind in ("advice", "guide"):
                    found.append(thin(target, 0.2, random))
                    places.append(-1 - len(places))
                    allowed.append(set())
                    continue
                place = target[random.randint(len(target))]
                found.append(thin(data.documents[place], 0.15, random))
                places.append(place)
                allowed.append(right[owner] if isinstance(owner, int) else set(target))
                if kind == "question" and negatives is not None:
                    for one in random.choice(negatives[owner], hard, replace=False):
                        if one not in right[owner]:
                            extra.append(thin(data.documents[one], 0.15, random))
                            extra_places.append(one)
        for i in random.randint(0, len(data.articles), mixture.get("self", 0)):
            body = data.bodies[i]
            if len(body) < 12:
                continue
            if random.rand() < 0.5:
                asked.append(thin(np.concatenate([data.heads[i], random.choice(body, max(3, len(body) // 6), replace=False)]), 0.2, random))
                found.append(thin(body, 0.2, random))
            else:
                half = len(body) // 2
                asked.append(body[:half][:40])
                found.append(thin(np.concatenate([data.heads[i], body[half:]]), 0.1, random))
            places.append(i)
            allowed.append({i})
        asked = [a if len(a) else np.array([0], np.int32) for a in asked]
        found = [a if len(a) else np.array([0], np.int32) for a in found]
        columns = collections.defaultdict(list)
        for column, place in enumerate(places + extra_places):
            columns[place].append(column)
        hide = np.zeros((len(asked), len(found) + len(extra)), bool)
        for row, good in enumerate(allowed):
            for place in good | {places[row]}:
                hide[row, columns.get(place, [])] = True
            hide[row, row] = False
        loss, rows, slope = contrast(table, asked, found + extra, hide, temperature)
        optimiser.step(rows, slope, rate * min(1, step / 50) * (1 - 0.9 * step / steps))
        if log and step % 250 == 0:
            log(step, loss, table)
    return table


def contrast(table, asked, found, hide, temperature):
    """InfoNCE: each wording should point where its own text does, rather than where the others do. Loss and slope."""
    texts = asked + found
    rows, local = np.unique(np.concatenate(texts), return_inverse=True)
    ends = np.cumsum([0] + [len(t) for t in texts])
    bag = sp.csr_matrix((np.ones(ends[-1], np.float32), local.astype(np.int32), ends), shape=(len(texts), len(rows)))
    sums = bag @ table[rows]
    lengths = np.maximum(1e-8, np.linalg.norm(sums, axis=1, keepdims=True))
    units = sums / lengths
    n = len(asked)
    likeness = units[:n] @ units[n:].T / temperature
    likeness[hide] = -1e4
    likeness -= likeness.max(1, keepdims=True)
    share = np.exp(likeness)
    share /= share.sum(1, keepdims=True)
    right = np.arange(n)
    loss = -np.log(np.maximum(share[right, right], 1e-12)).mean()
    share[right, right] -= 1
    share /= n * temperature
    pull = np.vstack([share @ units[n:], share.T @ units[:n]])
    pull = (pull - units * (units * pull).sum(1, keepdims=True)) / lengths
    return loss, rows, bag.T.tocsr() @ pull.astype(np.float32)


class Adam:
    """Adam over the rows that a batch touches."""

    def __init__(self, table, keep=0.9, keep_square=0.999):
        self.table, self.keep, self.keep_square = table, keep, keep_square
        self.mean, self.square, self.steps = np.zeros_like(table), np.zeros_like(table), 0

    def step(self, rows, slope, rate):
        self.steps += 1
        rate *= (1 - self.keep_square ** self.steps) ** 0.5 / (1 - self.keep ** self.steps)
        move(self.table, self.mean, self.square, rows, slope, *map(np.float32, (rate, self.keep, self.keep_square)))


@numba.njit(fastmath=True)
def move(table, mean, square, rows, slope, rate, keep, keep_square):
    for r in range(len(rows)):
        i = rows[r]
        for j in range(table.shape[1]):
            g = slope[r, j]
            mean[i, j] += (g - mean[i, j]) * (1 - keep)
            square[i, j] += (g * g - square[i, j]) * (1 - keep_square)
            table[i, j] -= rate * mean[i, j] / (np.sqrt(square[i, j]) + np.float32(1e-8))


def ensemble(data, seeds=SEEDS, dimensions=DIMENSIONS, **options):
    """
    Trains one table a seed and folds them into one of the given width.

    Tables side by side score as the mean of what each would; principal axes then bring the width down.
    """
    tables = [train(data, seed=seed, dimensions=dimensions, **options) for seed in range(1, seeds + 1)]
    return fold(data, tables, dimensions)


def fold(data, tables, dimensions):
    """
    One table of them all, its axes in falling order of what they tell apart among articles and questions.

    So the first half of a vector is nearly the whole of it, and the index searches by that half.
    """
    matrix = bags(data.documents, len(data.vocabulary))
    # Each table speaks as loudly as the next: its documents get mean length 1.
    wide = np.hstack([t / np.linalg.norm(matrix @ t, axis=1).mean() for t in tables])
    spread = 0
    for texts, share in ((matrix, 1), (bags(data.asked + [p[0] for p in data.pairs["lay"]], len(data.vocabulary)), 2)):
        vectors = normal(texts @ wide)
        spread = spread + share * (vectors.T @ vectors) / len(vectors)
    _, axes = np.linalg.eigh(spread)
    return np.ascontiguousarray(wide @ axes[:, ::-1][:, :dimensions]).astype(np.float32)
