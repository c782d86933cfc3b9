//! Who the adapter says it is, and whether that is true.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

/// What the adapter says of itself, and the commands it refused.
///
/// Most adapters on the market copy an old ELM327 and give themselves a newer version. What counts is what they do.
///
/// # Examples
///
/// See [`Report::AdapterFound`](super::Report::AdapterFound).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct AdapterIdentity {
    /// The text of `AT I`: `ELM327 v1.5`. Empty where the adapter gives none.
    pub name: Box<str>,
    /// The text of `AT @1`.
    pub description: Option<Box<str>>,
    /// The text of `ST I`, where the adapter is an STN: `STN1110 v4.2.0`.
    pub stn: Option<Box<str>>,
    /// The commands of the set-up that it did not understand.
    pub refused: Vec<Box<str>>,
    /// How often an answer lacked its prompt.
    pub lost_prompts: u32,
}

impl AdapterIdentity {
    /// The version in tenths that the name states: 15 for `ELM327 v1.5`.
    pub fn version(&self) -> Option<u32> {
        let (_, version) = self.name.rsplit_once(['v', 'V'])?;
        let (major, minor) = version.split_once('.')?;
        let minor: u32 = minor.chars().next()?.to_digit(10)?;
        major.trim().parse::<u32>().ok()?.checked_mul(10)?.checked_add(minor)
    }

    /// The commands that an ELM327 of the stated version knows and this adapter does not: it is a copy.
    pub fn missing(&self) -> impl Iterator<Item = &str> {
        let version = self.version().unwrap_or(0);
        let known =
            move |command: &str| SINCE.iter().any(|(name, since)| *name == command && *since <= version);
        self.refused.iter().map(|command| &**command).filter(move |command| known(command))
    }

    /// Whether the adapter is a copy that lacks what its version promises, or loses prompts.
    pub fn is_copy(&self) -> bool {
        self.missing().next().is_some() || self.lost_prompts > 0
    }
}

impl fmt::Display for AdapterIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (&self.stn, self.name.is_empty()) {
            (Some(stn), _) => stn,
            (None, true) => "an adapter without a name",
            (None, false) => &self.name,
        })?;
        if self.is_copy() {
            f.write_str(" (a copy)")?;
        }
        Ok(())
    }
}

/// Since which version, in tenths, an ELM327 knows the commands of the set-up (ELM327 data sheet, "AT command summary").
const SINCE: [(&str, u32); 8] = [
    ("ATE0", 10),
    ("ATL0", 10),
    ("ATH1", 10),
    ("ATS0", 13),
    ("AT@1", 10),
    ("ATAL", 10),
    ("ATAT1", 12),
    ("ATDPN", 10),
];

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn a_copy_is_known_by_what_it_lacks() {
        for (name, refused, version, copy) in [
            ("ELM327 v1.5", &[][..], Some(15), false),
            ("ELM327 v2.1", &["ATAT1"][..], Some(21), true),
            // Version 1.0 did not have it yet.
            ("ELM327 v1.0", &["ATAT1"][..], Some(10), false),
            ("ELM327 v1.4b", &["ATS0"][..], Some(14), true),
            ("", &["ATS0"][..], None, false),
            ("ELM327", &["ATE0"][..], None, false),
        ] {
            let identity = AdapterIdentity {
                name: name.into(),
                refused: refused.iter().map(|&command| command.into()).collect(),
                ..AdapterIdentity::default()
            };
            assert_eq!((identity.version(), identity.is_copy()), (version, copy), "{name}");
        }
        let stn =
            AdapterIdentity { stn: Some("STN1110 v4.2.0".into()), lost_prompts: 1, ..Default::default() };
        assert_eq!(stn.to_string(), "STN1110 v4.2.0 (a copy)");
    }
}
