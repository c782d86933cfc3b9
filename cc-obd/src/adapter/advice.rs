//! What a person can do where a line cannot be opened.

use std::io;

/// The interface is there, and down.
pub(super) const CAN_UP: &str = "bring the interface up: ip link set can0 up type can bitrate 500000";

/// No such device (`ENODEV` of Linux), as for an interface that is not there.
const NO_DEVICE: i32 = 19;
/// Not a terminal (`ENOTTY` of Unix), as for a file.
const NO_TERMINAL: i32 = 25;
/// The kernel lacks that family of sockets (`EAFNOSUPPORT` of Linux).
const NO_FAMILY: i32 = 97;

pub(super) fn can(source: &io::Error) -> &'static str {
    match (source.kind(), source.raw_os_error()) {
        (io::ErrorKind::NetworkDown, _) => CAN_UP,
        (io::ErrorKind::PermissionDenied, _) => "ask for the right to use the interface",
        (_, Some(NO_FAMILY)) => {
            "load the kernel's modules for can (modprobe can_raw), or use a serial or tcp adapter"
        }
        (io::ErrorKind::NotFound, _) | (_, Some(NO_DEVICE)) => {
            "choose an interface that `ip link` lists, and bring it up: ip link set can0 up type can bitrate 500000"
        }
        (io::ErrorKind::Unsupported, _) => {
            "use a serial or tcp adapter: can interfaces are there on linux only"
        }
        _ => "see that the interface is a can one and up: ip -details link show",
    }
}

pub(super) fn serial(source: &io::Error) -> &'static str {
    match (source.kind(), source.raw_os_error()) {
        (io::ErrorKind::PermissionDenied, _) => {
            "join the group of the port (often dialout), or ask for the right to use it"
        }
        (io::ErrorKind::NotFound, _) => {
            "see that the adapter is plugged in or paired, and its port's name is right"
        }
        (io::ErrorKind::ResourceBusy, _) => "close the program that uses the port",
        (io::ErrorKind::InvalidInput | io::ErrorKind::IsADirectory, _) | (_, Some(NO_TERMINAL)) => {
            "choose a serial port, such as /dev/ttyUSB0 or COM3, and a rate that it knows, such as 38400"
        }
        _ => "see that the port is one of an adapter and nothing else uses it",
    }
}

pub(super) fn tcp(source: &io::Error) -> &'static str {
    match (source.kind(), source.raw_os_error()) {
        (io::ErrorKind::PermissionDenied, _) => "allow this program to use the network",
        // Names are looked up by the library, whose errors have no number of the system.
        (kind, None) if kind != io::ErrorKind::TimedOut => {
            "see that the host's name is right, or write its number: tcp://192.168.0.10:35000"
        }
        _ => "join the adapter's wi-fi, or start the simulator, and see that the port is right (often 35000)",
    }
}
