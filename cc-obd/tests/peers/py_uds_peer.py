"""py-uds (PyPI) takes requests and answers apart, over JSON lines.

`{"answer": hex}` of ReadDTCInformation is answered by `{"head": {...}, "rows": [...]}`, `{"message": hex}` by
`{"parts": [[name, bits, value], ...]}`, `{"refusals": true}` by the codes that it names; what it refuses by
`{"error": text}`.
"""

import json
import sys
import warnings

from uds.message import NRC
from uds.translator import service_definitions

# It warns of every value without a name.
warnings.simplefilter("ignore")

SERVICES_2020, SERVICES_2013 = {}, {}
for name in dir(service_definitions):
    service = getattr(service_definitions, name)
    if hasattr(service, "request_sid"):
        kept = SERVICES_2013 if name.endswith("_2013") else SERVICES_2020
        kept[service.request_sid.value] = service

HEADS = {
    "DTCStatusAvailabilityMask": "availability",
    "DTCFormatIdentifier": "format",
    "DTCCount": "count",
    "MemorySelection": "memory",
    "FunctionalGroupIdentifier": "group",
    "DTCReadinessGroupIdentifier": "readiness_group",
    "DTCSeverityAvailabilityMask": "severity_availability",
}


def decode(message, edition):
    service_id = message[0] & ~0x40
    first, second = (SERVICES_2013, SERVICES_2020) if edition == 2013 else (SERVICES_2020, SERVICES_2013)
    service = first.get(service_id) or second[service_id]
    return service.decode(message)


def values(part):
    """Each occurrence of a part, as a number."""
    raw = part["raw_value"]
    return list(raw) if isinstance(raw, (tuple, list)) else [raw]


def read(request):
    message = bytes.fromhex(request["answer"])
    report = message[1]
    head, rows = {}, []
    number = code = identifier = None
    for part in decode(message, 2013 if 0x0F <= report <= 0x13 else 2020)[2:]:
        name = part["name"].split("#")[0]
        found = values(part)
        if name in HEADS:
            head[HEADS[name]] = found[0]
        elif name == "DTC and DTCStatus":
            codes = [[value >> 8, value & 0xFF] for value in found]
            if report in (0x04, 0x05, 0x06, 0x10, 0x16, 0x18, 0x19):
                code = codes[0] if codes else None
                if report not in (0x05, 0x16):
                    head["dtc"] = code
            else:
                rows += codes
        elif name in ("DTC and DTCSnapshotRecordNumber", "DTC and DTCFaultDetectionCounter"):
            rows += [[value >> 8, value & 0xFF] for value in found]
        elif name == "DTCSeverity, DTC and DTCStatus":
            rows += [[value >> 32, value >> 8 & 0xFFFFFF, value & 0xFF] for value in found]
        elif name == "DTCSeverity, DTCFunctionalUnit, DTC and DTCStatus":
            rows += [
                [value >> 40, value >> 32 & 0xFF, value >> 8 & 0xFFFFFF, value & 0xFF] for value in found
            ]
        elif name in ("DTCSnapshotRecordNumber", "DTCStoredDataRecordNumber", "DTCExtDataRecordNumber"):
            number = found[0] if found else None
            if report == 0x1A and found:
                head["record_number"] = number
        elif name == "DIDCount":
            pass
        elif name == "DTCExtDataRecord":
            if found:
                rows.append([number, *code, bytes(found).hex()])
        elif name == "DID":
            if part["name"].endswith(" data"):
                length = part["length"] // 8
                data = b"".join(value.to_bytes(length, "big") for value in found)
                rows.append([number, *code, identifier, data.hex()])
            else:
                identifier = found[0]
        else:
            raise RuntimeError(f"part {part['name']} is not known here")
    return {"head": head, "rows": rows}


def take_apart(request):
    message = bytes.fromhex(request["message"])
    parts = decode(message, request.get("edition", 2020))
    return {"parts": [[part["name"], part["length"], values(part)] for part in parts]}


for line in sys.stdin:
    asked = json.loads(line)
    try:
        if "refusals" in asked:
            told = sorted(code.value for code in NRC)
        else:
            told = read(asked) if "answer" in asked else take_apart(asked)
    except Exception as error:
        told = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(told), flush=True)
