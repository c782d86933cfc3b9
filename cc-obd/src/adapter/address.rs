//! Where an adapter is.

use core::fmt;
use core::str::FromStr;
use std::string::{String, ToString};

/// Where an adapter is, as text: `tcp://host:port`, `serial:/dev/ttyUSB0?baud=38400` or `can:can0`.
///
/// # Examples
///
/// ```
/// use cc_obd::adapter::AdapterAddress;
///
/// let wifi: AdapterAddress = "tcp://192.168.0.10".parse()?;
/// assert_eq!(wifi.to_string(), "tcp://192.168.0.10:35000");
/// let usb: AdapterAddress = "serial:/dev/ttyUSB0?baud=115200".parse()?;
/// assert_eq!(usb, AdapterAddress::Serial { path: "/dev/ttyUSB0".into(), baud: 115_200 });
/// assert_eq!("/dev/rfcomm0".parse::<AdapterAddress>()?.to_string(), "serial:/dev/rfcomm0?baud=38400");
///
/// let error = "bluetooth:00:11".parse::<AdapterAddress>().unwrap_err();
/// assert_eq!(error.to_string(), "expected tcp://host:port, serial:path?baud=rate or can:interface");
/// # Ok::<(), cc_obd::adapter::AdapterAddressError>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum AdapterAddress {
    /// A SocketCAN interface; Linux only.
    Can {
        /// Its name, such as `can0`.
        interface: String,
    },
    /// A serial port, or anything that looks like one.
    Serial {
        /// Its path or name: `/dev/ttyUSB0`, `/dev/rfcomm0`, `COM3`.
        path: String,
        /// Bits a second.
        baud: u32,
    },
    /// A TCP port.
    Tcp {
        /// Name or number of the host.
        host: String,
        /// The port.
        port: u16,
    },
}

/// The port that Wi-Fi adapters listen on.
const PORT: u16 = 35_000;
/// The rate of most USB and Bluetooth adapters.
const BAUD: u32 = 38_400;

impl FromStr for AdapterAddress {
    type Err = AdapterAddressError;

    fn from_str(text: &str) -> Result<Self, AdapterAddressError> {
        if let Some(rest) = text.strip_prefix("tcp://").or_else(|| text.strip_prefix("tcp:")) {
            let rest = rest.strip_suffix('/').unwrap_or(rest);
            // The colons of a bare IPv6 address are no port.
            let is_host = rest.ends_with(']') || (rest.matches(':').count() > 1 && !rest.starts_with('['));
            let (host, port) = match rest.rsplit_once(':') {
                Some((host, port)) if !is_host => {
                    (host, port.parse().map_err(|_| AdapterAddressError::Port)?)
                }
                _ => (rest, PORT),
            };
            if host.is_empty() {
                return Err(AdapterAddressError::Form);
            }
            return Ok(Self::Tcp { host: host.to_string(), port });
        }
        if let Some(interface) = text.strip_prefix("can:") {
            // Linux takes 15 characters.
            let fits = (1..=15).contains(&interface.len()) && !interface.contains(['/', ' ']);
            return if fits {
                Ok(Self::Can { interface: interface.to_string() })
            } else {
                Err(AdapterAddressError::Interface)
            };
        }
        let is_port = |text: &str| text.starts_with("/dev/") || text.starts_with("COM");
        let rest = match text.strip_prefix("serial:") {
            Some(rest) => rest,
            None if is_port(text) => text,
            None => {
                let port = text.rsplit_once(':').map(|(host, port)| (host, port.parse::<u16>()));
                let is_host =
                    matches!(port, Some((host, Ok(_))) if !host.is_empty() && !host.contains(['/', ':']));
                return Err(if is_host { AdapterAddressError::Scheme } else { AdapterAddressError::Form });
            }
        };
        let (path, baud) = match rest.split_once('?') {
            Some((path, option)) => {
                let baud = option.strip_prefix("baud=").ok_or(AdapterAddressError::Option)?;
                if baud.contains('&') {
                    return Err(AdapterAddressError::Option);
                }
                (path, baud.parse().ok().filter(|&baud| baud > 0).ok_or(AdapterAddressError::Baud)?)
            }
            None => (rest, BAUD),
        };
        if path.is_empty() {
            return Err(AdapterAddressError::Form);
        }
        Ok(Self::Serial { path: path.to_string(), baud })
    }
}

impl fmt::Display for AdapterAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Can { interface } => write!(f, "can:{interface}"),
            Self::Serial { path, baud } => write!(f, "serial:{path}?baud={baud}"),
            Self::Tcp { host, port } => write!(f, "tcp://{host}:{port}"),
        }
    }
}

/// Why a text is not an [`AdapterAddress`].
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum AdapterAddressError {
    /// The rate is no number.
    #[error("expected a number of bits a second behind baud=, such as 38400")]
    Baud,
    /// None of the known forms.
    #[error("expected tcp://host:port, serial:path?baud=rate or can:interface")]
    Form,
    /// The name is none that an interface can have.
    #[error("expected the name of an interface of 1 to 15 characters")]
    Interface,
    /// Something else than the rate stands behind the path of a serial port.
    #[error("expected ?baud=rate behind the path of a serial port, and nothing else")]
    Option,
    /// The port is no number up to 65535.
    #[error("expected a port from 0 to 65535")]
    Port,
    /// A host and a port without the word before them.
    #[error("expected tcp:// before a host and its port")]
    Scheme,
}

impl AdapterAddressError {
    /// What to write instead, as a fragment of a sentence.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::Baud | Self::Option => {
                "write serial:/dev/ttyUSB0?baud=38400; adapters have 8 data bits and no parity"
            }
            Self::Form => "write tcp://192.168.0.10:35000, serial:/dev/ttyUSB0?baud=38400 or can:can0",
            Self::Interface => "write can:can0, with a name that `ip link` lists",
            Self::Port | Self::Scheme => "write tcp://192.168.0.10:35000",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_written() {
        for (text, written) in [
            ("tcp://localhost:1234", Ok("tcp://localhost:1234")),
            ("tcp:10.0.0.1", Ok("tcp://10.0.0.1:35000")),
            ("tcp://[::1]:7", Ok("tcp://[::1]:7")),
            ("tcp://::1", Ok("tcp://::1:35000")),
            ("COM3", Ok("serial:COM3?baud=38400")),
            ("serial:COM3?baud=9600", Ok("serial:COM3?baud=9600")),
            ("can:vcan0", Ok("can:vcan0")),
            ("can:", Err(AdapterAddressError::Interface)),
            ("serial:?baud=9600", Err(AdapterAddressError::Form)),
            ("serial:/dev/ttyS0?baud=fast", Err(AdapterAddressError::Baud)),
            ("serial:/dev/ttyS0?parity=even", Err(AdapterAddressError::Option)),
            ("serial:/dev/ttyS0?baud=9600&parity=even", Err(AdapterAddressError::Option)),
            ("/dev/ttyS0?bauds=9600", Err(AdapterAddressError::Option)),
            ("nohost:35000", Err(AdapterAddressError::Scheme)),
            ("192.168.0.10:35000", Err(AdapterAddressError::Scheme)),
            ("tcp://host:99999", Err(AdapterAddressError::Port)),
            ("tcp://:35000", Err(AdapterAddressError::Form)),
            ("", Err(AdapterAddressError::Form)),
        ] {
            let address = text.parse::<AdapterAddress>();
            assert_eq!(
                address.map(|address| address.to_string()),
                written.map(ToString::to_string),
                "{text}"
            );
        }
    }
}
