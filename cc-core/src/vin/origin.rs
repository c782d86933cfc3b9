//! Who made a car and where: the tables behind [`Vin::country`](super::Vin::country) and
//! [`Vin::manufacturer`](super::Vin::manufacturer).

/// A country as a VIN names it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct VinCountry {
    /// Two letters (ISO 3166-1), such as `DE`.
    pub code: &'static str,
    /// The English name.
    pub name: &'static str,
}

/// The country that the first two characters are assigned to (ISO 3780).
pub(super) fn country(first: u8, second: u8) -> Option<VinCountry> {
    let (_, ranges) = COUNTRIES.iter().find(|(region, _)| region.as_bytes().contains(&first))?;
    let place = rank(second);
    let (_, code, name) = ranges.iter().find(|(range, _, _)| match range.as_bytes() {
        [low, high] => (rank(*low)..=rank(*high)).contains(&place),
        _ => false,
    })?;
    Some(VinCountry { code, name })
}

/// The maker behind the first three characters, as far as the table knows it.
pub(super) fn manufacturer(wmi: &str) -> Option<&'static str> {
    MANUFACTURERS.iter().find(|(_, list)| list.split(' ').any(|known| known == wmi)).map(|(name, _)| *name)
}

/// ISO 3780 counts letters first, then 1 to 9, then 0.
fn rank(character: u8) -> u8 {
    match character {
        b'0' => 36,
        b'1'..=b'9' => character - b'1' + 27,
        _ => character.saturating_sub(b'A'),
    }
}

