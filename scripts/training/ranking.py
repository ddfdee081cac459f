"""Fits the ranking over the first candidates: boosted trees, as src/retrieval/rerank.ts reads them."""
import json

import numpy as np
import xgboost

DEPTH = 200
# The first trees sort all candidates; the others look only at those that then lead.
HEAD, CLOSELY = 60, 80
ROUNDS = 240
SHAPE = {"objective": "binary:logistic", "eta": 0.06, "max_depth": 5, "min_child_weight": 5, "reg_lambda": 10, "subsample": 0.8,
         "colsample_bytree": 0.5, "tree_method": "hist", "nthread": 2, "seed": 1}


def by_question(rows):
    """Rows of (question, slot, features…) → question → its rows."""
    cuts = np.nonzero(np.diff(rows[:, 0]))[0] + 1
    return {int(part[0, 0]): part for part in np.split(rows, cuts)}


def labels(data, found):
    return {i: np.isin(part[:, 1].astype(int), [x for g in data.gold[i] for x in g]).astype(int) for i, part in found.items()}


def fit(found, right, questions, names, rounds=ROUNDS, shape=None):
    rows = np.concatenate([found[i][:DEPTH, 2:] for i in questions])
    target = np.concatenate([right[i][:DEPTH] for i in questions])
    rows, target = np.concatenate([rows, forgetful(rows, names)]), np.concatenate([target, target])
    return xgboost.train({**SHAPE, **(shape or {})}, xgboost.DMatrix(rows, label=target), num_boost_round=rounds)


def forgetful(rows, names, share=0.5):
    """The same candidates where nobody had asked for some of them before, right ones and wrong ones alike."""
    at = {name: i for i, name in enumerate(names)}
    rows = rows.copy()
    forgotten = np.random.RandomState(1).rand(len(rows)) < share
    for name in ("askedNearest", "askedShare", "toldNearest", "toldShare", "articleCount"):
        rows[forgotten, at[name]] = 0
    return rows


def scores(model, part):
    """Log-odds; candidates that the first trees put behind are left there."""
    rows = xgboost.DMatrix(part[:DEPTH, 2:])
    first = model.predict(rows, output_margin=True, iteration_range=(0, HEAD))
    whole = model.predict(rows, output_margin=True)
    leading = np.argsort(-first, kind="stable")[:CLOSELY]
    values = first - 1000
    values[leading] = whole[leading]
    return values


def order(part, values):
    slots = part[:, 1].astype(int)
    return np.concatenate([slots[:DEPTH][np.argsort(-values, kind="stable")], slots[DEPTH:]])


def exported(model, names, fusion, confidence, made):
    settings = json.loads(model.save_config())
    chance = float(settings["learner"]["learner_model_param"]["base_score"])
    trees = []
    for tree in model.get_dump(dump_format="json"):
        nodes = {}
        gather(json.loads(tree), nodes)
        some = [nodes[i] for i in range(len(nodes))]
        trees.append({"feature": [n[0] for n in some], "value": [n[1] for n in some], "left": [n[2] for n in some], "right": [n[3] for n in some]})
    return {"made": made, "features": names, "fusion": fusion, "base": float(np.log(chance / (1 - chance))), "head": HEAD,
            "closely": CLOSELY, "trees": trees, "confidence": confidence}


def gather(node, nodes):
    """Node number → (feature, or -1 at a leaf; threshold or say; left; right). Values below the threshold go left."""
    if "leaf" in node:
        nodes[node["nodeid"]] = (-1, float(f"{node['leaf']:.6g}"), 0, 0)
        return
    nodes[node["nodeid"]] = (int(node["split"][1:]), float(np.float32(node["split_condition"])), node["yes"], node["no"])
    for child in node["children"]:
        gather(child, nodes)
