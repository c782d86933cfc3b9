//! Which trouble codes a declared code stands for.

use cc_core::{Dtc, DtcStatus, ScanService};

/// One entry of `match`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Pattern {
    /// Every code of every family.
    Any,
    /// A code with a failure type byte, or one without a P-code view: this code only.
    Exact(Dtc),
    /// Codes whose P-code view lies between the two, both included.
    Range(u16, u16),
}

impl Pattern {
    /// `P0301`, `P0300..P0312`, `P03*`, `*`, or the canonical text of any other family.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text == "*" {
            return Some(Self::Any);
        }
        if let Some((low, high)) = text.split_once("..") {
            let (low, high) = (two_bytes(low.trim())?, two_bytes(high.trim())?);
            return (low <= high && low >> 14 == high >> 14).then_some(Self::Range(low, high));
        }
        if let Some(prefix) = text.strip_suffix('*') {
            if prefix.is_empty() || prefix.len() > 4 {
                return None;
            }
            let low = two_bytes(&format!("{prefix:0<5}"))?;
            let last_second = if prefix.len() == 1 { "3" } else { "" };
            let high = two_bytes(&format!("{:F<5}", format!("{prefix}{last_second}")))?;
            return Some(Self::Range(low, high));
        }
        let dtc: Dtc = text.parse().ok()?;
        match dtc {
            Dtc::J2012(code) => Some(Self::Range(code.raw(), code.raw())),
            Dtc::Vag(code) => Some(match code.p_code() {
                Some(view) => Self::Range(view.raw(), view.raw()),
                None => Self::Exact(dtc),
            }),
            other => Some(Self::Exact(other)),
        }
    }

    pub(crate) fn matches(self, dtc: Dtc) -> bool {
        match self {
            Self::Any => true,
            Self::Exact(code) => code == dtc,
            Self::Range(low, high) => dtc.p_code().is_some_and(|view| (low..=high).contains(&view.raw())),
        }
    }

    /// Whether exactly one fault can match, so that its removal says all there is to say.
    pub(crate) fn is_single(self) -> bool {
        match self {
            Self::Any => false,
            Self::Exact(_) => true,
            Self::Range(low, high) => low == high,
        }
    }
}

fn two_bytes(text: &str) -> Option<u16> {
    match text.parse().ok()? {
        Dtc::J2012(code) => Some(code.raw()),
        _ => None,
    }
}

/// Which reports of a code count.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum StatusFilter {
    Any,
    Confirmed,
    Pending,
    Warning,
}

impl StatusFilter {
    pub(crate) const WORDS: [(&'static str, Self); 4] = [
        ("any", Self::Any),
        ("confirmed", Self::Confirmed),
        ("pending", Self::Pending),
        ("warning", Self::Warning),
    ];

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(word, _)| *word == text).map(|(_, filter)| *filter)
    }

    /// Whether a report with this status byte counts. A report without one is a stored code.
    pub(crate) fn accepts(self, status: Option<DtcStatus>) -> bool {
        match (self, status) {
            (Self::Any, _) => true,
            (Self::Confirmed, None) => true,
            (Self::Confirmed, Some(status)) => status.confirmed(),
            (Self::Pending, None) => false,
            (Self::Pending, Some(status)) => status.pending(),
            (Self::Warning, None) => false,
            (Self::Warning, Some(status)) => status.warning_indicator_requested(),
        }
    }

    /// Whether a listing by this service, of codes with one of the bits of `mask`, counts as a report, for a code that
    /// came without a status byte.
    pub(crate) fn accepts_listing(self, service: ScanService, mask: Option<DtcStatus>) -> bool {
        match self {
            Self::Any => true,
            Self::Confirmed => service != ScanService::Pending && mask.is_none_or(DtcStatus::confirmed),
            Self::Pending => service == ScanService::Pending,
            Self::Warning => false,
        }
    }

    /// Whether a complete list of this service that lacks a code denies it. A list of the codes that have one of the bits
    /// of `mask` says nothing about the other bits.
    pub(crate) fn is_denied_by(self, service: ScanService, mask: Option<DtcStatus>) -> bool {
        let asked = match service {
            ScanService::Uds => true,
            ScanService::Stored => matches!(self, Self::Any | Self::Confirmed | Self::Warning),
            ScanService::Pending => self == Self::Pending,
            ScanService::Permanent => false,
        };
        asked
            && mask.is_none_or(|mask| match self {
                Self::Any => mask.confirmed() && mask.pending(),
                Self::Confirmed => mask.confirmed(),
                Self::Pending => mask.pending(),
                Self::Warning => mask.warning_indicator_requested(),
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_compares_the_p_code_view_of_every_family() {
        for (pattern, code, expected) in [
            ("P0301", "P0301", true),
            ("P0301", "P030100", true),
            ("P0301", "P0302", false),
            ("P0300..P0312", "P0312", true),
            ("P0300..P0312", "P0313", false),
            ("P0118", "VAG 16502", true),
            ("VAG 16502", "P0118", true),
            ("VAG 17978", "VAG 17978", true),
            ("P157000", "P157000", true),
            ("P157000", "P157011", false),
            ("P03*", "P03FF", true),
            ("P03*", "P0401", false),
            ("U*", "U3FFF", true),
            ("U*", "B0001", false),
            ("SPN 1208 FMI 10", "SPN 1208 FMI 10", true),
            ("*", "RAW 43-21", true),
            ("P*", "RAW 43-21", false),
        ] {
            let matches = Pattern::parse(pattern).unwrap().matches(code.parse().unwrap());
            assert_eq!(matches, expected, "{pattern} {code}");
        }
        for text in ["", "P0312..P0300", "P0300..U0300", "P0300..", "PX*", "Z*", "P03011*", "NO"] {
            assert_eq!(Pattern::parse(text), None, "{text}");
        }
    }
}
