"""Turns the first article's score and its leads into the chance that it, or one of the first three, is right; and tells how far to trust that."""
import numpy as np
from sklearn.linear_model import LogisticRegression


# How many articles a resident may be shown.
SHOWN = 3


def scored(values, right):
    """What is kept of one question: the best score, its lead over the second and the third, whether the first and whether one of those shown is right."""
    best = np.argsort(-values, kind="stable")[:SHOWN]
    first, second, third = values[best]
    return first, first - second, first - third, int(right[best[0]]), int(right[best].any())


def rows(held, questions, shown):
    return np.array([held[i][:3] for i in questions]), np.array([held[i][4 if shown else 3] for i in questions])


def fit(held, folds, shown=False):
    """
    The final fit on all held-out scores, and its reliability when each fold is judged by the others: the chance that
    the first article is right or, with `shown`, one of those shown.
    """
    chance = {}
    for hold, _ in folds:
        others = [i for i in held if i not in set(hold)]
        model = LogisticRegression(C=10).fit(*rows(held, others, shown))
        chance |= dict(zip(hold, model.predict_proba(rows(held, hold, shown)[0])[:, 1]))
    order = sorted(held)
    said = np.array([chance[i] for i in order])
    was = rows(held, order, shown)[1]
    model = LogisticRegression(C=10).fit(*rows(held, order, shown))
    score, lead, further = (float(x) for x in model.coef_[0])
    table = []
    for low in np.arange(0, 1, 0.1):
        inside = (said >= low) & (said < low + 0.1 + 1e-9 * (low > 0.85))
        if inside.any():
            table.append({"from": round(float(low), 1), "n": int(inside.sum()), "said": round(float(said[inside].mean()), 3),
                          "was": round(float(was[inside].mean()), 3)})
    error = sum(bin_["n"] * abs(bin_["said"] - bin_["was"]) for bin_ in table) / len(said)
    falling = np.argsort(-said, kind="stable")
    precision = np.cumsum(was[falling]) / np.arange(1, len(was) + 1)
    curve = [{"coverage": round((k + 1) / len(was), 3), "precision": round(float(precision[k]), 3), "bar": round(float(said[falling[k]]), 3)}
             for k in range(max(9, len(was) // 50 - 1), len(was), max(1, len(was) // 50))]
    report = {"n": len(said), "expectedCalibrationError": round(float(error), 4), "table": table, "curve": curve}
    return {"bias": float(model.intercept_[0]), "score": score, "lead": lead, "further": further}, report
