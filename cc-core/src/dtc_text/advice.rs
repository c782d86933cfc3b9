//! What to do about a code: a class a component, with an urgency and an action.

use crate::{Action, Urgency};

/// The classes, from the least to the most urgent. Eight fit the three bits an [`Entry`](super::table) has for them.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[repr(u8)]
pub(super) enum Advice {
    /// Only a comfort is affected.
    Note,
    /// Mention it at the workshop.
    Tell,
    /// The owner can look: a cap, a tyre, a fluid.
    Check,
    /// The starter battery or its charging.
    Battery,
    /// A visit at the workshop, soon.
    Visit,
    /// A visit this week.
    Week,
    /// The car may not run, or not for long.
    Assist,
    /// Going on is dangerous, or ruins the engine.
    Stop,
}

impl Advice {
    /// Of a part's class and a failure's, the more urgent.
    pub(super) const fn most(self, other: Self) -> Self {
        if self as u8 >= other as u8 { self } else { other }
    }

    /// The class back from its three bits.
    pub(super) const fn from_bits(bits: u8) -> Self {
        match bits & 0b111 {
            0 => Self::Note,
            1 => Self::Tell,
            2 => Self::Check,
            3 => Self::Battery,
            4 => Self::Visit,
            5 => Self::Week,
            6 => Self::Assist,
            _ => Self::Stop,
        }
    }

    pub(super) const fn urgency(self) -> Urgency {
        match self {
            Self::Note => Urgency::Info,
            Self::Tell => Urgency::Low,
            Self::Check | Self::Battery | Self::Visit => Urgency::Medium,
            Self::Week | Self::Assist => Urgency::High,
            Self::Stop => Urgency::Critical,
        }
    }

    pub(super) const fn action(self) -> Action {
        match self {
            Self::Note => Action::None,
            Self::Tell => Action::TextWorkshop,
            Self::Check => Action::CheckYourself,
            Self::Battery => Action::BatteryTest,
            Self::Visit | Self::Week => Action::Book,
            Self::Assist => Action::CallAssistance,
            Self::Stop => Action::StopSafely,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_survives_its_three_bits_and_urgency_never_falls_with_the_class() {
        let all = [
            Advice::Note,
            Advice::Tell,
            Advice::Check,
            Advice::Battery,
            Advice::Visit,
            Advice::Week,
            Advice::Assist,
            Advice::Stop,
        ];
        for advice in all {
            assert_eq!(Advice::from_bits(advice as u8), advice);
        }
        assert!(all.is_sorted_by_key(|advice| advice.urgency()));
        assert_eq!(Advice::Visit.most(Advice::Stop), Advice::Stop);
        assert_eq!(Advice::Stop.most(Advice::Visit), Advice::Stop);
    }
}
