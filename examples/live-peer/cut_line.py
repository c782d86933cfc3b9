"""Lets our adapter read the ELM327-emulator, over TCP and over a pseudo-terminal, while the line is cut and restored.

Between the two stands a relay that cuts each line after some bytes and takes the next connection. The relay of the
pseudo-terminal is one of its own, whose path a symbolic link holds.

Usage: cut_line.py PATH-OF-ELM PATH-OF-CCARS
"""

import json
import os
import pty
import re
import select
import socket
import subprocess
import sys
import tempfile
import threading
import time
import tty
from pathlib import Path

from session import FAULTS, connect, free_port, until_faulty

# The bytes after which each line is cut: within the set-up, the search and the polls; the last one is left whole.
CUTS = [5, 60, 260, 700]
CODES = {"P0301", "P0133", "P0420", "U0100", "P0700"}
SIGNALS = ["engine_speed", "engine_coolant_temperature", "vehicle_speed"]

failures = 0


def expect(what: str, good: bool, found: object) -> None:
    """Prints one line, and counts what is wrong."""
    global failures
    if good:
        print(f"ok: {what}")
    else:
        failures += 1
        print(f"FAILED: {what}: found {found}")


def start(elm: str, folder: str, *arguments: str) -> subprocess.Popen:
    """Starts the emulator with its faults."""
    answers = {name: "".join(f"<writeln>{frame}</writeln>" for frame in frames) for name, frames in FAULTS.items()}
    emulator = subprocess.Popen(
        [elm, *arguments, "-s", "car"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=Path(folder),
        text=True,
    )
    emulator.stdin.write(f"emulator.answer = {answers!r}\n")
    emulator.stdin.flush()
    return emulator


def relay(ours: int, theirs: int, room: int | None) -> None:
    """Passes bytes on until one side ends, or the car has said as much as there is room for."""
    while True:
        for ready in select.select([ours, theirs], [], [])[0]:
            try:
                piece = os.read(ready, 1024)
            except OSError:
                return
            if not piece:
                return
            if ready == theirs and room is not None:
                piece, room = piece[:room], room - len(piece)
            os.write(theirs if ready == ours else ours, piece)
            if room is not None and room <= 0:
                return


def tcp_relay(listener: socket.socket, port: int) -> None:
    """Relays one connection after the other, each cut but the last."""
    for room in [*CUTS, None]:
        ours, _ = listener.accept()
        # The emulator takes a new client some time after the old one left.
        for _ in range(100):
            try:
                theirs = socket.create_connection(("127.0.0.1", port), timeout=10)
                break
            except OSError:
                time.sleep(0.1)
        theirs.settimeout(None)
        relay(ours.fileno(), theirs.fileno(), room)
        ours.close()
        theirs.close()


def pty_relay(link: Path, path: str, ready: threading.Event) -> None:
    """The same for pseudo-terminals: the link leads to a new one after each cut."""
    theirs = os.open(path, os.O_RDWR | os.O_NOCTTY)
    tty.setraw(theirs)
    for room in [*CUTS, None]:
        master, slave = pty.openpty()
        tty.setraw(slave)
        fresh = link.with_suffix(".new")
        fresh.symlink_to(os.ttyname(slave))
        fresh.replace(link)
        ready.set()
        relay(master, theirs, room)
        os.close(slave)
        os.close(master)


def read(ccars: str, line: str, address: str) -> None:
    """Our adapter reads codes, VIN and values, however often the line is cut."""
    command = [ccars, "live", address, "--json", "--show-vin", "--for", "40s", "--every", "500ms"]
    for signal in SIGNALS:
        command += ["--signal", signal]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    expect(f"{line}: ends well", run.returncode == 0, run.stderr)
    # The first is told at once, the others are counted at the end.
    words = re.findall(r"the line to the adapter was cut(?:; wait|, (once|\d+ times) more)", run.stderr)
    cuts = sum({"": 1, "once": 1}.get(word) or int(word.split()[0]) for word in words)
    expect(f"{line}: the line was cut {len(CUTS)} times", cuts == len(CUTS), cuts)
    seen = [json.loads(text) for text in run.stdout.splitlines()]
    codes = {item["dtc"] for item in seen if item.get("service") == "03"}
    expect(f"{line}: codes", codes == CODES, codes)
    expect(f"{line}: the VIN", any(item.get("signal") == "vin" and len(item["value"]) == 17 for item in seen), "none")
    for signal in SIGNALS:
        count = sum(item.get("signal") == signal for item in seen)
        expect(f"{line}: {signal}, again and again", count >= 10, count)
    hot = [item["value"] for item in seen if item.get("signal") == "engine_coolant_temperature"]
    expect(f"{line}: the coolant's temperature", set(hot) == {118}, set(hot))
    errors = [item for item in seen if "error" in item]
    expect(f"{line}: nothing damaged", not errors, errors)


def main(elm: str, ccars: str) -> None:
    """Both kinds of line."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        emulator = start(elm, folder, "-n", str(port))
        try:
            with connect(port, emulator) as link:
                until_faulty(link)
            with socket.create_server(("127.0.0.1", 0)) as listener:
                threading.Thread(target=tcp_relay, args=(listener, port), daemon=True).start()
                read(ccars, "tcp", f"tcp://127.0.0.1:{listener.getsockname()[1]}")
        finally:
            emulator.kill()
            emulator.wait()
        emulator = start(elm, folder)
        try:
            path = None
            for text in emulator.stdout:
                if found := next((word for word in text.split() if word.strip('"').startswith("/dev/pts/")), None):
                    path = found.strip('".,')
                    break
            threading.Thread(target=emulator.stdout.read, daemon=True).start()
            time.sleep(5.0)  # the console takes the faults in its own time
            link, ready = Path(folder) / "port", threading.Event()
            threading.Thread(target=pty_relay, args=(link, path, ready), daemon=True).start()
            ready.wait(10)
            read(ccars, "pty", f"serial:{link}")
        finally:
            emulator.kill()
            emulator.wait()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
    sys.exit(failures > 0)
