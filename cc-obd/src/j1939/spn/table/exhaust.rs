//! What happens to the exhaust.

use cc_core::MeasureUnit;

use crate::j1939::spn::row::{Spn, number, state};

/// AT1IG1, 61454: Aftertreatment 1 intake gas 1.
pub(super) const AT1IG1: &[Spn] = &[number(
    3216,
    "aftertreatment_1_intake_nox",
    "Nitrogen oxides before the aftertreatment",
    (1, 16),
    (1, 20, -200.0),
    MeasureUnit::PartsPerMillion,
)];

/// AT1OG1, 61455: Aftertreatment 1 outlet gas 1.
pub(super) const AT1OG1: &[Spn] = &[number(
    3226,
    "aftertreatment_1_outlet_nox",
    "Nitrogen oxides behind the aftertreatment",
    (1, 16),
    (1, 20, -200.0),
    MeasureUnit::PartsPerMillion,
)];

/// AT1S1, 64891: Aftertreatment 1 service 1.
pub(super) const AT1S1: &[Spn] = &[
    number(
        3719,
        "dpf_1_soot_load",
        "Soot in the particulate filter",
        (1, 8),
        (1, 1, 0.0),
        MeasureUnit::Percent,
    ),
    number(
        3720,
        "dpf_1_ash_load",
        "Ash in the particulate filter",
        (2, 8),
        (1, 1, 0.0),
        MeasureUnit::Percent,
    ),
    number(
        3721,
        "dpf_1_time_since_regeneration",
        "Time since the last active regeneration",
        (3, 32),
        (1, 1, 0.0),
        MeasureUnit::Second,
    ),
];

/// DPFC1, 64892: Particulate filter control 1.
pub(super) const DPFC1: &[Spn] = &[
    state(3697, "dpf_lamp_command", "Particulate filter lamp", (1, 1), 3),
    state(3699, "dpf_passive_regeneration_status", "Passive regeneration", (2, 1), 2),
    state(3700, "dpf_active_regeneration_status", "Active regeneration", (2, 3), 2),
    state(3701, "dpf_status", "State of the particulate filter", (2, 5), 3),
];

/// AT1T1I, 65110: Aftertreatment 1 reagent tank 1.
pub(super) const AT1T1I: &[Spn] = &[
    number(1761, "adblue_level", "How full the reagent tank is", (1, 8), (2, 5, 0.0), MeasureUnit::Percent),
    number(
        3031,
        "adblue_fluid_temperature",
        "Temperature in the reagent tank",
        (2, 8),
        (1, 1, -40.0),
        MeasureUnit::Celsius,
    ),
    number(
        3517,
        "adblue_level_height",
        "Height of the reagent in its tank",
        (3, 16),
        (1, 10, 0.0),
        MeasureUnit::Millimeter,
    ),
    state(5245, "adblue_low_level_indicator", "Reagent low level indicator", (5, 6), 3),
    state(5246, "scr_inducement_severity", "Severity of the inducement of the driver", (6, 6), 3),
];
