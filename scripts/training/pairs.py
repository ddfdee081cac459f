"""Turns the data into token ids and into pairs of a wording and the articles or text that answer it."""
import collections
import json
import pathlib
import pickle
import re

import numpy as np

import corpus


QUOTED = re.compile(r"《([^》]{2,40})》第?([零〇一二三四五六七八九十百千\d]+)条")


class Data:
    """Everything the training reads, as arrays of token ids over one vocabulary."""

    def __init__(self, articles, questions, consultations=None, knowledge=None, lay=None, lessons=None, size=50000, cache=None):
        self.articles = corpus.lines(articles)
        self.questions = corpus.lines(questions)
        self.consultations = corpus.lines(consultations)
        self.guides = corpus.guides(knowledge)
        self.lay = corpus.lines(lay)
        # Questions of our own with all their articles: the ranking learns from them, and nothing else does.
        self.lessons = corpus.lines(lessons)
        self.gold = [[tuple(group) for group in q["gold"]] for q in self.questions]
        # Ids are the articles' places in the file.
        places = {a["id"]: i for i, a in enumerate(self.articles)}
        self.gold = [[tuple(places[x] for x in group) for group in groups] for groups in self.gold]
        self.places = places
        self.lookup = corpus.Lookup(self.articles)
        self.exact = {(a["law"], a["article"], a["version"]): i for i, a in enumerate(self.articles)}
        self.full_names = law_names(knowledge)
        self.tokens = self._segment(cache)
        self._vocabulary(size)
        self._pairs()

    def answers(self, i):
        """The places of all articles that answer a question, or a lesson: these are numbered after the questions."""
        if i < len(self.gold):
            return {x for group in self.gold[i] for x in group}
        return {x for one in self.lessons[i - len(self.gold)]["articles"] if (x := self.place_of(one)) is not None}

    def place_of(self, one):
        exact = self.exact.get((one["law"], one["article"], one.get("version", "")))
        return self.lookup(self.full_names.get(one["law"], one["law"]), one["article"]) if exact is None else exact

    def _segment(self, cache):
        texts = {"text": [a["text"] for a in self.articles],
                 "question": [q["text"] for q in self.questions],
                 "asked": [c["question"] for c in self.consultations],
                 "answer": [(c.get("text") or c.get("answer") or "")[:1200] for c in self.consultations],
                 "guide": [g["title"] + "\n" + g["text"][:3000] for g in self.guides],
                 "wording": [w for g in self.guides for w in g["questions"]],
                 "lay": [w for line in self.lay for w in line["questions"]],
                 "law": sorted({a["law"] for a in self.articles}),
                 "heading": sorted({a["heading"] for a in self.articles})}
        kept = pathlib.Path(cache) if cache else None
        known = pickle.loads(kept.read_bytes()) if kept and kept.exists() else {}
        missing = sorted({t for some in texts.values() for t in some} - known.keys())
        known.update(zip(missing, corpus.segment(missing)))
        if kept and missing:
            kept.write_bytes(pickle.dumps(known, 4))
        return {name: [known[t] for t in some] for name, some in texts.items()} | {"of": known}

    def _vocabulary(self, size):
        t, of = self.tokens, self.tokens["of"]
        self.heads = [corpus.unique(of[a["law"]], of[a["heading"]]) for a in self.articles]
        self.bodies = [corpus.unique(s) for s in t["text"]]
        documents = [list(dict.fromkeys(h + b)) for h, b in zip(self.heads, self.bodies)]
        formal, lay = collections.Counter(), collections.Counter()
        for one in documents:
            formal.update(one)
        for one in t["question"] + t["asked"] + t["answer"] + t["guide"] + t["wording"] + t["lay"]:
            lay.update(corpus.unique(one))
        known = [w for w in set(formal) | set(lay)
                 if not re.search(r"\s", w) and (formal[w] >= 4 or lay[w] >= 3 or (len(w) == 1 and formal[w] >= 2))]
        known.sort(key=lambda w: (-(formal[w] + 3 * lay[w]), w))
        self.vocabulary = known[:size]
        place = {w: i for i, w in enumerate(self.vocabulary)}
        self.place = place
        self.ids = lambda some: np.array([place[w] for w in some if w in place], np.int32)
        self.documents = [self.ids(d) for d in documents]
        self.heads = [self.ids(d) for d in self.heads]
        self.bodies = [self.ids(d) for d in self.bodies]
        self.asked = [self.ids(corpus.unique(s)) for s in t["question"]]

    def _pairs(self):
        """Pairs (wording, articles, owner): owner is the training question whose answer the pair gives away, or None."""
        t, ids = self.tokens, lambda s: self.ids(corpus.unique(s))
        own = {q["text"]: i for i, q in enumerate(self.questions)}
        self.pairs = {"question": [(self.asked[i], group, i) for i, groups in enumerate(self.gold) for group in groups]}
        lecoqa, machine, advice = [], [], []
        # (text, articles), for the votes.
        self.written = []
        for c, asked, answer in zip(self.consultations, t["asked"], t["answer"]):
            if "gold" in c:
                owner = own.get(c["question"])
                wording = ids(answer)
                for one in c["gold"]:
                    if len(wording) > 3 and one in self.places:
                        lecoqa.append((wording, (self.places[one],), owner if owner is not None else c["question"]))
                continue
            # Of the articles that a machine named, those that the answer quotes are the likelier ones.
            found = {self.lookup(law, number) for law, number in QUOTED.findall(c["answer"] or "")} - {None}
            if not found:
                found = {self.lookup(*m.groups()) for law in c.get("laws") or [] if (m := QUOTED.match(law))} - {None}
            machine += [(ids(asked), (x,), None) for x in sorted(found)]
            if len(answer["characters"]) > 10:
                advice.append((ids(asked), ids(answer), None))
        self.pairs |= {"lecoqa": lecoqa, "machine": machine, "advice": advice}
        wordings, texts, based = iter(t["wording"]), iter(t["guide"]), []
        guide_pairs = []
        for guide in self.guides:
            text = ids(next(texts))
            basis = [x for law, n in guide["basis"] if (x := self.lookup(self.full_names.get(law, law), n)) is not None]
            for _ in guide["questions"]:
                wording = ids(next(wordings))
                guide_pairs.append((wording, text, None))
                if basis:
                    based.append((wording, tuple(basis), None))
        self.pairs |= {"guide": guide_pairs, "basis": based}
        wordings, written = iter(t["lay"]), []
        for line in self.lay:
            place = self.place_of(line)
            for text in line["questions"]:
                wording = next(wordings)
                if place is not None:
                    self.written.append((text, [place]))
                    written.append((ids(wording), (place,), None))
        self.pairs["lay"] = written


def law_names(knowledge):
    """Short name → full name, from laws.yaml beside the guides."""
    path = pathlib.Path(knowledge or "") / "laws.yaml"
    if not knowledge or not path.exists():
        return {}
    import yaml

    read = yaml.safe_load(path.read_text(encoding="utf8")) or []
    laws = read if isinstance(read, list) else read.get("laws", [])
    return {short: corpus.short_law(law["name"]) for law in laws for short in law.get("short") or []}
