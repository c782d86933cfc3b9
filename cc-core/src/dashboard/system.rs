//! Which part of the car a signal or a code is about, and what the dashboard makes of each signal.

use super::words::Words;
use crate::{Dtc, DtcSystem, Language, SignalId};

/// A part of the car that a person would name.
///
/// # Examples
///
/// ```
/// use cc_core::Language;
/// use cc_core::dashboard::VehicleSystem;
///
/// assert_eq!(VehicleSystem::of_dtc("P0301".parse()?), Some(VehicleSystem::Engine));
/// assert_eq!(VehicleSystem::of_dtc("P0730".parse()?), Some(VehicleSystem::Transmission));
/// assert_eq!(VehicleSystem::Tires.word(Language::English), "tyres");
/// assert_eq!(VehicleSystem::Tires.word(Language::Danish), "dæk");
/// # Ok::<(), cc_core::DtcParseError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum VehicleSystem {
    /// The starter battery and its charging.
    Battery,
    /// Body and network: lights, doors, buses between control units.
    Body,
    /// Pads, fluid, anti-lock brakes.
    Brakes,
    /// Steering, suspension, stability control.
    Chassis,
    /// The drive battery and the electric drive.
    ElectricDrive,
    /// The combustion engine with its fuel, oil and coolant.
    Engine,
    /// What cleans the exhaust: particulate filter, AdBlue.
    Exhaust,
    /// Airbags.
    Restraints,
    /// The maker's service plan.
    Service,
    /// Tyres and their pressure.
    Tires,
    /// The gearbox.
    Transmission,
}

impl VehicleSystem {
    /// Every one, in order.
    pub const ALL: [Self; 11] = [
        Self::Battery,
        Self::Body,
        Self::Brakes,
        Self::Chassis,
        Self::ElectricDrive,
        Self::Engine,
        Self::Exhaust,
        Self::Restraints,
        Self::Service,
        Self::Tires,
        Self::Transmission,
    ];

    /// The name for it in JSON, such as `electric_drive`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Battery => "battery",
            Self::Body => "body",
            Self::Brakes => "brakes",
            Self::Chassis => "chassis",
            Self::ElectricDrive => "electric_drive",
            Self::Engine => "engine",
            Self::Exhaust => "exhaust",
            Self::Restraints => "restraints",
            Self::Service => "service",
            Self::Tires => "tires",
            Self::Transmission => "transmission",
        }
    }

    /// The word for it in a language .
    pub fn word(self, language: Language) -> &'static str {
        let words: Words = match self {
            Self::Battery => ["battery", "batteri", "Batterie", "batteri", "batteri", "batería"],
            Self::Body => ["body", "karrosseri", "Karosserie", "karosseri", "kaross", "carrocería"],
            Self::Brakes => ["brakes", "bremser", "Bremsen", "bremser", "bromsar", "frenos"],
            Self::Chassis => ["chassis", "undervogn", "Fahrwerk", "understell", "chassi", "chasis"],
            Self::ElectricDrive => [
                "electric drive",
                "eldrift",
                "Elektroantrieb",
                "elektrisk drift",
                "eldrift",
                "propulsión eléctrica",
            ],
            Self::Engine => ["engine", "motor", "Motor", "motor", "motor", "motor"],
            Self::Exhaust => ["exhaust", "udstødning", "Abgasanlage", "eksos", "avgassystem", "escape"],
            Self::Restraints => {
                ["airbags", "airbags", "Airbags", "kollisjonsputer", "krockkuddar", "airbags"]
            }
            Self::Service => ["service", "service", "Inspektion", "service", "service", "mantenimiento"],
            Self::Tires => ["tyres", "dæk", "Reifen", "dekk", "däck", "neumáticos"],
            Self::Transmission => {
                ["gearbox", "gearkasse", "Getriebe", "girkasse", "växellåda", "caja de cambios"]
            }
        };
        language.of(words)
    }

    /// The part a code is about, as far as its number says (SAE J2012: the letter, and the groups of P0 codes). A truck's,
    /// KWP or raw code says nothing.
    pub fn of_dtc(dtc: Dtc) -> Option<Self> {
        let code = dtc.p_code()?;
        let digits = code.raw() & 0x3FFF;
        Some(match code.system() {
            DtcSystem::Body if matches!(digits, 0x0000..=0x00FF) => Self::Restraints,
            DtcSystem::Body | DtcSystem::Network => Self::Body,
            DtcSystem::Chassis if matches!(digits, 0x0000..=0x00FF) => Self::Brakes,
            DtcSystem::Chassis => Self::Chassis,
            DtcSystem::Powertrain => match digits {
                0x0560..=0x0563 | 0x0620..=0x0626 => Self::Battery,
                0x0700..=0x09FF => Self::Transmission,
                0x0A00..=0x0CFF => Self::ElectricDrive,
                0x2002 | 0x2452..=0x2463 | 0x202A..=0x204F | 0x207F | 0x20E8 | 0x20EE | 0x2BA9 => {
                    Self::Exhaust
                }
                0x2700..=0x27FF => Self::Transmission,
                _ => Self::Engine,
            },
        })
    }

    /// The part a signal is about, where it says how that part is.
    pub fn of_signal(signal: &SignalId) -> Option<Self> {
        signal.position().and_then(|place| CLASSES.get(place)).and_then(|class| class.system)
    }
}

