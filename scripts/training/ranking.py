"""Fits the ranking over the first candidates: boosted trees, as src/retrieval/rerank.ts reads them."""
import json

import numpy as np
import xgboost

# As many as src/retrieval/fuse.ts lets through.
DEPTH = 150
# The first trees sort all candidates; the others look only at those that then lead.
HEAD, CLOSELY = 30, 40
ROUNDS = 120
SHAPE = {"eta": 0.1, "max_depth": 5, "reg_lambda": 10, "subsample": 0.8, "colsample_bytree": 0.5, "tree_method": "hist", "nthread": 2,
         "seed": 1}
# More of these never speaks against an article, whatever the questions at hand suggest: a law that nobody of them
# asked about would otherwise count against its articles.
RISING = {"fused", "fusedGap", "dense", "denseGap", "denseTurn", "lexical", "lexicalShare", "lexicalTurn", "section", "headings",
          "lawCount", "articleCount", "askedNearest", "askedShare", "askedLaw", "writtenNearest", "writtenShare", "writtenLaw", "writtenGap",
          "writtenTurn", "writtenCount", "lawNamed", "lawInTop", "lawTurn", "lawDense", "lawLexical", "sectionInTop", "sectionTurn",
          "besideDense", "besideLexical", "companyShare", "companyVotes", "companyGap", "companyBack", "companyCount"}
# One half learns which articles are right, the other in which order they should stand; together they beat either.
HALVES = ({"objective": "binary:logistic", "min_child_weight": 5}, {"objective": "rank:ndcg", "min_child_weight": 1})
SHARE_OF_ORDER = 1.5
# How much a question of each split counts in the fit.
SHARES = {"question": 1, "law": 0.4, "bare": 0.3}
# Of the candidates for a lesson, a labelled question of our own, the first are enough.
LESSON_DEPTH = 60


def by_question(rows):
    """Rows of (question, slot, features…) → question → its rows."""
    cuts = np.nonzero(np.diff(rows[:, 0]))[0] + 1
    return {int(part[0, 0]): part for part in np.split(rows, cuts)}


def labels(data, found):
    return {i: np.isin(part[:, 1].astype(int), list(data.answers(i))).astype(int) for i, part in found.items()}


def fit(taught, names, without=()):
    """
    Learns from the questions of all splits but those `without`, and from all lessons.

    `taught` gives splits as {folds, found, right}; what the search found where a question's articles had been asked
    for before, and where they were new to it: the one alone would trust what others asked too much, the other too little.
    """
    rows, target, sizes, shares = [], [], [], []
    for name, split in taught.items():
        asked = {i for hold, _ in split["folds"] for i in hold}
        for i in sorted(set(split["found"]) - set(without)):
            depth = DEPTH if i in asked else LESSON_DEPTH
            part = split["found"][i][:depth, 2:]
            rows.append(part)
            target.append(split["right"][i][:depth])
            sizes.append(len(part))
            shares.append(SHARES[name])
    rows, target = np.concatenate(rows), np.concatenate(target)
    halves = []
    for half in HALVES:
        table = xgboost.DMatrix(rows, label=target)
        if half["objective"].startswith("rank"):
            table.set_group(sizes)
            table.set_weight(shares)
        else:
            table.set_weight(np.repeat(shares, sizes))
        halves.append(xgboost.train({**SHAPE, **half, "monotone_constraints": slopes(names)}, table, num_boost_round=ROUNDS))
    return halves


def slopes(names):
    return tuple(1 if name in RISING else -1 if name == "place" else 0 for name in names)


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
