"""Fits the ranking over the first candidates: a straight line and boosted trees, as src/retrieval/rerank.ts reads them."""
import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

DEPTH = 200


def by_question(rows):
    """Rows of (question, slot, features…) → question → its rows."""
    cuts = np.nonzero(np.diff(rows[:, 0]))[0] + 1
    return {int(part[0, 0]): part for part in np.split(rows, cuts)}


def labels(data, found):
    return {i: np.isin(part[:, 1].astype(int), [x for g in data.gold[i] for x in g]).astype(int) for i, part in found.items()}


def fit(found, right, questions, seeds=1, iterations=150):
    rows = np.concatenate([found[i][:DEPTH, 2:] for i in questions]).astype(np.float32)
    target = np.concatenate([right[i][:DEPTH] for i in questions])
    scaler = StandardScaler().fit(rows)
    line = LogisticRegression(C=0.3, max_iter=400).fit(scaler.transform(rows), target)
    trees = [boosted(rows, target, seed, iterations) for seed in range(seeds)]
    return scaler, line, trees


def boosted(rows, target, seed, iterations):
    """Trees on a share of the rows, so that several seeds differ and their mean is steadier than one."""
    random = np.random.RandomState(seed)
    kept = (target == 1) | (random.rand(len(target)) < 0.6)
    weight = np.where(target == 1, 1.0, 1 / 0.6)
    model = HistGradientBoostingClassifier(max_iter=iterations, learning_rate=0.05, max_leaf_nodes=12, min_samples_leaf=60,
                                           l2_regularization=10, random_state=seed)
    return model.fit(rows[kept], target[kept], sample_weight=weight[kept])


def scores(model, part):
    scaler, line, trees = model
    rows = part[:DEPTH, 2:].astype(np.float32)
    straight = line.decision_function(scaler.transform(rows))
    grown = np.mean([t.decision_function(rows) for t in trees], 0)
    return straight, grown


def order(part, values):
    slots = part[:, 1].astype(int)
    return np.concatenate([slots[:DEPTH][np.argsort(-values, kind="stable")], slots[DEPTH:]])


def exported(model, names, fusion, confidence, made):
    scaler, line, boosters = model
    base = float(np.mean([b._baseline_prediction.ravel()[0] for b in boosters]))
    grown = []
    for booster in boosters:
        for (tree,) in booster._predictors:
            nodes = tree.nodes
            leaf = nodes["is_leaf"].astype(bool)
            grown.append({"feature": [int(-1 if stop else f) for stop, f in zip(leaf, nodes["feature_idx"])],
                          "value": [float(f"{v / len(boosters) if stop else t:.7g}") for stop, v, t in
                                    zip(leaf, nodes["value"], nodes["num_threshold"])],
                          "left": [int(x) for x in nodes["left"]], "right": [int(x) for x in nodes["right"]]})
    short = lambda some: [float(f"{x:.7g}") for x in some]
    return {"made": made, "features": names, "fusion": fusion, "base": base, "trees": grown,
            "line": {"mean": short(scaler.mean_), "scale": short(scaler.scale_), "weights": short(line.coef_[0]),
                     "bias": float(line.intercept_[0])},
            "confidence": confidence}
