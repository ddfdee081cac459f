"""Turns the first article's score and its lead into a chance of being right, and tells how far to trust that chance."""
import numpy as np
from sklearn.linear_model import LogisticRegression


def rows(held, questions):
    return np.array([held[i][:2] for i in questions]), np.array([held[i][2] for i in questions])


def fit(held, folds):
    """The final fit on all held-out scores, and its reliability when each fold is judged by the others."""
    chance = {}
    for hold, _ in folds:
        others = [i for i in held if i not in set(hold)]
        model = LogisticRegression(C=10).fit(*rows(held, others))
        chance |= dict(zip(hold, model.predict_proba(rows(held, hold)[0])[:, 1]))
    order = sorted(held)
    said = np.array([chance[i] for i in order])
    was = np.array([held[i][2] for i in order])
    model = LogisticRegression(C=10).fit(*rows(held, order))
    score, lead = (float(x) for x in model.coef_[0])
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
    return {"bias": float(model.intercept_[0]), "score": score, "lead": lead}, report
