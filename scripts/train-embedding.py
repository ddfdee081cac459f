#!/usr/bin/python3
"""
Trains the embedding model that ships in models/ and writes it in transformers.js layout.

    scripts/train-embedding.py --articles articles.jsonl --questions questions-train.jsonl \
        --consultations consultations-train.jsonl --knowledge knowledge --out models/lay-law-zh

Needs Debian's python3-numba, python3-scipy, python3-sklearn, python3-onnx and python3-yaml. The same data and
seeds give the same model. scripts/train-statutes.py tells how good the recipe is on questions it has not seen.
"""
import argparse
import os
import pathlib
import sys

# Read when numpy loads: on a busy machine threads that wait for one another are slower than one.
os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")
sys.path.insert(0, str(pathlib.Path(__file__).parent / "training"))
import bm25  # noqa: E402
import embedding  # noqa: E402
import export  # noqa: E402
import measures  # noqa: E402
import pairs  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", required=True)
    parser.add_argument("--questions", required=True)
    parser.add_argument("--consultations")
    parser.add_argument("--knowledge", help="a knowledge folder: the questions of its guides are trained on too")
    parser.add_argument("--lay", default=str(ROOT / "models/statutes/lay-questions.jsonl.gz"), help="lay questions for single articles")
    parser.add_argument("--cache", help="a file that keeps segmented texts between runs")
    parser.add_argument("--out", default=str(ROOT / "models/lay-law-zh"))
    parser.add_argument("--vocabulary", type=int, default=embedding.VOCABULARY)
    parser.add_argument("--dimensions", type=int, default=embedding.DIMENSIONS)
    parser.add_argument("--seeds", type=int, default=embedding.SEEDS, help="tables that are trained and folded into one")
    return parser.parse_args()


def main():
    given = arguments()
    data = pairs.Data(given.articles, given.questions, given.consultations, given.knowledge, given.lay,
                      size=given.vocabulary, cache=given.cache)
    print("pairs", {kind: len(some) for kind, some in data.pairs.items()}, flush=True)
    negatives = measures.best(bm25.of(data).scores(bm25.asked(data)), 60)
    table = embedding.ensemble(data, seeds=given.seeds, dimensions=given.dimensions, negatives=negatives)
    export.write(given.out, data.vocabulary, table)
    print("written", given.out, table.shape)


if __name__ == "__main__":
    main()
