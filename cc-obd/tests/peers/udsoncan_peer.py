"""udsoncan (PyPI) reads answers and builds requests, over JSON lines.

`{"answer": hex, ...}` of ReadDTCInformation is answered by `{"head": {...}, "rows": [...]}`, `{"fields": hex, ...}` of
another service by `{"fields": [...]}`, `{"request": {...}}` by `{"bytes": hex}`; what it refuses by `{"error": text}`.
"""

import json
import sys

from udsoncan import DidCodec, Dtc, MemoryLocation, Response
from udsoncan import services
from udsoncan.services import ReadDTCInformation

COUNTS = (0x01, 0x07, 0x11, 0x12)
SEVERITIES = (0x08, 0x09)
SNAPSHOTS = (0x04, 0x05, 0x18)
EXTENDED = (0x06, 0x10, 0x16, 0x19)


class Raw(DidCodec):
    def __init__(self, length):
        self.length = length

    def encode(self, value):
        return value

    def decode(self, payload):
        return payload

    def __len__(self):
        return self.length


def read(request):
    data = bytes.fromhex(request["answer"])
    report = data[1]
    response = Response(service=ReadDTCInformation, code=Response.Code.PositiveResponse, data=data[1:])
    sizes = {int(code): size for code, size in request["sizes"].items()}
    answer = ReadDTCInformation.interpret_response(
        response,
        subfunction=report,
        extended_data_size=sizes if report == 0x16 else next(iter(sizes.values()), 0),
        tolerate_zero_padding=request["padded"],
        ignore_all_zero_dtc=request["padded"],
        didconfig={int(did): Raw(length) for did, length in request["lengths"].items()},
        # Reports of the mirror memory are those of 2013.
        standard_version=2013 if 0x0F <= report <= 0x13 else 2020,
    ).service_data
    head = {}
    if answer.status_availability is not None:
        head["availability"] = answer.status_availability.get_byte_as_int()
    if answer.dtc_format is not None:
        head["format"] = answer.dtc_format
    if report in COUNTS:
        head["count"] = answer.dtc_count
    if answer.memory_selection_echo is not None:
        head["memory"] = answer.memory_selection_echo
    if answer.functional_group_id is not None:
        head["group"] = answer.functional_group_id
    if answer.severity_availability is not None:
        head["severity_availability"] = answer.severity_availability.get_byte_as_int()
    rows = []
    for dtc in answer.dtcs:
        status = dtc.status.get_byte_as_int()
        if report == 0x03:
            rows += [[dtc.id, number] for number in dtc.snapshots]
        elif report == 0x14:
            rows.append([dtc.id, dtc.fault_counter])
        elif report in SNAPSHOTS:
            rows += [[s.record_number, dtc.id, status, s.did, s.raw_data.hex()] for s in dtc.snapshots]
        elif report in EXTENDED:
            rows += [[e.record_number, dtc.id, status, e.raw_data.hex()] for e in dtc.extended_data]
        elif report in SEVERITIES:
            rows.append([dtc.severity.get_byte_as_int(), dtc.functional_unit, dtc.id, status])
        elif report == 0x42:
            rows.append([dtc.severity.get_byte_as_int(), dtc.id, status])
        else:
            rows.append([dtc.id, status])
        if report in SNAPSHOTS and report != 0x05 or report in EXTENDED and report != 0x16:
            head["dtc"] = [dtc.id, status]
    return {"head": head, "rows": rows}


def location(parts):
    address, address_width, size, size_width = parts
    return MemoryLocation(address, size, 8 * address_width, 8 * size_width)


