"""Reads articles, questions, consultations, guides and lay questions, cut into tokens as the search cuts them."""
import gzip
import json
import pathlib
import re
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
NUMERALS = "零一二三四五六七八九"


def lines(path):
    """All lines of a JSONL file, gzipped where it is named so; an absent path has none."""
    if not path or not pathlib.Path(path).exists():
        return []
    with (gzip.open if str(path).endswith(".gz") else open)(path, "rt", encoding="utf8") as file:
        return [json.loads(line) for line in file if line.strip()]


def segment(texts):
    """Cuts many texts in one run of scripts/tokens.ts."""
    with tempfile.TemporaryFile("w+", encoding="utf8") as given, tempfile.TemporaryFile("w+", encoding="utf8") as taken:
        for text in texts:
            given.write(json.dumps(text, ensure_ascii=False) + "\n")
        given.seek(0)
        subprocess.run([str(ROOT / "node_modules/.bin/tsx"), "scripts/tokens.ts"], cwd=ROOT, stdin=given, stdout=taken, check=True)
        taken.seek(0)
        return [json.loads(line) for line in taken]


def unique(*segmented):
    """The tokens of some texts, each once, in the order in which src/retrieval/segment.ts gives them."""
    found = {}
    for one in segmented:
        for part in ("words", "bigrams", "characters"):
            found.update(dict.fromkeys(one[part]))
    return list(found)


def short_law(name):
    return re.sub(r"^中华人民共和国|[（(]\d{4}.*?[）)]$", "", name)


def article_number(label):
    """第一千零七十七条 → "1077"; 第二百七十六条之一 → "276之一"; "1077" stays."""
    found = re.search(r"第?([零〇一二三四五六七八九十百千万\d]+)条?(之[一二三四五六七八九十]+)?", label)
    if not found:
        return None
    text, total, digit = found[1], 0, 0
    if text.isdigit():
        return text + (found[2] or "")
    for sign in text:
        if sign in "十百千":
            total += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[sign]
            digit = 0
        else:
            digit = max(0, NUMERALS.find(sign))
    return str(total + digit) + (found[2] or "")


def guides(folder):
    """Entries of a knowledge folder: id, questions, text and basis."""
    import yaml

    found = []
    for path in sorted(pathlib.Path(folder).rglob("*.md")) if folder else []:
        parts = path.read_text(encoding="utf8").split("\n---", 1)
        if not parts[0].startswith("---") or len(parts) < 2:
            continue
        front = yaml.safe_load(parts[0][3:])
        if not isinstance(front, dict) or not front.get("questions"):
            continue
        basis = [(short_law(b["law"]), str(n)) for b in front.get("basis") or [] for n in b.get("articles") or []]
        found.append({"id": front.get("id"), "title": front.get("title") or "", "questions": front["questions"],
                      "text": parts[1].lstrip("-"), "basis": basis})
    return found


class Lookup:
    """Finds articles by law and number; of several versions the one that stands first in the file."""

    def __init__(self, articles):
        self.found = {}
        for index, article in enumerate(articles):
            key = (short_law(article["law"]), article_number(article["article"]))
            self.found.setdefault(key, index)

    def __call__(self, law, article):
        return self.found.get((short_law(law), article_number(str(article))))
