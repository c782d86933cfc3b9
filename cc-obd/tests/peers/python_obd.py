"""Units and scalings of service 06 as python-OBD (PyPI `obd`, GPL: a process of its own) reads them, over JSON lines.

`{"id": id, "hex": hex}` is answered by the value in the unit, and that unit; by null where it does not know the id.
"""

import json
import sys

from obd.UnitsAndScaling import UAS_IDS

for line in sys.stdin:
    request = json.loads(line)
    scaling = UAS_IDS.get(request["id"])
    if scaling is None:
        print("null", flush=True)
        continue
    value = scaling(bytearray.fromhex(request["hex"]))
    if isinstance(value, bool):
        print(json.dumps({"value": float(value)}), flush=True)
        continue
    print(json.dumps({"value": float(value.magnitude), "unit": f"{value.units:~}"}), flush=True)
