"""One end of an ISO-TP conversation, played by can-isotp (PyPI), over JSON lines.

`{"new": {...}}` begins a conversation, `{"frames": [[id, extended, fd, hex], ...], "send": hex}` takes frames and
perhaps a message to send; each is answered by what came of it.
"""

import json
import logging
import sys

import isotp

logging.disable(logging.CRITICAL)

MODES = {
    0: lambda a: isotp.Address(isotp.AddressingMode.Normal_11bits, txid=a["transmit"], rxid=a["receive"]),
    1: lambda a: isotp.Address(
        isotp.AddressingMode.NormalFixed_29bits, source_address=a["own"], target_address=a["peer"]
    ),
    2: lambda a: isotp.Address(
        isotp.AddressingMode.Extended_11bits,
        txid=a["transmit"],
        rxid=a["receive"],
        source_address=a["own"],
        target_address=a["peer"],
    ),
    3: lambda a: isotp.Address(
        isotp.AddressingMode.Mixed_11bits,
        txid=a["transmit"],
        rxid=a["receive"],
        address_extension=a["extension"],
    ),
    4: lambda a: isotp.Address(
        isotp.AddressingMode.Mixed_29bits,
        source_address=a["own"],
        target_address=a["peer"],
        address_extension=a["extension"],
    ),
}


class End:
    def __init__(self, settings):
        self.inbox, self.outbox, self.errors = [], [], []
        self.layer = isotp.TransportLayerLogic(
            rxfn=lambda timeout: self.inbox.pop(0) if self.inbox else None,
            txfn=self.outbox.append,
            address=MODES[settings["mode"]](settings["address"]),
            error_handler=lambda error: self.errors.append(type(error).__name__),
            params=settings["params"],
        )

    def step(self, request):
        for arbitration_id, extended, fd, data in request.get("frames", []):
            self.inbox.append(
                isotp.CanMessage(
                    arbitration_id=arbitration_id, extended_id=extended, is_fd=fd, data=bytes.fromhex(data)
                )
            )
        if "send" in request:
            self.layer.send(bytes.fromhex(request["send"]))
        self.layer.process()
        messages = []
        while self.layer.available():
            messages.append(self.layer.recv().hex())
        frames = [[m.arbitration_id, m.is_extended_id, m.is_fd, bytes(m.data).hex()] for m in self.outbox]
        self.outbox.clear()
        errors, self.errors = self.errors, []
        return {
            "frames": frames,
            "messages": messages,
            "errors": errors,
            "sending": self.layer.transmitting(),
        }


end = None
for line in sys.stdin:
    request = json.loads(line)
    if "new" in request:
        end = End(request["new"])
        answer = {}
    else:
        answer = end.step(request)
    print(json.dumps(answer), flush=True)
