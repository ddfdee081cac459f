"""Ways of holding questions back."""
import collections
import random


def by_question(data, folds=5, seed=7):
    """Any question may be held back; others on the same article may be trained on."""
    order = list(range(len(data.gold)))
    random.Random(seed).shuffle(order)
    return [(sorted(order[k::folds]), set()) for k in range(folds)]


def by_article(data, folds=5, seed=7):
    """Questions that share an article, directly or through others, stay together: no answer was ever an answer before."""
    parent = list(range(len(data.articles)))

    def root(x):
        while parent[x] != x:
            parent[x] = parent[parent[x]]
            x = parent[x]
        return x

    for groups in data.gold:
        first, *rest = [x for group in groups for x in group]
        for x in rest:
            parent[root(x)] = root(first)
    together = collections.defaultdict(list)
    for i, groups in enumerate(data.gold):
        together[root(groups[0][0])].append(i)
    return shared_out(data, list(together.values()), folds, seed)


def by_law(data, folds=5, seed=7):
    """All questions whose first answer stands in one law are held back together, with everything said of those articles but what is our own: questions, guides, companions, lessons."""
    together = collections.defaultdict(list)
    for i, groups in enumerate(data.gold):
        together[data.articles[groups[0][0]]["law"]].append(i)
    return shared_out(data, list(together.values()), folds, seed)


def bare(data, folds=5, seed=7):
    """By law, and nothing that names an article of the held-out answers' laws is left, not even what is our own: as of most laws that there are."""
    found = []
    for hold, hidden in by_law(data, folds, seed):
        laws = {data.articles[x]["law"] for x in hidden}
        found.append((hold, {x for x, article in enumerate(data.articles) if article["law"] in laws}))
    return found


def shared_out(data, bundles, folds, seed):
    random.Random(seed).shuffle(bundles)
    bundles.sort(key=len, reverse=True)
    held = [[] for _ in range(folds)]
    for bundle in bundles:
        min(held, key=len).extend(bundle)
    # What a held question asks for is hidden from every source, and so are other questions that share it.
    return [(sorted(h), {x for i in h for group in data.gold[i] for x in group}) for h in held]


def lessons(data, name, folds):
    """
    For each fold the lessons that are searched for there.

    Split by law a lesson goes where the articles that were asked for in its law are hidden, so that it teaches what
    to do where nobody has asked before. What others asked tells less of questions of our own than of theirs: the
    other splits have none.
    """
    shared = [[] for _ in folds]
    if name == "law":
        home = {data.articles[data.gold[i][0][0]]["law"]: k for k, (hold, _) in enumerate(folds) for i in hold}
        for j, lesson in enumerate(data.lessons):
            k = home.get(data.articles[data.place_of(lesson["articles"][0])]["law"])
            if k is not None:
                shared[k].append(len(data.questions) + j)
    return shared


def about(data, hidden):
    """The lessons that some of these articles answer."""
    return {i for i in range(len(data.gold), len(data.gold) + len(data.lessons)) if hidden & data.answers(i)}