MAKERS = {
    0x10: lambda r: services.DiagnosticSessionControl.make_request(r["type"]),
    0x11: lambda r: services.ECUReset.make_request(r["type"]),
    0x14: lambda r: services.ClearDiagnosticInformation.make_request(r["group"], r["memory"]),
    0x22: lambda r: services.ReadDataByIdentifier.make_request(
        r["identifiers"], {did: Raw(1) for did in r["identifiers"]}
    ),
    0x23: lambda r: services.ReadMemoryByAddress.make_request(location(r["range"])),
    0x27: lambda r: services.SecurityAccess.make_request(
        r["level"],
        services.SecurityAccess.Mode.RequestSeed if r["level"] % 2 else services.SecurityAccess.Mode.SendKey,
        bytes.fromhex(r["data"]),
    ),
    0x2E: lambda r: services.WriteDataByIdentifier.make_request(
        r["identifier"], bytes.fromhex(r["data"]), {r["identifier"]: Raw(len(r["data"]) // 2)}
    ),
    0x31: lambda r: services.RoutineControl.make_request(
        r["identifier"], r["type"], bytes.fromhex(r["data"])
    ),
    0x34: lambda r: services.RequestDownload.make_request(location(r["range"])),
    0x35: lambda r: services.RequestUpload.make_request(location(r["range"])),
    0x36: lambda r: services.TransferData.make_request(r["counter"], bytes.fromhex(r["data"])),
    0x37: lambda r: services.RequestTransferExit.make_request(bytes.fromhex(r["data"])),
    0x3D: lambda r: services.WriteMemoryByAddress.make_request(location(r["range"]), bytes.fromhex(r["data"])),
    0x3E: lambda r: services.TesterPresent.make_request(),
    0x85: lambda r: services.ControlDTCSetting.make_request(r["type"], bytes.fromhex(r["data"])),
    0x19: lambda r: ReadDTCInformation.make_request(
        r["report"],
        status_mask=r.get("status_mask"),
        severity_mask=r.get("severity_mask"),
        dtc=r.get("dtc"),
        snapshot_record_number=r.get("record_number"),
        extended_data_record_number=r.get("record_number"),
        memory_selection=r.get("memory_selection"),
        functional_group_id=r.get("functional_group"),
        standard_version=2013 if 0x0F <= r["report"] <= 0x13 else 2020,
    ),
}


def hexed(data):
    return None if data is None else data.hex()


def session(response, asked):
    data = services.DiagnosticSessionControl.interpret_response(response, 2020).service_data
    return [data.session_echo, round(data.p2_server_max * 1000), round(data.p2_star_server_max * 1000)]


def reset(response, asked):
    data = services.ECUReset.interpret_response(response).service_data
    return [data.reset_type_echo, data.powerdown_time]


def identifiers(response, asked):
    didconfig = {int(did): Raw(length) for did, length in asked["lengths"].items()}
    data = services.ReadDataByIdentifier.interpret_response(
        response, [int(did) for did in asked["lengths"]], didconfig, False
    ).service_data
    return [[did, value.hex()] for did, value in data.values.items()]


def access(response, asked):
    mode = services.SecurityAccess.Mode
    level = response.data[0]
    data = services.SecurityAccess.interpret_response(
        response, mode.RequestSeed if level % 2 else mode.SendKey
    ).service_data
    return [data.security_level_echo, hexed(data.seed)]


def routine(response, asked):
    data = services.RoutineControl.interpret_response(response).service_data
    return [data.control_type_echo, data.routine_id_echo, data.routine_status_record.hex()]


def download(response, asked):
    return [services.RequestDownload.interpret_response(response).service_data.max_length]


def block(response, asked):
    data = services.TransferData.interpret_response(response).service_data
    return [data.sequence_number_echo, data.parameter_records.hex()]


def define(response, asked):
    data = services.DynamicallyDefineDataIdentifier.interpret_response(response).service_data
    return [data.subfunction_echo, data.did_echo]


def file(response, asked):
    data = services.RequestFileTransfer.interpret_response(response, tolerate_zero_padding=False).service_data
    sizes = None if data.filesize is None else [data.filesize.uncompressed, data.filesize.compressed]
    packing = None if data.dfi is None else data.dfi.get_byte_as_int()
    return [data.moop_echo, data.max_length, packing, sizes, data.dirinfo_length, data.fileposition]


def authentication(response, asked):
    data = services.Authentication.interpret_response(response).service_data
    return [
        data.authentication_task_echo,
        data.return_value,
        hexed(data.challenge_server),
        hexed(data.certificate_server),
        hexed(data.proof_of_ownership_server),
        hexed(data.ephemeral_public_key_server),
        hexed(data.session_key_info),
        hexed(data.algorithm_indicator),
        hexed(data.needed_additional_parameter),
    ]


READERS = {
    0x50: (services.DiagnosticSessionControl, session),
    0x51: (services.ECUReset, reset),
    0x62: (services.ReadDataByIdentifier, identifiers),
    0x67: (services.SecurityAccess, access),
    0x69: (services.Authentication, authentication),
    0x6C: (services.DynamicallyDefineDataIdentifier, define),
    0x71: (services.RoutineControl, routine),
    0x74: (services.RequestDownload, download),
    0x76: (services.TransferData, block),
    0x78: (services.RequestFileTransfer, file),
}


def fields(asked):
    data = bytes.fromhex(asked["fields"])
    service, reader = READERS[data[0]]
    response = Response(service=service, code=Response.Code.PositiveResponse, data=data[1:])
    return {"fields": reader(response, asked)}


def build(request):
    made = MAKERS[request["service"]](request)
    return {"bytes": made.get_payload(suppress_positive_response=request.get("suppress", False)).hex()}


for line in sys.stdin:
    asked = json.loads(line)
    try:
        if "fields" in asked:
            told = fields(asked)
        else:
            told = read(asked) if "answer" in asked else build(asked["request"])
    except Exception as error:
        told = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(told), flush=True)
