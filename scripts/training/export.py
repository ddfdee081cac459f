"""Writes a table of token vectors as a model that transformers.js runs: int8 rows, a scale a row, mean pooling outside."""
import json
import pathlib

import numpy as np
import onnx
from onnx import TensorProto as T
from onnx import helper, numpy_helper


def quantise(table):
    scale = np.maximum(np.abs(table).max(1), 1e-8) / 127
    return np.clip(np.round(table / scale[:, None]), -127, 127).astype(np.int8), scale.astype(np.float32)


def write(folder, vocabulary, table):
    folder = pathlib.Path(folder)
    (folder / "onnx").mkdir(parents=True, exist_ok=True)
    names = ["[PAD]", "[UNK]", *vocabulary]
    table = np.vstack([np.zeros((2, table.shape[1]), np.float32), table])
    rows, scale = quantise(table)
    width = table.shape[1]
    inputs = [helper.make_tensor_value_info(n, T.INT64, ["batch", "length"]) for n in ("input_ids", "attention_mask")]
    outputs = [helper.make_tensor_value_info("last_hidden_state", T.FLOAT, ["batch", "length", width])]
    nodes = [helper.make_node("Gather", ["table", "input_ids"], ["row"], axis=0),
             helper.make_node("Cast", ["row"], ["number"], to=T.FLOAT),
             helper.make_node("Gather", ["scale", "input_ids"], ["factor"], axis=0),
             helper.make_node("Mul", ["number", "factor"], ["vector"]),
             helper.make_node("Cast", ["attention_mask"], ["mask"], to=T.FLOAT),
             helper.make_node("Unsqueeze", ["mask", "axis"], ["column"]),
             helper.make_node("Mul", ["vector", "column"], ["last_hidden_state"])]
    constants = [numpy_helper.from_array(rows, "table"), numpy_helper.from_array(scale[:, None], "scale"),
                 numpy_helper.from_array(np.array([2], np.int64), "axis")]
    graph = helper.make_graph(nodes, "static-embedding", inputs, outputs, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], producer_name="village-counsel")
    model.ir_version = 7
    onnx.checker.check_model(model)
    onnx.save(model, str(folder / "onnx/model_quantized.onnx"))
    special = [{"id": i, "content": n, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
               for i, n in enumerate(names[:2])]
    save(folder / "tokenizer.json", {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": special, "normalizer": None,
        "pre_tokenizer": {"type": "WhitespaceSplit"}, "post_processor": None, "decoder": None,
        "model": {"type": "WordLevel", "vocab": {n: i for i, n in enumerate(names)}, "unk_token": "[UNK]"}})
    save(folder / "tokenizer_config.json", {
        "tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 4096, "pad_token": "[PAD]", "unk_token": "[UNK]",
        "clean_up_tokenization_spaces": False})
    save(folder / "config.json", {
        "model_type": "bert", "architectures": ["BertModel"], "hidden_size": width, "vocab_size": len(names),
        "village_counsel": {"kind": "static", "tokens": "words, bigrams and characters, each once"}})


def save(path, value):
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf8")
