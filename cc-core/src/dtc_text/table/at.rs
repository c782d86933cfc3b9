//! Where: the mark of a part among its like, bank and sensor, cylinder, place in the car.

/// Where a part is. Zero stands for "not said".
#[derive(Clone, Copy, Debug)]
pub(in crate::dtc_text) struct At {
    pub(super) label: u8,
    pub(super) bank: u8,
    pub(super) sensor: u8,
    pub(super) place: u8,
}

/// The number of a bank that stands for both.
pub(in crate::dtc_text) const BANKS_BOTH: u8 = 3;
/// Places up to this number are cylinders.
pub(in crate::dtc_text) const CYLINDERS: u8 = 12;

impl At {
    pub(super) const NONE: Self = Self { label: 0, bank: 0, sensor: 0, place: 0 };

    /// Both; saying one thing twice does not compile.
    pub(super) const fn and(self, other: Self) -> Self {
        assert!(self.label == 0 || other.label == 0);
        assert!(self.bank == 0 || other.bank == 0);
        assert!(self.sensor == 0 || other.sensor == 0);
        assert!(self.place == 0 || other.place == 0);
        Self {
            label: self.label | other.label,
            bank: self.bank | other.bank,
            sensor: self.sensor | other.sensor,
            place: self.place | other.place,
        }
    }
}

/// The mark behind a component's name, such as `A`, `2` or `A/B`; empty for 0.
pub(in crate::dtc_text) fn label(number: u8) -> &'static str {
    LABELS.get(usize::from(number)).copied().unwrap_or_default()
}

const fn bank(bank: u8) -> At {
    At { bank, ..At::NONE }
}

const fn sensor(sensor: u8) -> At {
    At { sensor, ..At::NONE }
}

const fn place(place: u8) -> At {
    At { place, ..At::NONE }
}

pub(super) const BANK_1: At = bank(1);
pub(super) const BANK_2: At = bank(2);
pub(super) const BANKS: At = bank(BANKS_BOTH);
pub(super) const SENSOR_1: At = sensor(1);
pub(super) const SENSOR_2: At = sensor(2);
pub(super) const SENSOR_3: At = sensor(3);
pub(super) const SENSOR_4: At = sensor(4);
pub(super) const SENSOR_5: At = sensor(5);
pub(super) const SENSOR_6: At = sensor(6);
pub(super) const CYL_1: At = place(1);
pub(super) const CYL_2: At = place(2);
pub(super) const CYL_3: At = place(3);
pub(super) const CYL_4: At = place(4);
pub(super) const CYL_5: At = place(5);
pub(super) const CYL_6: At = place(6);
pub(super) const CYL_7: At = place(7);
pub(super) const CYL_8: At = place(8);
pub(super) const CYL_9: At = place(9);
pub(super) const CYL_10: At = place(10);
pub(super) const CYL_11: At = place(11);
pub(super) const CYL_12: At = place(12);
pub(super) const UNIT_1: At = at_place(super::super::words::place::name::UNIT_1);
pub(super) const UNIT_2: At = at_place(super::super::words::place::name::UNIT_2);
pub(super) const LEFT: At = at_place(super::super::words::place::name::LEFT);
pub(super) const RIGHT: At = at_place(super::super::words::place::name::RIGHT);
pub(super) const CENTRE: At = at_place(super::super::words::place::name::CENTRE);
pub(super) const REAR: At = at_place(super::super::words::place::name::REAR);
pub(super) const LEFT_FRONT: At = at_place(super::super::words::place::name::LEFT_FRONT);
pub(super) const RIGHT_FRONT: At = at_place(super::super::words::place::name::RIGHT_FRONT);
pub(super) const LEFT_REAR: At = at_place(super::super::words::place::name::LEFT_REAR);
pub(super) const RIGHT_REAR: At = at_place(super::super::words::place::name::RIGHT_REAR);
pub(super) const DRIVER: At = at_place(super::super::words::place::name::DRIVER);
pub(super) const FRONT_CENTRE: At = at_place(super::super::words::place::name::FRONT_CENTRE);
pub(super) const PASSENGER: At = at_place(super::super::words::place::name::PASSENGER);
pub(super) const SECOND_LEFT: At = at_place(super::super::words::place::name::SECOND_LEFT);
pub(super) const SECOND_CENTRE: At = at_place(super::super::words::place::name::SECOND_CENTRE);
pub(super) const SECOND_RIGHT: At = at_place(super::super::words::place::name::SECOND_RIGHT);
pub(super) const THIRD_LEFT: At = at_place(super::super::words::place::name::THIRD_LEFT);
pub(super) const THIRD_CENTRE: At = at_place(super::super::words::place::name::THIRD_CENTRE);
pub(super) const THIRD_RIGHT: At = at_place(super::super::words::place::name::THIRD_RIGHT);

const fn at_place(word: super::super::words::Word) -> At {
    place(CYLINDERS + 1 + word.index)
}

macro_rules! labels {
    ($($name:ident $text:literal)*) => {
        const LABELS: &[&str] = &["", $($text),*];

        #[expect(clippy::allow_attributes, reason = "the lints are about names only")]
        #[allow(non_camel_case_types, clippy::upper_case_acronyms, reason = "the names are those of constants")]
        #[repr(u8)]
        enum Label { None, $($name),* }

        const _: () = assert!(Label::None as u8 == 0);
        $(pub(super) const $name: At = At { label: Label::$name as u8, ..At::NONE };)*
    };
}

labels! {
    A "A" B "B" C "C" D "D" E "E" F "F" G "G" H "H" I "I" J "J" K "K" L "L" M "M" N "N" O "O" P "P" Q "Q"
    R "R" S "S" T "T" U "U" V "V" W "W" X "X" Y "Y" Z "Z" N1 "1" N2 "2" N3 "3" N4 "4" N5 "5" N6 "6" N7 "7"
    N8 "8" N9 "9" N10 "10" N1_2 "1-2" N1_WITH_2 "1/2" N2_3 "2-3" N3_4 "3-4" N4_5 "4-5" N5_6 "5-6" A_1 "A-1"
    A_2 "A-2" A_A "A-A" A_B "A-B" A_C "A-C" A_U "A-U" A_V "A-V" A_W "A-W" A_X "A-X" A_Y "A-Y" A_Z "A-Z"
    A_WITH_B "A/B" A_WITH_C "A/C" A_WITH_G "A/G" B_1 "B-1" B_2 "B-2" B_A "B-A" B_B "B-B" B_C "B-C" B_U "B-U"
    B_V "B-V" B_W "B-W" B_WITH_C "B/C" B_WITH_G "B/G" C_WITH_D "C/D" C_WITH_F "C/F" C_WITH_G "C/G"
    D_WITH_E "D/E" D_WITH_F "D/F" E_WITH_F "E/F" F_WITH_G "F/G" G_WITH_H "G/H" X_1 "X-1" X_2 "X-2" X_Y "X-Y" Y_1 "Y-1"
    Y_2 "Y-2"
}
