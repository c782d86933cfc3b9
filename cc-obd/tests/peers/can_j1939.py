"""A node of a truck, played by can-j1939 (PyPI), over JSON lines.

`{"new": {...}}` starts a node; `{"now": seconds, "frames": [[id, hex], ...], "send": [pgn, destination, hex]}` is a moment
on its bus; `{"dm1": hex}` and `{"name": number}` are read. Each is answered by what came of it.
"""

import json
import logging
import sys
import types

import j1939
import j1939.j1939_21 as transport
from j1939.diagnostic_messages import Dm1

logging.disable(logging.CRITICAL)

clock = 0.0
transport.time = types.SimpleNamespace(time=lambda: clock)


class Node:
    def __init__(self, settings):
        self.address = settings["address"]
        self.frames, self.messages = [], []
        self.layer = transport.J1939_21(
            lambda can_id, extended, data, fd_format=False: self.frames.append([can_id, bytes(data).hex()]),
            lambda: None,
            lambda priority, pgn, sa, dest, timestamp, data: self.messages.append([pgn, sa, bytes(data).hex()]),
            settings["at_once"],
            None,
            None,
            lambda destination: destination in (self.address, 255),
        )

    def step(self, request):
        for can_id, data in request.get("frames", []):
            self.layer.notify(can_id, bytearray.fromhex(data), clock)
        if "send" in request:
            pgn, destination, data = request["send"]
            pdu_format = pgn >> 8 & 0xFF
            specific = destination if pdu_format < 240 else pgn & 0xFF
            data = list(bytes.fromhex(data))
            self.layer.send_pgn(pgn >> 16, pdu_format, specific, 7, self.address, data, 0, None)
        self.layer.async_job_thread(clock)
        frames, self.frames = self.frames, []
        messages, self.messages = self.messages, []
        return {"frames": frames, "messages": messages}


def dm1(data):
    found = {}
    reader = Dm1(types.SimpleNamespace(subscribe=lambda callback: None))
    reader.subscribe(lambda sa, lamps, codes, timestamp: found.update(lamps=lamps, codes=codes))
    reader._receive(6, 65226, 0, 0.0, list(bytes.fromhex(data)))
    codes = [[code["spn"], code["fmi"], code["oc"]] for code in found["codes"]]
    return {"lamps": [found["lamps"][key] for key in ("mil", "rsl", "awl", "pl")], "codes": codes}


def name(value):
    name = j1939.Name(value=value)
    return [
        name.identity_number,
        name.manufacturer_code,
        name.ecu_instance,
        name.function_instance,
        name.function,
        name.vehicle_system,
        name.vehicle_system_instance,
        name.industry_group,
        int(name.arbitrary_address_capable),
    ]


node = None
for line in sys.stdin:
    request = json.loads(line)
    if "new" in request:
        node, answer = Node(request["new"]), {}
    elif "dm1" in request:
        answer = dm1(request["dm1"])
    elif "name" in request:
        answer = name(int(request["name"]))
    else:
        clock = request["now"]
        answer = node.step(request)
    print(json.dumps(answer), flush=True)
