"""Which articles are cited together: src/retrieval/companions.ts reads the file."""
import json


def without(path, laws, target):
    """The file with nothing of some laws, written to the target; the file itself where there are none."""
    if not laws:
        return path
    with open(path, encoding="utf8") as file:
        first, *lines = map(json.loads, file)
    hidden = {i for i, law in enumerate(first["laws"]) if law["law"] in laws}
    with open(target, "w", encoding="utf8") as file:
        file.write(json.dumps(first, ensure_ascii=False) + "\n")
        for line in lines:
            beside = [group for group in line["beside"] if group[0] not in hidden]
            if beside and line["article"][0] not in hidden:
                file.write(json.dumps({**line, "beside": beside}, ensure_ascii=False) + "\n")
    return target
