"""One end of an ISO-TP conversation, played by can-isotp (PyPI), over JSON lines.

`{"new": {...}}` begins a conversation, `{"frames": [[id, extended, fd, hex], ...], "send": hex}` takes frames and
perhaps a message to send; each is answered by what came of it. `{"rate": seconds}` is answered by how many messages of
20 bytes go from one end to another in a second.
"""

import json
import logging
import sys
import time

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


def rate(seconds):
    """Both ends in this process, without a thread: the first frame, flow control and two frames."""
    queues = [], []
    ends = []
    for own, other in ((0, 1), (1, 0)):
        address = isotp.Address(
            isotp.AddressingMode.Normal_11bits, txid=0x7E0 + 8 * own, rxid=0x7E0 + 8 * other
        )
        ends.append(
            isotp.TransportLayerLogic(
                rxfn=lambda timeout, queue=queues[own]: queue.pop(0) if queue else None,
                txfn=queues[other].append,
                address=address,
                params={"stmin": 0, "blocksize": 0, "tx_padding": 0xCC},
            )
        )
    sender, receiver = ends
    message, count, began = bytes([0x5A] * 20), 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        sender.send(message)
        while not receiver.available():
            sender.process()
            receiver.process()
        assert receiver.recv() == message
        count += 1
    return count / (time.perf_counter() - began)


end = None
for line in sys.stdin:
    request = json.loads(line)
    if "new" in request:
        end = End(request["new"])
        answer = {}
    elif "rate" in request:
        answer = round(rate(request["rate"]))
    else:
        answer = end.step(request)
    print(json.dumps(answer), flush=True)
