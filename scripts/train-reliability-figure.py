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
figure, (reliability, risk) = plot.subplots(1, 2, figsize=(10, 4.2), dpi=110)
reliability.plot([0, 1], [0, 1], color="0.7", linewidth=1)
reliability.scatter([b["said"] for b in told["table"]], [b["was"] for b in told["table"]], s=[4 + b["n"] for b in told["table"]], alpha=0.75)
reliability.set(xlabel="confidence", ylabel="share whose first article is right", xlim=(0, 1), ylim=(0, 1),
                title=f"Held-out questions, ECE {told['expectedCalibrationError']:.3f}")
risk.plot([c["coverage"] for c in told["curve"]], [1 - c["precision"] for c in told["curve"]])
risk.set(xlabel="share of questions answered, surest first", ylabel="share of answers whose first article is wrong", xlim=(0, 1), ylim=(0, 1),
         title="Risk and coverage")
for axes in (reliability, risk):
    axes.grid(alpha=0.25)
figure.tight_layout()
figure.savefig(folder / "reliability.png")
