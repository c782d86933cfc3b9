"""Lets python-OBD read the simulator: VIN, codes and twenty parameters, over a pseudo-terminal and over TCP.

python-OBD (PyPI `obd`) is GPL: it runs here as a program of its own, for tests only, and is no part of the project.

Usage: python_obd.py PATH-OF-CCARS
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import obd

# python-OBD cuts the digits 0, 1 and 2 off both ends of a VIN: that of the usual scenario has none of them there.
VIN = "WVWZZZ1KZAM000345"
# What the usual scenario holds.
STORED = {"P0301", "P0420", "P0700"}
PENDING = {"P0171"}
# Twenty parameters. The car stands still in time, so that two readings of them are the same.
PARAMETERS = [
    "ENGINE_LOAD",
    "COOLANT_TEMP",
    "SHORT_FUEL_TRIM_1",
    "LONG_FUEL_TRIM_1",
    "INTAKE_PRESSURE",
    "RPM",
    "SPEED",
    "TIMING_ADVANCE",
    "INTAKE_TEMP",
    "MAF",
    "THROTTLE_POS",
    "RUN_TIME",
    "DISTANCE_W_MIL",
    "FUEL_LEVEL",
    "WARMUPS_SINCE_DTC_CLEAR",
    "DISTANCE_SINCE_DTC_CLEAR",
    "BAROMETRIC_PRESSURE",
    "CONTROL_MODULE_VOLTAGE",
    "AMBIANT_AIR_TEMP",
    "OIL_TEMP",
]
# The same by our names, where they are in one unit.
OURS = {
    "ENGINE_LOAD": "engine_load",
    "COOLANT_TEMP": "engine_coolant_temperature",
    "SHORT_FUEL_TRIM_1": "short_term_fuel_trim_1",
    "LONG_FUEL_TRIM_1": "long_term_fuel_trim_1",
    "INTAKE_PRESSURE": "intake_manifold_pressure",
    "RPM": "engine_speed",
    "SPEED": "vehicle_speed",
    "TIMING_ADVANCE": "timing_advance",
    "INTAKE_TEMP": "intake_air_temperature",
    "MAF": "mass_air_flow",
    "THROTTLE_POS": "throttle_position",
    "RUN_TIME": "engine_run_time",
    "DISTANCE_W_MIL": "distance_with_mil_on",
    "FUEL_LEVEL": "fuel_level",
    "WARMUPS_SINCE_DTC_CLEAR": "warm_ups_since_clear",
    "DISTANCE_SINCE_DTC_CLEAR": "distance_since_clear",
    "BAROMETRIC_PRESSURE": "barometric_pressure",
    "CONTROL_MODULE_VOLTAGE": "battery_voltage",
    "AMBIANT_AIR_TEMP": "ambient_air_temperature",
    "OIL_TEMP": "engine_oil_temperature",
}

failures = 0


def expect(what: str, good: bool, found: object) -> None:
    """Prints one line, and counts what is wrong."""
    global failures
    if good:
        print(f"ok: {what}")
    else:
        failures += 1
        print(f"FAILED: {what}: found {found}")


def simulator(ccars: str, *arguments: str) -> tuple[subprocess.Popen, str]:
    """Starts the simulator; gives it and its address."""
    process = subprocess.Popen([ccars, "sim", *arguments], stdout=subprocess.PIPE, text=True)
    for line in process.stdout:
        if found := re.search(r"try: ccars scan (\S+)", line):
            return process, found.group(1)
    raise SystemExit("the simulator did not start")


def read(ccars: str, line: str, *arguments: str) -> None:
    """python-OBD reads the simulator, and so do we."""
    process, address = simulator(ccars, *arguments)
    port = address.removeprefix("serial:").replace("tcp://", "socket://")
    try:
        car = obd.OBD(port, baudrate=38400, fast=False, timeout=5)
        expect(f"{line}: python-OBD connects", car.status() == obd.OBDStatus.CAR_CONNECTED, car.status())
        vin = car.query(obd.commands.VIN).value
        expect(f"{line}: the VIN", vin is not None and bytes(vin) == VIN.encode(), "another")
        codes = {code for code, _ in car.query(obd.commands.GET_DTC).value or []}
        expect(f"{line}: stored codes", codes == STORED, codes)
        codes = {code for code, _ in car.query(obd.commands.GET_CURRENT_DTC).value or []}
        expect(f"{line}: pending codes", codes == PENDING, codes)
        expect(f"{line}: the lamp", car.query(obd.commands.STATUS).value.MIL, "off")
        theirs = {name: car.query(obd.commands[name]).value for name in PARAMETERS}
        car.close()
        scan = subprocess.run([ccars, "live", address, "--once", "--json"], capture_output=True, text=True, check=True)
        ours = {value["signal"]: value["value"] for value in json.loads(scan.stdout)["values"] if value["ecu"] == "7E8"}
        for name in PARAMETERS:
            value, own = theirs[name], ours.get(OURS[name])
            good = value is not None and own is not None and abs(value.magnitude - own) < 0.001
            expect(f"{line}: {name}", good, f"{value} there, {own} here")
    finally:
        process.kill()
        process.wait()


def steady(course: object) -> object:
    """The value of the second point of a course: the drive is under way."""
    return course[1][1] if isinstance(course, list) else course


def main(ccars: str) -> None:
    """Both kinds of line."""
    usual = subprocess.run([ccars, "sim", "--print-scenario"], capture_output=True, text=True, check=True)
    scenario = json.loads(usual.stdout)
    for ecu in scenario["ecus"]:
        ecu["signals"] = {signal: steady(course) for signal, course in ecu["signals"].items()}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "scenario.json"
        file.write_text(json.dumps(scenario))
        read(ccars, "pty", "--scenario", str(file), "--pty")
        read(ccars, "tcp", "--scenario", str(file), "--tcp", "127.0.0.1:0")


if __name__ == "__main__":
    main(sys.argv[1])
    sys.exit(failures > 0)
