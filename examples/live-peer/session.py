"""Starts the ELM327-emulator, talks to it over TCP as a scan tool would, and prints the session it recorded.

Only the standard library is used; the emulator runs as a separate process and is a peer of tests, never a part of the
project. Faults are injected through its console, so that the session holds trouble codes and a hot engine.

Usage: session.py PATH-OF-ELM > session.log
"""

import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

# Commands of the session; the emulator answers all of them but those in FAULTS by itself.
COMMANDS = ["ATE1", "ATH1", "ATS1", "ATL0", "ATSP6", "0100", "0101", "0902", "03", "07"] + ["010C", "0105"] * 8

# What its `car` scenario lacks: four stored codes in two frames from the engine with another ECU's between them, none
# pending, and a coolant of 118 degrees Celsius.
FAULTS = {
    "GET_DTC": ["7E8 10 0A 43 04 03 01 01 33", "7E9 04 43 01 07 00", "7E8 21 04 20 C1 00 00 00 00"],
    "GET_CURRENT_DTC": ["7E8 02 47 00"],
    "COOLANT_TEMP": ["7E8 03 41 05 9E"],
}

PATIENCE = 20.0


def free_port() -> int:
    """A port that nothing listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def connect(port: int, emulator: subprocess.Popen) -> socket.socket:
    """Waits until the emulator listens."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if emulator.poll() is not None:
            raise SystemExit(f"the emulator ended with code {emulator.returncode}")
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        except ConnectionRefusedError:
            time.sleep(0.2)
    raise SystemExit("the emulator did not start to listen")


def ask(link: socket.socket, command: str) -> bytes:
    """Sends one command and gives everything up to and with the next prompt."""
    link.sendall(command.encode() + b"\r")
    answer = b""
    while not answer.rstrip().endswith(b">"):
        piece = link.recv(4096)
        if not piece:
            raise SystemExit(f"the emulator hung up after {command}")
        answer += piece
    return answer


def until_faulty(link: socket.socket) -> None:
    """The console takes the faults in its own time."""
    end = time.monotonic() + PATIENCE
    while b"10 0A 43" not in ask(link, "03"):
        if time.monotonic() > end:
            raise SystemExit("the emulator did not take the faults")
        time.sleep(0.1)


def main(elm: str) -> None:
    """Records one session on standard output."""
    port = free_port()
    answers = {name: "".join(f"<writeln>{frame}</writeln>" for frame in frames) for name, frames in FAULTS.items()}
    with tempfile.TemporaryDirectory() as folder:
        emulator = subprocess.Popen(
            [elm, "-n", str(port), "-s", "car"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=Path(folder),
            text=True,
        )
        try:
            emulator.stdin.write(f"emulator.answer = {answers!r}\n")
            emulator.stdin.flush()
            with connect(port, emulator) as link:
                until_faulty(link)
                ask(link, "ATZ")
                for command in COMMANDS:
                    sys.stdout.buffer.write(ask(link, command))
        finally:
            emulator.kill()
            emulator.wait()


if __name__ == "__main__":
    main(sys.argv[1])
