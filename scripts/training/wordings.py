"""Writes the wordings that the search votes by: src/retrieval/wordings.ts reads them."""
import json


def write(data, path, hold=(), hidden=(), own_stays=False, lay=True, bare=()):
    """All wordings but those of the questions in `hold`, for `hidden` articles, and for any article of the laws in `bare`."""
    hold, hidden = set(hold), set(hidden)
    with open(path, "w", encoding="utf8") as file:

        def put(kind, text, places):
            places = [x for x in dict.fromkeys(places) if data.articles[x]["law"] not in bare]
            if not text.strip() or not places or (hidden & set(places) and not (own_stays and kind == "written")):
                return
            articles = [{name: data.articles[x][name] for name in ("law", "article", "version")} for x in places]
            file.write(json.dumps({"kind": kind, "text": text, "articles": articles}, ensure_ascii=False) + "\n")

        for i, question in enumerate(data.questions):
            if i not in hold:
                put("asked", question["text"], [group[0] for group in data.gold[i]])
        for text, places in data.written if lay else ():
            put("written", text, places)