/// The part an ECU is in charge of, by its role, or by its address for emission diagnosis (ISO 15765-4).
pub(super) fn of_ecu(ecu: Option<&str>) -> Option<VehicleSystem> {
    match ecu {
        None | Some("engine" | "7E8") => Some(VehicleSystem::Engine),
        Some("transmission" | "7E9") => Some(VehicleSystem::Transmission),
        Some("abs" | "brakes") => Some(VehicleSystem::Brakes),
        Some("airbag") => Some(VehicleSystem::Restraints),
        Some(_) => None,
    }
}

/// What the dashboard makes of a signal.
#[derive(Clone, Copy)]
pub(super) struct Class {
    pub(super) makes: Makes,
    /// The part of the car that is known to be watched when the signal comes.
    pub(super) system: Option<VehicleSystem>,
}

#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Makes {
    /// Nothing but a sign of life.
    Nothing,
    /// A warning light.
    Lamp,
    /// A reminder, open at 0 and below.
    Left,
    /// A reminder, open above 0.
    Exceeded,
    /// Something that the date of the next service is worked out from.
    Service,
    /// The car's VIN.
    Vin,
}

/// The class of a signal of the catalogue.
pub(super) fn class(signal: &SignalId) -> Option<Class> {
    CLASSES.get(signal.position()?).copied()
}

/// One place a row of the catalogue; more than it has.
static CLASSES: [Class; 768] = classes();

const fn classes() -> [Class; 768] {
    use SignalId as S;
    use VehicleSystem as V;
    let mut all = [Class { makes: Makes::Nothing, system: None }; 768];
    macro_rules! set {
        ($($makes:ident, $system:expr => $($signal:ident)+;)*) => {$($(
            const $signal: &S = &S::$signal;
            if let Some(place) = $signal.position() {
                all[place] = Class { makes: Makes::$makes, system: $system };
            }
        )+)*};
    }
    set! {
        Lamp, Some(V::Battery) => BATTERY_CHARGE_LAMP;
        Lamp, Some(V::Body) => BULB_FAILURE_LAMP;
        Lamp, Some(V::Brakes) => BRAKE_PAD_WEAR_LAMP BRAKE_FLUID_LAMP BRAKE_LAMP ABS_LAMP;
        Lamp, Some(V::Chassis) => STABILITY_CONTROL_LAMP POWER_STEERING_LAMP;
        Lamp, Some(V::ElectricDrive) => HIGH_VOLTAGE_SYSTEM_LAMP;
        Lamp, Some(V::Engine) => MALFUNCTION_INDICATOR LOW_OIL_PRESSURE_LAMP LOW_OIL_LEVEL_LAMP COOLANT_TEMPERATURE_LAMP
            LOW_COOLANT_LEVEL_LAMP WATER_IN_FUEL_LAMP;
        Lamp, Some(V::Exhaust) => DPF_LAMP ADBLUE_LAMP;
        Lamp, Some(V::Restraints) => AIRBAG_LAMP;
        Lamp, Some(V::Service) => SERVICE_LAMP;
        // The car's own verdict on one tyre, for which its instruments have a lamp.
        Lamp, Some(V::Tires) => TIRE_PRESSURE_LAMP TIRE_PRESSURE_FRONT_LEFT_LOW TIRE_PRESSURE_FRONT_RIGHT_LOW
            TIRE_PRESSURE_REAR_LEFT_LOW TIRE_PRESSURE_REAR_RIGHT_LOW;
        Lamp, Some(V::Transmission) => TRANSMISSION_LAMP TRANSMISSION_TEMPERATURE_LAMP;
        // What a driver fills up or fastens says nothing about the car's health.
        Lamp, None => GLOW_PLUG_LAMP LOW_FUEL_LAMP SEAT_BELT_LAMP WASHER_FLUID_LAMP;
        Left, Some(V::Service) => NEXT_OIL_CHANGE_30DAYS NEXT_OIL_CHANGE_DISTANCE NEXT_OIL_CHANGE_TIME
            NEXT_SERVICE_30DAYS NEXT_SERVICE_DISTANCE NEXT_SERVICE_TIME;
        Exceeded, Some(V::Service) => EXCEEDED_OIL_CHANGE_DISTANCE EXCEEDED_OIL_CHANGE_TIME;
        Service, None => ODOMETER DAILY_ODOMETER ODOMETER10;
        Service, None => LAST_SERVICE_DATE LAST_SERVICE_DISTANCE LAST_SERVICE_ODOMETER LAST_SERVICE_TIME
            SERVICE_INTERVAL_DISTANCE SERVICE_INTERVAL_TIME;
        Vin, None => VIN;
        Nothing, Some(V::Battery) => BATTERY_VOLTAGE BATTERY_CHARGE;
        Nothing, Some(V::Brakes) => BRAKE_PAD_WEAR_FRONT_LEFT BRAKE_PAD_WEAR_FRONT_RIGHT BRAKE_PAD_WEAR_REAR_LEFT
            BRAKE_PAD_WEAR_REAR_RIGHT BRAKE_FLUID_LEVEL;
        Nothing, Some(V::ElectricDrive) => HIGH_VOLTAGE_BATTERY_HEALTH HIGH_VOLTAGE_BATTERY_TEMPERATURE;
        Nothing, Some(V::Engine) => ENGINE_COOLANT_TEMPERATURE ENGINE_OIL_LEVEL ENGINE_OIL_PRESSURE;
        Nothing, Some(V::Exhaust) => ADBLUE_REMAINING_DISTANCE ADBLUE_LEVEL;
        Nothing, Some(V::Tires) => TIRE_PRESSURE_FRONT_LEFT TIRE_PRESSURE_FRONT_RIGHT TIRE_PRESSURE_REAR_LEFT
            TIRE_PRESSURE_REAR_RIGHT;
        Nothing, Some(V::Transmission) => TRANSMISSION_OIL_TEMPERATURE;
    }
    all
}

