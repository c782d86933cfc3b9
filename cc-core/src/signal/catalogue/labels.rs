//! What the numbers of enumerated signals mean (SAE J1979-DA), in our own words. Where a number holds one bit a
//! state, the label stands at the bit's value.

type Labels = &'static [(u32, &'static str)];

pub(super) const FUEL_TYPES: Labels = &[
    (0, "not available"),
    (1, "petrol"),
    (2, "methanol"),
    (3, "ethanol"),
    (4, "diesel"),
    (5, "liquefied petroleum gas"),
    (6, "compressed natural gas"),
    (7, "propane"),
    (8, "electricity"),
    (9, "bi-fuel, on petrol"),
    (10, "bi-fuel, on methanol"),
    (11, "bi-fuel, on ethanol"),
    (12, "bi-fuel, on liquefied petroleum gas"),
    (13, "bi-fuel, on compressed natural gas"),
    (14, "bi-fuel, on propane"),
    (15, "bi-fuel, on electricity"),
    (16, "bi-fuel, on electricity and an engine"),
    (17, "hybrid, on petrol"),
    (18, "hybrid, on ethanol"),
    (19, "hybrid, on diesel"),
    (20, "hybrid, on electricity"),
    (21, "hybrid, on electricity and an engine"),
    (22, "hybrid, charging from its motion"),
    (23, "bi-fuel, on diesel"),
    (24, "bi-fuel, on natural gas"),
    (25, "bi-fuel, on diesel"),
    (26, "natural gas"),
    (27, "diesel and compressed natural gas together"),
    (28, "diesel and liquefied natural gas together"),
    (29, "hydrogen in a fuel cell"),
    (30, "hydrogen in an engine"),
    (31, "kerosene"),
    (32, "heavy fuel oil"),
];

pub(super) const FUEL_SYSTEM_STATES: Labels = &[
    (0, "engine off"),
    (1, "open loop, not yet warm enough"),
    (2, "closed loop"),
    (4, "open loop because of the load or overrun"),
    (8, "open loop because of a fault"),
    (16, "closed loop with a faulty oxygen sensor"),
    (32, "second bank in open loop, not yet warm enough"),
    (64, "second bank in open loop because of the load or overrun"),
    (128, "second bank in open loop because of a fault"),
];

pub(super) const SECONDARY_AIR_STATES: Labels = &[
    (1, "before the catalyst"),
    (2, "behind the catalyst's inlet"),
    (4, "to the outside, or off"),
    (8, "pump on for a test"),
];

pub(super) const CONTROL_STATES: Labels =
    &[(1, "open loop"), (2, "closed loop"), (3, "fault, value not to be trusted")];

pub(super) const CONTROL_AREA_STATES: Labels = &[
    (1, "inside the area"),
    (2, "outside the area"),
    (4, "inside an exception of the maker"),
    (8, "inside a granted deficiency"),
];

pub(super) const INDUCEMENT_REASONS: Labels = &[
    (1, "reagent low"),
    (2, "wrong reagent"),
    (4, "consumption of reagent off"),
    (8, "nitrogen oxide emissions too high"),
];

pub(super) const INDUCEMENT_STATES: Labels =
    &[(0, "inactive"), (1, "enabled"), (2, "active"), (3, "not supported")];

pub(super) const OBD_STANDARDS: Labels = &[
    (1, "OBD II (California)"),
    (2, "OBD (United States)"),
    (3, "OBD and OBD II"),
    (4, "OBD I"),
    (5, "none"),
    (6, "EOBD (Europe)"),
    (7, "EOBD and OBD II"),
    (8, "EOBD and OBD"),
    (9, "EOBD, OBD and OBD II"),
    (10, "JOBD (Japan)"),
    (11, "JOBD and OBD II"),
    (12, "JOBD and EOBD"),
    (13, "JOBD, EOBD and OBD II"),
    (14, "heavy vehicles, Euro IV B1"),
    (15, "heavy vehicles, Euro V B2"),
    (16, "heavy vehicles, Euro EEC C"),
    (17, "EMD, the engine maker's diagnostics"),
    (18, "EMD+"),
    (19, "heavy-duty OBD, part of it"),
    (20, "heavy-duty OBD"),
    (21, "world-wide harmonised OBD"),
    (23, "heavy-duty EOBD stage I"),
    (24, "heavy-duty EOBD stage I with nitrogen oxide control"),
    (25, "heavy-duty EOBD stage II"),
    (26, "heavy-duty EOBD stage II with nitrogen oxide control"),
    (28, "OBDBr-1 (Brazil)"),
    (29, "OBDBr-2 (Brazil)"),
    (30, "KOBD (Korea)"),
    (31, "IOBD I (India)"),
    (32, "IOBD II (India)"),
    (33, "heavy-duty EOBD stage VI"),
    (34, "OBD, OBD II and heavy-duty OBD"),
    (35, "OBDBr-3 (Brazil)"),
];

pub(super) const EMISSION_REQUIREMENTS: Labels =
    &[(14, "Euro IV B1"), (15, "Euro V B2"), (16, "Euro EEV C"), (17, "Euro VI")];

pub(super) const INDICATOR_DISPLAYS: Labels =
    &[(0, "grades are not told apart"), (1, "grades are told apart"), (3, "not available")];

pub(super) const INDICATOR_MODES: Labels =
    &[(0, "off"), (1, "on demand"), (2, "short"), (3, "continuous"), (14, "error"), (15, "not available")];

pub(super) const HYBRID_MODES: Labels = &[(0, "keeps its charge"), (1, "uses its charge")];

pub(super) const ENHANCED_HYBRID_MODES: Labels =
    &[(0, "keeps its charge"), (1, "uses its charge"), (2, "raises its charge")];
