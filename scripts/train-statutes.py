#!/usr/bin/python3
"""
Trains everything that finds articles for a layperson's words, and measures it on questions it has not seen.

    scripts/train-statutes.py --articles articles.jsonl --questions questions-train.jsonl \
        --consultations consultations-train.jsonl --knowledge knowledge --work DIR

For each split (by question; by article; by law; by law, of which not even what is our own is left, as of most laws
that there are) and each fold of it: embedding, votes, priors and ranking are
trained without the held-out questions, the search itself (scripts/features.ts) computes what it would for them,
and the figures go to models/statutes/measured.json. Then all of it is trained on everything and written to
models/. `--only split` measures without writing models; `--only final` reuses the folds left in DIR.
"""
import argparse
import os
import json
import pathlib
import subprocess
import sys
import time
import zlib

ROOT = pathlib.Path(__file__).resolve().parent.parent
# Read when numpy loads: on a busy machine threads that wait for one another are slower than one.
os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")
sys.path.insert(0, str(ROOT / "scripts/training"))
import numpy as np  # noqa: E402

import bm25  # noqa: E402
import calibration  # noqa: E402
import companions  # noqa: E402
import embedding  # noqa: E402
import export  # noqa: E402
import measures  # noqa: E402
import pairs  # noqa: E402
import ranking  # noqa: E402
import splits  # noqa: E402
import wordings  # noqa: E402

FUSION = {"lexical": 0.2, "law": 0.03, "asked": 0.05, "written": 0.3, "company": 0.2}
SPLITS = {"question": splits.by_question, "article": splits.by_article, "law": splits.by_law, "bare": splits.bare}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", required=True)
    parser.add_argument("--questions", required=True)
    parser.add_argument("--consultations")
    parser.add_argument("--knowledge")
    parser.add_argument("--lay", default=str(ROOT / "models/statutes/lay-questions.jsonl.gz"))
    parser.add_argument("--lessons", default=str(ROOT / "models/statutes/labelled-questions.jsonl.gz"))
    parser.add_argument("--companions", default=str(ROOT / "models/statutes/companions.jsonl"))
    parser.add_argument("--work", required=True, help="a folder for tables, features and segmented texts")
    parser.add_argument("--splits", default="question,law,article", help="question, law and bare are always among them: the ranking learns from all three")
    parser.add_argument("--only", choices=["split", "final"])
    parser.add_argument("--out", default=str(ROOT / "models"))
    parser.add_argument("--seeds", type=int, default=embedding.SEEDS)
    parser.add_argument("--dimensions", type=int, default=embedding.DIMENSIONS)
    return parser.parse_args()


def log(*what):
    print(time.strftime("%H:%M:%S"), *what, flush=True)


