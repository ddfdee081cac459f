#!/usr/bin/python3
"""
Draws how far the confidence of the statute search is to be trusted: models/statutes/measured.json → reliability.png.

    scripts/train-reliability-figure.py [models/statutes]
"""
import json
import pathlib
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plot  # noqa: E402

folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent.parent / "models/statutes")
told = json.loads((folder / "measured.json").read_text())["confidence"]
kinds = {"first": "the first article", "shown": "one of the first three"}
figure, (reliability, risk) = plot.subplots(1, 2, figsize=(10, 4.2), dpi=110)
reliability.plot([0, 1], [0, 1], color="0.7", linewidth=1)
for kind, what in kinds.items():
    table, curve, error = (told[kind][part] for part in ("table", "curve", "expectedCalibrationError"))
    reliability.scatter([b["said"] for b in table], [b["was"] for b in table], s=[4 + b["n"] for b in table], alpha=0.6, label=f"{what}, ECE {error:.3f}")
    risk.plot([c["coverage"] for c in curve], [1 - c["precision"] for c in curve], label=what)
reliability.set(xlabel="confidence", ylabel="share that is right", xlim=(0, 1), ylim=(0, 1), title="Held-out questions")
risk.set(xlabel="share of questions answered, surest first", ylabel="share of answers that are wrong", xlim=(0, 1), ylim=(0, 1),
         title="Risk and coverage")
for axes in (reliability, risk):
    axes.grid(alpha=0.25)
    axes.legend(fontsize=8)
figure.tight_layout()
figure.savefig(folder / "reliability.png")
