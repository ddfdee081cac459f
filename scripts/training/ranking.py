"""Fits the ranking over the first candidates: boosted trees, as src/retrieval/rerank.ts reads them."""
import json

import numpy as np
import xgboost

DEPTH = 200
# The first trees sort all candidates; the others look only at those that then lead.
HEAD, CLOSELY = 40, 100
ROUNDS = 120
SHAPE = {"eta": 0.1, "max_depth": 5, "reg_lambda": 10, "subsample": 0.8, "colsample_bytree": 0.5, "tree_method": "hist", "nthread": 2,
         "seed": 1}
# One half learns which articles are right, the other in which order they should stand; together they beat either.
HALVES = ({"objective": "binary:logistic", "min_child_weight": 5}, {"objective": "rank:ndcg", "min_child_weight": 1})
SHARE_OF_ORDER = 1.5


def by_question(rows):
    """Rows of (question, slot, features…) → question → its rows."""
    cuts = np.nonzero(np.diff(rows[:, 0]))[0] + 1
    return {int(part[0, 0]): part for part in np.split(rows, cuts)}


def labels(data, found):
    return {i: np.isin(part[:, 1].astype(int), [x for g in data.gold[i] for x in g]).astype(int) for i, part in found.items()}


def fit(found, right, questions, names):
    rows = np.concatenate([found[i][:DEPTH, 2:] for i in questions])
    target = np.concatenate([right[i][:DEPTH] for i in questions])
    sizes = [len(found[i][:DEPTH]) for i in questions]
    table = xgboost.DMatrix(np.concatenate([rows, forgetful(rows, names)]), label=np.concatenate([target, target]))
    halves = []
    for half in HALVES:
        if half["objective"].startswith("rank"):
            table.set_group(sizes + sizes)
        halves.append(xgboost.train({**SHAPE, **half}, table, num_boost_round=ROUNDS))
    return halves


def forgetful(rows, names, share=0.5):
    """The same candidates where nobody had asked for some of them before, right ones and wrong ones alike."""
    at = {name: i for i, name in enumerate(names)}
    rows = rows.copy()
    forgotten = np.random.RandomState(1).rand(len(rows)) < share
    for name in ("askedNearest", "askedShare", "toldNearest", "toldShare", "articleCount"):
        rows[forgotten, at[name]] = 0
    return rows


def scores(model, part):
    """The higher the better; candidates that the first trees put behind are left there."""
    right, well_ordered = model
    rows = xgboost.DMatrix(part[:DEPTH, 2:])
    first = right.predict(rows, output_margin=True, iteration_range=(0, HEAD))
    whole = right.predict(rows, output_margin=True) + SHARE_OF_ORDER * well_ordered.predict(rows, output_margin=True)
    leading = np.argsort(-first, kind="stable")[:CLOSELY]
    values = first - 1000
    values[leading] = whole[leading]
    return values


def order(part, values):
    slots = part[:, 1].astype(int)
    return np.concatenate([slots[:DEPTH][np.argsort(-values, kind="stable")], slots[DEPTH:]])


def exported(model, names, fusion, confidence, made):
    right, well_ordered = model
    trees = [*grown(right, 1), *grown(well_ordered, SHARE_OF_ORDER)]
    return {"made": made, "features": names, "fusion": fusion, "base": base(right) + SHARE_OF_ORDER * base(well_ordered), "head": HEAD,
            "closely": CLOSELY, "trees": trees, "confidence": confidence}


def base(half):
    """What a half says before its first tree."""
    learner = json.loads(half.save_config())["learner"]
    start = float(learner["learner_model_param"]["base_score"])
    return float(np.log(start / (1 - start))) if learner["objective"]["name"] == "binary:logistic" else start


def grown(half, share):
    trees = []
    for tree in half.get_dump(dump_format="json"):
        nodes = {}
        gather(json.loads(tree), nodes, share)
        some = [nodes[i] for i in range(len(nodes))]
        trees.append({"feature": [n[0] for n in some], "value": [n[1] for n in some], "left": [n[2] for n in some], "right": [n[3] for n in some]})
    return trees


def gather(node, nodes, share):
    """Node number → (feature, or -1 at a leaf; threshold or say; left; right). Values below the threshold go left."""
    if "leaf" in node:
        nodes[node["nodeid"]] = (-1, float(f"{share * node['leaf']:.6g}"), 0, 0)
        return
    nodes[node["nodeid"]] = (int(node["split"][1:]), float(np.float32(node["split_condition"])), node["yes"], node["no"])
    for child in node["children"]:
        gather(child, nodes, share)
