//! The groups, by number. A parameter is added by adding its row.

mod chassis;
mod distance;
mod exhaust;
mod powertrain;

use super::row::{Group, Spn};

/// All groups that the table has, by their number.
pub const fn groups() -> &'static [Group] {
    GROUPS
}

const GROUPS: &[Group] = &[
    group(61441, "EBC1", "Electronic brake controller 1", 6, chassis::EBC1),
    group(61442, "ETC1", "Electronic transmission controller 1", 3, powertrain::ETC1),
    group(61443, "EEC2", "Electronic engine controller 2", 3, powertrain::EEC2),
    group(61444, "EEC1", "Electronic engine controller 1", 3, powertrain::EEC1),
    group(61445, "ETC2", "Electronic transmission controller 2", 6, powertrain::ETC2),
    group(61454, "AT1IG1", "Aftertreatment 1 intake gas 1", 6, exhaust::AT1IG1),
    group(61455, "AT1OG1", "Aftertreatment 1 outlet gas 1", 6, exhaust::AT1OG1),
    group(64777, "HRLFC", "High resolution fuel consumption", 6, distance::HRLFC),
    group(64891, "AT1S1", "Aftertreatment 1 service 1", 6, exhaust::AT1S1),
    group(64892, "DPFC1", "Particulate filter control 1", 6, exhaust::DPFC1),
    group(65110, "AT1T1I", "Aftertreatment 1 reagent tank 1", 6, exhaust::AT1T1I),
    group(65132, "TCO1", "Tachograph", 3, chassis::TCO1),
    group(65136, "CVW", "Combination vehicle weight", 6, chassis::CVW),
    group(65198, "AIR1", "Air supply pressure", 6, chassis::AIR1),
    group(65213, "FD1", "Fan drive 1", 6, powertrain::FD1),
    group(65215, "EBC2", "Wheel speeds", 2, chassis::EBC2),
    group(65216, "SERV", "Service information", 6, distance::SERV),
    group(65217, "VDHR", "High resolution vehicle distance", 6, distance::VDHR),
    group(65247, "EEC3", "Electronic engine controller 3", 6, powertrain::EEC3),
    group(65248, "VD", "Vehicle distance", 6, distance::VD),
    group(65251, "EC1", "Engine configuration 1", 6, powertrain::EC1),
    group(65253, "HOURS", "Engine hours and revolutions", 6, distance::HOURS),
    group(65254, "TD", "Time and date", 6, distance::TD),
    group(65256, "VDS", "Vehicle direction and speed", 6, chassis::VDS),
    group(65257, "LFC1", "Fuel consumption", 6, distance::LFC1),
    group(65258, "VW", "Vehicle weight", 6, chassis::VW),
    group(65262, "ET1", "Engine temperature 1", 6, powertrain::ET1),
    group(65263, "EFL/P1", "Engine fluid level and pressure 1", 6, powertrain::EFL_P1),
    group(65265, "CCVS1", "Cruise control and vehicle speed 1", 6, chassis::CCVS1),
    group(65266, "LFE1", "Fuel economy", 6, powertrain::LFE1),
    group(65268, "TIRE", "Tire condition", 6, chassis::TIRE),
    group(65269, "AMB", "Ambient conditions", 6, powertrain::AMB),
    group(65270, "IC1", "Intake and exhaust conditions 1", 6, powertrain::IC1),
    group(65271, "VEP1", "Vehicle electrical power 1", 6, powertrain::VEP1),
    group(65272, "TRF1", "Transmission fluids 1", 6, powertrain::TRF1),
    group(65276, "DD1", "Dash display 1", 6, chassis::DD1),
];

const fn group(
    pgn: u32,
    acronym: &'static str,
    name: &'static str,
    priority: u8,
    spns: &'static [Spn],
) -> Group {
    Group { pgn, acronym, name, priority, spns }
}
