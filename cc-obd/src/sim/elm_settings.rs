//! What the adapter was told, and how it answers `AT` and `ST` commands.

use alloc::format;
use alloc::string::{String, ToString};

use super::AdapterSpec;
use super::wire::{Bus, Look};

/// The adapter's settings.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the adapter")]
pub(super) struct Settings {
    pub(super) echo: bool,
    pub(super) linefeeds: bool,
    pub(super) look: Look,
    /// `AT R0`: answers are not waited for.
    pub(super) responses: bool,
    /// The protocol set; 0: any.
    pub(super) protocol: u8,
    /// `SPA`: others may be tried where this one fails.
    pub(super) automatic: bool,
    /// The protocol found by a search, or set and spoken.
    pub(super) active: Option<Bus>,
    /// The target of requests, set by `AT SH`: 11 or 29 bits; `None` is all.
    pub(super) header: Option<u32>,
    /// The upper five bits of 29-bit ids, `AT CP`.
    priority: u8,
}

/// What the adapter does about a command.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Said {
    /// Answers so.
    Text(String),
    /// Restarts, and says who it is.
    Restart,
    /// Does not know it.
    Unknown,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            echo: true,
            linefeeds: false,
            look: Look { headers: false, spaces: true, formatted: true, lengths: false },
            responses: true,
            protocol: 0,
            automatic: true,
            active: None,
            header: None,
            priority: 0x18,
        }
    }
}

impl Settings {
    /// An `AT` command, without `AT`, in capitals and without spaces.
    pub(super) fn at(&mut self, command: &str, spec: &AdapterSpec) -> Said {
        let okay = || Said::Text("OK".to_string());
        let on = |digit: &str| match digit {
            "0" => Some(false),
            "1" => Some(true),
            _ => None,
        };
        if spec.unknown_commands.iter().any(|unknown| {
            unknown
                .strip_prefix("AT")
                .is_some_and(|unknown| !unknown.is_empty() && command.starts_with(unknown))
        }) {
            return Said::Unknown;
        }
        match command {
            "Z" | "WS" => return Said::Restart,
            "I" => return Said::Text(spec.identity.to_string()),
            "@1" => return Said::Text(spec.description.to_string()),
            "RV" => {
                let tenths = spec.voltage_mv / 100;
                return Said::Text(format!("{}.{}V", tenths / 10, tenths % 10));
            }
            "D" => {
                let echo = self.echo;
                *self = Self { echo, protocol: self.protocol, active: self.active, ..Self::default() };
                return okay();
            }
            "DP" => {
                let auto = if self.automatic { "AUTO, " } else { "" };
                let name = self.active.map_or("AUTO", |bus| protocol_name(bus.0));
                return Said::Text(if self.active.is_some() {
                    format!("{auto}{name}")
                } else {
                    name.to_string()
                });
            }
            "DPN" => {
                let number = self.active.map_or(self.protocol, |bus| bus.0);
                return Said::Text(if self.automatic {
                    format!("A{number:X}")
                } else {
                    format!("{number:X}")
                });
            }
            "IGN" => return Said::Text("ON".to_string()),
            "AR" | "AL" | "NL" | "AT0" | "AT1" | "AT2" | "BD" | "CEA" | "FE" | "FI" | "LP" | "M0" | "M1"
            | "SI" | "SS" | "CFC0" | "CFC1" | "KW0" | "KW1" | "V0" | "V1" => return okay(),
            "PC" => {
                self.active = None;
                return okay();
            }
            _ => {}
        }
        let set = |place: &mut bool, digit: &str| on(digit).map(|value| *place = value).is_some();
        let known = if let Some(rest) = command.strip_prefix("CAF") {
            set(&mut self.look.formatted, rest)
        } else if let Some(rest) = command.strip_prefix("CRA").or_else(|| command.strip_prefix("CEA")) {
            rest.is_empty() || is_hex(rest)
        } else if let Some(rest) = command.strip_prefix("CP") {
            u8::from_str_radix(rest, 16).map(|priority| self.priority = priority & 0x1F).is_ok()
        } else if let Some(rest) = command.strip_prefix("SH") {
            self.set_header(rest)
        } else if let Some(rest) = command.strip_prefix("SP").or_else(|| command.strip_prefix("TP")) {
            self.set_protocol(rest)
        } else if let Some(rest) = command.strip_prefix("ST").or_else(|| command.strip_prefix("SW")) {
            is_hex(rest)
        } else if let Some(rest) = command.strip_prefix("FC").or_else(|| command.strip_prefix("PP")) {
            !rest.is_empty()
        } else if let Some(rest) = command.strip_prefix("WM").or_else(|| command.strip_prefix("IIA")) {
            is_hex(rest)
        } else {
            match command.split_at_checked(1) {
                Some(("D", digit)) => set(&mut self.look.lengths, digit),
                Some(("E", digit)) => {
                    let before = self.echo;
                    let known = set(&mut self.echo, digit);
                    self.echo |= spec.echo_stuck && before;
                    known
                }
                Some(("H", digit)) => set(&mut self.look.headers, digit),
                Some(("L", digit)) => set(&mut self.linefeeds, digit),
                Some(("R", digit)) => set(&mut self.responses, digit),
                Some(("S", digit)) => set(&mut self.look.spaces, digit),
                _ => false,
            }
        };
        if known { okay() } else { Said::Unknown }
    }