class Training:
    def __init__(self, given):
        self.given = given
        self.work = pathlib.Path(given.work)
        self.work.mkdir(parents=True, exist_ok=True)
        self.data = pairs.Data(given.articles, given.questions, given.consultations, given.knowledge, given.lay,
                               given.lessons, size=embedding.VOCABULARY, cache=self.work / "segments.pickle")
        log("pairs", {kind: len(some) for kind, some in self.data.pairs.items()})
        self.lexical = bm25.of(self.data).scores(bm25.asked(self.data))
        self.negatives = measures.best(self.lexical, 60)

    def table(self, name, hold=(), hidden=(), own_stays=False):
        """The fold's embedding; kept in the work folder with its vocabulary and what it was trained without."""
        path = self.work / f"{name}.npz"
        without = zlib.crc32(repr((sorted(hold), sorted(hidden), own_stays, self.given.seeds, self.given.dimensions)).encode())
        if path.exists():
            kept = np.load(path)
            if list(kept["vocabulary"]) == self.data.vocabulary and kept.get("without") == without:
                return kept["table"]
        begun = time.time()
        table = embedding.ensemble(self.data, seeds=self.given.seeds, dimensions=self.given.dimensions, hold=hold,
                                   hidden=hidden, own_stays=own_stays, negatives=self.negatives)
        np.savez(path, table=table, vocabulary=self.data.vocabulary, without=without)
        log(name, f"trained in {time.time() - begun:.0f} s")
        return table

    def features(self, name, folds):
        """What the search computes for the held-out questions of each fold, and for the lessons that go with it."""
        left, everything = self.work / f"{name}.features.names", self.work / f"{name}.questions.jsonl"
        texts = [q["text"] for q in self.data.questions] + [lesson["question"] for lesson in self.data.lessons]
        lines = "".join(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in texts)
        if self.given.only == "final" and left.exists() and everything.exists() and everything.read_text() == lines:
            names = json.loads(left.read_text())
            return names, self.read_features(name, len(folds), 2 + len(names))
        everything.write_text(lines)
        lessons = splits.lessons(self.data, name, folds)
        task = {"articles": self.given.articles, "questions": str(everything), "fusion": FUSION, "out": str(self.work / f"{name}.features"), "folds": []}
        for k, (hold, hidden) in enumerate(folds):
            model = self.work / f"{name}.{k}.model"
            # Questions of our own writing are part of the index like the articles; where articles are to be
            # wholly unknown, they are hidden too.
            stays = name == "law"
            bare = {self.data.articles[x]["law"] for x in hidden} if name == "bare" else set()
            together = companions.without(self.given.companions, bare, self.work / f"{name}.{k}.companions")
            export.write(model, self.data.vocabulary, self.table(f"{name}.{k}", hold, hidden, stays))
            wordings.write(self.data, self.work / f"{name}.{k}.wordings", hold, hidden, stays, bare=bare)
            task["folds"].append({"model": str(model), "wordings": str(self.work / f"{name}.{k}.wordings"), "companions": str(together),
                                  "questions": [*hold, *lessons[k]]})
        subprocess.run([str(ROOT / "node_modules/.bin/tsx"), "scripts/features.ts"], cwd=ROOT, input=json.dumps(task), text=True, check=True)
        names = json.loads(left.read_text())
        return names, self.read_features(name, len(folds), 2 + len(names))

    def read_features(self, name, folds, width):
        rows = [np.fromfile(self.work / f"{name}.features.{k}", np.float32).reshape(-1, width) for k in range(folds)]
        return ranking.by_question(np.concatenate(rows))

    def split(self, name):
        folds = SPLITS[name](self.data)
        names, found = self.features(name, folds)
        return {"folds": folds, "names": names, "found": found, "right": ranking.labels(self.data, found)}

    def measure(self, name, split, taught):
        """Ranks each fold with what the others teach; gives figures and held-out scores. `taught` holds the splits to learn from."""
        folds, names, found, right = (split[part] for part in ("folds", "names", "found", "right"))
        everyone = sorted(i for i in found if i < len(self.data.questions))
        gold = [self.data.gold[i] for i in everyone]
        ranked, held = {}, {}
        for hold, hidden in folds:
            model = ranking.fit(taught, names, without={*hold, *(splits.about(self.data, hidden) if name == "bare" else ())})
            for i in hold:
                values = ranking.scores(model, found[i])
                ranked[i] = ranking.order(found[i], values)
                held[i] = calibration.scored(values, right[i][:ranking.DEPTH])
        figures = {"bm25": measures.mean(measures.best(self.lexical[everyone], 100), gold),
                   "fused": measures.mean([found[i][:, 1].astype(int) for i in everyone], gold)}
        figures["ranked"] = measures.mean([ranked[i] for i in everyone], gold)
        figures["interval"] = measures.interval([ranked[i] for i in everyone], gold)
        # Questions none of whose articles a question of the training folds asks for.
        new = [i for hold, _ in folds for i in hold if not self.articles_of([i]) & self.articles_of(set(everyone) - set(hold))]
        if name == "question":
            gold = [self.data.gold[i] for i in new]
            figures["unseen bm25"] = measures.mean(measures.best(self.lexical[new], 100), gold)
            figures["unseen"] = measures.mean([ranked[i] for i in new], gold) | {"n": len(new)}
        for kind, values in figures.items():
            log(name, kind, values if kind == "interval" else measures.show(values))
        return figures, held

    def articles_of(self, questions):
        return {x for i in questions for group in self.data.gold[i] for x in group}


def main():
    given = arguments()
    training = Training(given)
    out = pathlib.Path(given.out)
    target = out / "statutes" / "measured.json"
    measured = json.loads(target.read_text()) if target.exists() else {}
    taught = {name: training.split(name) for name in ranking.SHARES}
    for name in dict.fromkeys([*taught, *given.splits.split(",")]):
        split = taught.get(name) or training.split(name)
        measured[name], held = training.measure(name, split, taught)
        if name == "question":
            confidence, measured["confidence"] = {}, {}
            for kind in ("first", "shown"):
                confidence[kind], measured["confidence"][kind] = calibration.fit(held, split["folds"], shown=kind == "shown")
                log("confidence,", kind, "expected calibration error", measured["confidence"][kind]["expectedCalibrationError"])
    (training.work / "measured.json").write_text(json.dumps(measured, indent=1))
    if given.only == "split":
        return
    (out / "statutes").mkdir(parents=True, exist_ok=True)
    names = taught["question"]["names"]
    model = ranking.fit(taught, names)
    made = time.strftime("%Y-%m-%d %H:%M")
    export.save(out / "statutes/ranking.json", ranking.exported(model, names, FUSION, confidence, made))
    wordings.write(training.data, out / "statutes/wordings.jsonl", lay=False)
    export.write(out / "lay-law-zh", training.data.vocabulary, training.table("final"))
    target.write_text(json.dumps(measured, indent=1) + "\n")
    log("written", str(out))


if __name__ == "__main__":
    main()
