"""DBC files read, and frames decoded, by cantools (PyPI), over JSON lines.

`{"load": text}` loads a file and is answered by what it says; `{"decode": [[id, extended, hex], ...]}` by the values of
each frame; `{"rate": seconds}` by how many frames a second the last file's first message decodes.
"""

import json
import struct
import sys
import time

import cantools
from cantools.database.utils import decode_data


def number(value):
    """Whole numbers as they are, floats to the last bit: JSON has neither all of these nor those."""
    if isinstance(value, int):
        return f"i{value}"
    return "f" + struct.pack(">d", value).hex()


def describe(message):
    signals = {}
    for signal in message.signals:
        signals[signal.name] = {
            "unit": signal.unit or "",
            "comment": signal.comment,
            "range": [None if v is None else number(float(v)) for v in (signal.minimum, signal.maximum)],
            "spn": signal.spn,
            "texts": {str(raw): str(text) for raw, text in (signal.choices or {}).items()},
        }
    return {
        "id": message.frame_id,
        "extended": message.is_extended_frame,
        "name": message.name,
        "length": message.length,
        "comment": message.comment,
        "signals": signals,
    }


def whole(message, data, choices, scaling):
    return message.decode(data, decode_choices=choices, scaling=scaling, allow_truncated=True)


def rest(message, data, choices, scaling, node=None):
    """What `decode` gives before it gives up on a selector's value that no signal is for."""
    node = node or message._codecs
    decoded = decode_data(
        data, message.length, node["signals"], node["formats"], choices, scaling, allow_truncated=True, allow_excess=True
    )
    for signal, nodes in node["multiplexers"].items():
        if signal in decoded and (below := nodes.get(int(decoded[signal]))):
            decoded.update(rest(message, data, choices, scaling, below))
    return decoded


def decode(message, data):
    answer = {}
    try:
        whole(message, data, False, False)
        read = whole
    except cantools.database.DecodeError as error:
        if not str(error).startswith("expected multiplexer id"):
            return {"error": str(error)}
        read = rest
    raw, scaled, words = (read(message, data, *how) for how in ((False, False), (False, True), (True, False)))
    for name in raw:
        word = None if isinstance(words[name], (int, float)) else str(words[name])
        answer[name] = [number(raw[name]), number(scaled[name]), word]
    return {"refused": read is rest, "values": answer}


def rate(message, seconds):
    data, count, began = bytes(range(message.length)), 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        for _ in range(1000):
            message.decode(data, decode_choices=False)
        count += 1000
    return count / (time.perf_counter() - began)


database = None
for line in sys.stdin:
    request = json.loads(line)
    if "load" in request:
        try:
            database = cantools.database.load_string(request["load"], "dbc", strict=False)
            answer = [describe(message) for message in database.messages]
        except Exception as error:
            answer = {"error": str(error)}
    elif "decode" in request:
        by_id = {(message.frame_id, message.is_extended_frame): message for message in database.messages}
        answer = [decode(by_id[id_, extended], bytes.fromhex(data)) for id_, extended, data in request["decode"]]
    else:
        answer = rate(database.messages[0], request["rate"])
    print(json.dumps(answer), flush=True)