/// One assignment: first and last second character, country code, name.
type Range = (&'static str, &'static str, &'static str);

/// The first characters that share a list, then the list.
const COUNTRIES: &[(&str, &[Range])] = &[
    ("145", &[("A0", "US", "United States")]),
    ("2", &[("A0", "CA", "Canada")]),
    ("3", &[("AW", "MX", "Mexico"), ("X7", "CR", "Costa Rica"), ("89", "KY", "Cayman Islands")]),
    ("6", &[("AW", "AU", "Australia")]),
    ("7", &[("AE", "NZ", "New Zealand"), ("F0", "US", "United States")]),
    (
        "8",
        &[
            ("AE", "AR", "Argentina"),
            ("FJ", "CL", "Chile"),
            ("LR", "EC", "Ecuador"),
            ("SW", "PE", "Peru"),
            ("X2", "VE", "Venezuela"),
        ],
    ),
    (
        "9",
        &[
            ("AE", "BR", "Brazil"),
            ("FJ", "CO", "Colombia"),
            ("LR", "PY", "Paraguay"),
            ("SW", "UY", "Uruguay"),
            ("X2", "TT", "Trinidad and Tobago"),
            ("39", "BR", "Brazil"),
        ],
    ),
    ("A", &[("AH", "ZA", "South Africa"), ("JN", "CI", "Ivory Coast")]),
    ("B", &[("AE", "AO", "Angola"), ("FK", "KE", "Kenya"), ("LR", "TZ", "Tanzania")]),
    ("C", &[("AE", "BJ", "Benin"), ("FK", "MG", "Madagascar"), ("LR", "TN", "Tunisia")]),
    ("D", &[("AE", "EG", "Egypt"), ("FK", "MA", "Morocco"), ("LR", "ZM", "Zambia")]),
    ("E", &[("AE", "ET", "Ethiopia"), ("FK", "MZ", "Mozambique")]),
    ("F", &[("AE", "GH", "Ghana"), ("FK", "NG", "Nigeria")]),
    ("J", &[("A0", "JP", "Japan")]),
    (
        "K",
        &[
            ("AE", "LK", "Sri Lanka"),
            ("FK", "IL", "Israel"),
            ("LR", "KR", "South Korea"),
            ("S0", "KZ", "Kazakhstan"),
        ],
    ),
    ("L", &[("A0", "CN", "China")]),
    (
        "M",
        &[
            ("AE", "IN", "India"),
            ("FK", "ID", "Indonesia"),
            ("LR", "TH", "Thailand"),
            ("S0", "MM", "Myanmar"),
        ],
    ),
    ("N", &[("AE", "IR", "Iran"), ("FK", "PK", "Pakistan"), ("LR", "TR", "Türkiye")]),
    ("P", &[("AE", "PH", "Philippines"), ("FK", "SG", "Singapore"), ("LR", "MY", "Malaysia")]),
    (
        "R",
        &[
            ("AE", "AE", "United Arab Emirates"),
            ("FK", "TW", "Taiwan"),
            ("LR", "VN", "Vietnam"),
            ("S0", "SA", "Saudi Arabia"),
        ],
    ),
    (
        "S",
        &[
            ("AM", "GB", "United Kingdom"),
            ("NT", "DE", "Germany"),
            ("UZ", "PL", "Poland"),
            ("14", "LV", "Latvia"),
        ],
    ),
    (
        "T",
        &[
            ("AH", "CH", "Switzerland"),
            ("JP", "CZ", "Czechia"),
            ("RV", "HU", "Hungary"),
            ("W1", "PT", "Portugal"),
        ],
    ),
    (
        "U",
        &[
            ("HM", "DK", "Denmark"),
            ("NT", "IE", "Ireland"),
            ("UZ", "RO", "Romania"),
            ("57", "SK", "Slovakia"),
        ],
    ),
    (
        "V",
        &[
            ("AE", "AT", "Austria"),
            ("FR", "FR", "France"),
            ("SW", "ES", "Spain"),
            ("X2", "RS", "Serbia"),
            ("35", "HR", "Croatia"),
            ("60", "EE", "Estonia"),
        ],
    ),
    ("W", &[("A0", "DE", "Germany")]),
    (
        "X",
        &[
            ("AE", "BG", "Bulgaria"),
            ("FK", "GR", "Greece"),
            ("LR", "NL", "Netherlands"),
            ("SW", "RU", "Russia"),
            ("X2", "LU", "Luxembourg"),
            ("30", "RU", "Russia"),
        ],
    ),
    (
        "Y",
        &[
            ("AE", "BE", "Belgium"),
            ("FK", "FI", "Finland"),
            ("LR", "MT", "Malta"),
            ("SW", "SE", "Sweden"),
            ("X2", "NO", "Norway"),
            ("35", "BY", "Belarus"),
            ("60", "UA", "Ukraine"),
        ],
    ),
    (
        "Z",
        &[("AR", "IT", "Italy"), ("X2", "SI", "Slovenia"), ("35", "LT", "Lithuania"), ("60", "RU", "Russia")],
    ),
];

/// A maker's name and the identifiers it builds cars under.
const MANUFACTURERS: &[(&str, &str)] = &[
    ("Alfa Romeo", "ZAR"),
    ("Aston Martin", "SCF SD7"),
    ("Audi", "WAU WA1 WUA TRU 93U"),
    ("Bentley", "SCB SJA"),
    ("BMW", "WBA WBS WBX WBY WB3 5UX 5UM 5YM 4US 3MW"),
    ("BYD", "LGX LC0"),
    ("Cadillac", "1G6 1GY"),
    ("Chevrolet", "1G1 1GC 1GN 2G1 3GN KL1"),
    ("Chrysler", "1C3 2C3 2C4 3C4"),
    ("Citroën", "VF7 VR7 VS7"),
    ("Dacia", "UU1 VGA"),
    ("DAF", "XLR"),
    ("Dodge", "1B3 2B3 3D4"),
    ("Ferrari", "ZFF"),
    ("Fiat", "ZFA ZFC 3C3"),
    ("Ford", "WF0 1FA 1FB 1FD 1FM 1FT 2FA 2FM 3FA 3FM NM0 MAJ SFA LVS 6FP"),
    ("General Motors", "1GT 1GK 1GM 2GK 3G1"),
    ("Honda", "1HG 2HG 3HG 5FN 5J6 19X 2HK JHM JHL SHH SHS LHG MRH"),
    ("Hyundai", "KMH KM8 TMA NLH 5NP 5NM MAL LBE"),
    ("Isuzu", "JAA JAC MPA"),
    ("Iveco", "ZCF"),
    ("Jaguar", "SAJ SAD"),
    ("Jeep", "1C4 1J4 1J8 ZAC"),
    ("Kia", "KNA KNC KND KNE U5Y U6Y 5XY 5XX 3KP LJD"),
    ("Lamborghini", "ZHW"),
    ("Lancia", "ZLA"),
    ("Land Rover", "SAL"),
    ("Lexus", "JTH JTJ 58A 2T2"),
    ("Lotus", "SCC"),
    ("MAN", "WMA"),
    ("Maserati", "ZAM"),
    ("Mazda", "JM1 JM3 JMZ JM7 3MZ MM8"),
    ("Mercedes-Benz", "WDB WDC WDD WDF WDY W1K W1N W1V W1W 4JG 55S LE4 VSA"),
    ("MG", "LSJ SDP"),
    ("MINI", "WMW"),
    ("Mitsubishi", "JMB JMY JA3 JA4 4A3 4A4 MMB MMC"),
    ("NIO", "LJ1"),
    ("Nissan", "JN1 JN8 SJN VSK 1N4 1N6 3N1 3N6 5N1 VWA"),
    ("Opel", "W0L W0V VXK"),
    ("Peugeot", "VF3 VR3 VR1"),
    ("Polestar", "LPS YSM"),
    ("Porsche", "WP0 WP1"),
    ("Ram", "1C6 3C6 3C7"),
    ("Renault", "VF1 VF2 VF6 VF8 VNV NM1"),
    ("Rolls-Royce", "SCA SLA"),
    ("Saab", "YS3"),
    ("Scania", "YS2 XLE"),
    ("SEAT", "VSS"),
    ("Škoda", "TMB TMP"),
    ("smart", "WME"),
    ("SsangYong", "KPT KPB"),
    ("Subaru", "JF1 JF2 4S3 4S4"),
    ("Suzuki", "JS2 JS3 JSA TSM MA3 MMS"),
    ("Tesla", "5YJ 7SA 7G2 LRW XP7"),
    (
        "Toyota",
        "JTD JTE JTF JTG JTK JTL JTM JTN SB1 VNK NMT TW1 YAR 1NX 2T1 2T3 4T1 4T3 4T4 5TD 5TE 5TF 5YF 3TM MR0 MHF",
    ),
    ("Volkswagen", "WVW WVG WV1 WV2 WV3 WV4 1VW 3VW 8AW 9BW AAV LFV LSV"),
    ("Volvo", "YV1 YV4 LYV LVY 7JR"),
    ("Volvo Trucks", "YV2 4V4"),
    ("XPeng", "L1N LMV"),
];

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeSet;

    use super::*;

    #[test]
    fn an_identifier_names_one_maker_and_has_three_characters() {
        let mut seen = BTreeSet::new();
        for (name, list) in MANUFACTURERS {
            for wmi in list.split(' ') {
                assert!(wmi.len() == 3 && seen.insert(wmi), "{name} {wmi}");
                assert!(country(wmi.as_bytes()[0], wmi.as_bytes()[1]).is_some(), "{name} {wmi}");
            }
        }
    }

    #[test]
    fn ranges_of_one_region_do_not_overlap() {
        for (regions, ranges) in COUNTRIES {
            let mut last = None;
            for (range, code, _) in *ranges {
                let ends = range.as_bytes();
                assert!(rank(ends[0]) <= rank(ends[1]) && last < Some(rank(ends[0])), "{regions} {code}");
                last = Some(rank(ends[1]));
            }
        }
    }
}