/// Lamps that are red on the instruments (ISO 2575: danger, stop): they are urgent without a rule that says so.
pub(super) fn is_red(signal: &SignalId) -> bool {
    RED.contains(signal)
}

const RED: [SignalId; 7] = [
    SignalId::BATTERY_CHARGE_LAMP,
    SignalId::BRAKE_FLUID_LAMP,
    SignalId::BRAKE_LAMP,
    SignalId::COOLANT_TEMPERATURE_LAMP,
    SignalId::HIGH_VOLTAGE_SYSTEM_LAMP,
    SignalId::LOW_OIL_PRESSURE_LAMP,
    SignalId::POWER_STEERING_LAMP,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue;

    #[test]
    fn every_lamp_of_the_catalogue_makes_a_row() {
        assert!(catalogue().len() <= CLASSES.len());
        for row in catalogue() {
            let id: SignalId = row.id.parse().unwrap();
            let is_low_tire = row.id.starts_with("tire_pressure_") && row.id.ends_with("_low");
            let is_lamp = row.id.ends_with("_lamp") || is_low_tire || id == SignalId::MALFUNCTION_INDICATOR;
            assert_eq!(class(&id).is_some_and(|class| class.makes == Makes::Lamp), is_lamp, "{id}");
        }
        for signal in RED {
            assert!(class(&signal).is_some_and(|class| class.makes == Makes::Lamp));
        }
    }

    #[test]
    fn a_code_is_about_the_part_its_number_names() {
        for (code, system) in [
            ("P0301", Some(VehicleSystem::Engine)),
            ("P0562", Some(VehicleSystem::Battery)),
            ("P0700", Some(VehicleSystem::Transmission)),
            ("P0A80", Some(VehicleSystem::ElectricDrive)),
            ("P2002", Some(VehicleSystem::Exhaust)),
            ("C0035", Some(VehicleSystem::Brakes)),
            ("C1234", Some(VehicleSystem::Chassis)),
            ("B0001", Some(VehicleSystem::Restraints)),
            ("B1234", Some(VehicleSystem::Body)),
            ("U0100", Some(VehicleSystem::Body)),
            ("VAG 16684", Some(VehicleSystem::Engine)),
            ("KWP 4321", None),
            ("RAW 43-21", None),
        ] {
            assert_eq!(VehicleSystem::of_dtc(code.parse().unwrap()), system, "{code}");
        }
    }

    #[test]
    fn every_part_has_a_word_of_its_own_in_every_language() {
        for &language in Language::ALL {
            let mut all: alloc::vec::Vec<_> = VehicleSystem::ALL.iter().map(|s| s.word(language)).collect();
            all.sort_unstable();
            all.dedup();
            assert_eq!(all.len(), VehicleSystem::ALL.len(), "{language:?}");
        }
    }
}