    /// An `ST` command, without `ST`, in capitals and without spaces.
    pub(super) fn st(&mut self, command: &str, spec: &AdapterSpec) -> Said {
        let Some(stn) = &spec.stn else { return Said::Unknown };
        match command {
            "I" => Said::Text(stn.to_string()),
            "DI" => Said::Text(spec.description.to_string()),
            "PRS" => Said::Text(self.active.map_or("AUTO", |bus| protocol_name(bus.0)).to_string()),
            _ if command.starts_with("PTO") || command.starts_with("CAFCP") => Said::Text("OK".to_string()),
            _ => Said::Unknown,
        }
    }

    fn set_protocol(&mut self, text: &str) -> bool {
        let (automatic, digit) = match text.strip_prefix('A') {
            Some(digit @ ("" | "0")) => (true, if digit.is_empty() { "A" } else { digit }),
            Some(digit) => (true, digit),
            None => (
                text == "0" || text == "00",
                text.strip_prefix('0').filter(|rest| !rest.is_empty()).unwrap_or(text),
            ),
        };
        let Ok(number @ 0..=12) = u8::from_str_radix(digit, 16) else { return false };
        self.protocol = number;
        self.automatic = automatic || number == 0;
        self.active = None;
        self.header = None;
        true
    }

    fn set_header(&mut self, text: &str) -> bool {
        let Ok(number) = u32::from_str_radix(text, 16) else { return false };
        self.header = match text.len() {
            3 => (number != 0x7DF).then_some(number),
            // Three bytes of a 29-bit id, the first byte by `AT CP`, or the header of an older bus.
            6 => {
                let id = u32::from(self.priority) << 24 | number;
                (number & 0xFF_0000 != 0xDB_0000 && number >> 16 >= 0x80).then_some(id)
            }
            8 => (number >> 16 != 0x18DB).then_some(number),
            _ => return false,
        };
        true
    }
}

fn is_hex(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_hexdigit())
}

/// The names that `AT DP` gives.
fn protocol_name(number: u8) -> &'static str {
    match number {
        1 => "SAE J1850 PWM",
        2 => "SAE J1850 VPW",
        3 => "ISO 9141-2",
        4 => "ISO 14230-4 (KWP 5BAUD)",
        5 => "ISO 14230-4 (KWP FAST)",
        6 => "ISO 15765-4 (CAN 11/500)",
        7 => "ISO 15765-4 (CAN 29/500)",
        8 => "ISO 15765-4 (CAN 11/250)",
        9 => "ISO 15765-4 (CAN 29/250)",
        _ => "AUTO",
    }
}
