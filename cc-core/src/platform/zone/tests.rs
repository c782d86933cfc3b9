use alloc::string::ToString;

use proptest::prelude::*;

use super::*;

/// When clocks change, and the offsets before and after, seconds.
type ClockChange = (i64, i32, i32);

/// Rules of the IANA time zone database (release 2025b and later), and when its own compiled tables change the offset
/// in 2030 and 2032: instant, offset before, offset after, all in seconds.
const TURNS: &[(&str, &[ClockChange])] = &[
    (
        "CET-1CEST,M3.5.0,M10.5.0/3",
        &[
            (1_901_149_200, 3_600, 7_200),
            (1_919_293_200, 7_200, 3_600),
            (1_964_048_400, 3_600, 7_200),
            (1_982_797_200, 7_200, 3_600),
        ],
    ),
    // Dublin: winter is the exception, by law.
    (
        "IST-1GMT0,M10.5.0,M3.5.0/1",
        &[
            (1_901_149_200, 0, 3_600),
            (1_919_293_200, 3_600, 0),
            (1_964_048_400, 0, 3_600),
            (1_982_797_200, 3_600, 0),
        ],
    ),
    (
        "EST5EDT,M3.2.0,M11.1.0",
        &[
            (1_899_356_400, -18_000, -14_400),
            (1_919_916_000, -14_400, -18_000),
            (1_962_860_400, -18_000, -14_400),
            (1_983_420_000, -14_400, -18_000),
        ],
    ),
    // Lord Howe Island: half an hour, in the south.
    (
        "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
        &[
            (1_901_718_000, 39_600, 37_800),
            (1_917_444_600, 37_800, 39_600),
            (1_964_617_200, 39_600, 37_800),
            (1_980_343_800, 37_800, 39_600),
        ],
    ),
    // Santiago: at the end of a Saturday.
    (
        "<-04>4<-03>,M9.1.6/24,M4.1.6/24",
        &[
            (1_901_761_200, -10_800, -14_400),
            (1_915_070_400, -14_400, -10_800),
            (1_964_660_400, -10_800, -14_400),
            (1_977_969_600, -14_400, -10_800),
        ],
    ),
    // Gaza: two hours into the second day after a Thursday.
    (
        "EET-2EEST,M3.4.4/50,M10.4.4/50",
        &[
            (1_901_059_200, 7_200, 10_800),
            (1_919_199_600, 10_800, 7_200),
            (1_963_958_400, 7_200, 10_800),
            (1_982_703_600, 10_800, 7_200),
        ],
    ),
    // Nuuk: on the evening before.
    (
        "<-02>2<-01>,M3.5.0/-1,M10.5.0/0",
        &[
            (1_901_149_200, -7_200, -3_600),
            (1_919_293_200, -3_600, -7_200),
            (1_964_048_400, -7_200, -3_600),
            (1_982_797_200, -3_600, -7_200),
        ],
    ),
    (
        "<+1245>-12:45<+1345>,M9.5.0/2:45,M4.1.0/3:45",
        &[
            (1_901_714_400, 49_500, 45_900),
            (1_916_834_400, 45_900, 49_500),
            (1_964_613_600, 49_500, 45_900),
            (1_979_733_600, 45_900, 49_500),
        ],
    ),
    (
        "IST-2IDT,M3.4.4/26,M10.5.0",
        &[
            (1_900_972_800, 7_200, 10_800),
            (1_919_286_000, 10_800, 7_200),
            (1_963_872_000, 7_200, 10_800),
            (1_982_790_000, 10_800, 7_200),
        ],
    ),
    ("IST-5:30", &[]),
];

#[test]
fn clocks_change_when_the_zone_database_says_so() {
    for (text, turns) in TURNS {
        let rule: ZoneRule = text.parse().unwrap();
        for (second, before, after) in *turns {
            assert_eq!(rule.offset_at_second(second - 1), *before, "{text}");
            assert_eq!(rule.offset_at_second(*second), *after, "{text}");
        }
        for year in turns.chunks(2) {
            let [(first, _, offset), (second, ..)] = year else { panic!("two turns a year") };
            assert!((*first..*second).step_by(86_400).all(|at| rule.offset_at_second(at) == *offset));
        }
    }
}

#[test]
fn days_of_the_year_are_counted_with_and_without_the_leap_day() {
    // 2032 is a leap year: day 59 is 29 February, and day J60 is 1 March in every year.
    for (text, second) in [
        ("AAA0BBB,59/0,300", "2032-02-29T00:00:00Z"),
        ("AAA0BBB,J60/0,300", "2032-03-01T00:00:00Z"),
        ("AAA0BBB,59/0,300", "2031-03-01T00:00:00Z"),
        ("AAA0BBB,J60/0,300", "2031-03-01T00:00:00Z"),
    ] {
        let (rule, at): (ZoneRule, Timestamp) = (text.parse().unwrap(), second.parse().unwrap());
        assert_eq!(
            (rule.offset_at_second(at.timestamp() - 1), rule.offset_at(at)),
            (0, 3600),
            "{text} {second}"
        );
    }
    // Summer all year, as RFC 9636 §3.3.1 writes it.
    let all_year: ZoneRule = "EST5EDT4,0/0,J365/25".parse().unwrap();
    assert!((1_900_000_000..1_990_000_000).step_by(3_500).all(|at| all_year.offset_at_second(at) == -14_400));
}

#[test]
fn what_is_no_rule_is_refused_with_its_place() {
    for (text, error) in [
        ("", "expected an abbreviation of three letters or more at byte 0"),
        ("CE-1", "expected an abbreviation of three letters or more at byte 2"),
        ("<+1-1", "expected '>' at byte 5"),
        ("CET", "expected an offset of at most 24 hours at byte 3"),
        ("CET-25", "expected an offset of at most 24 hours at byte 4"),
        ("CET-1:60", "expected minutes at byte 6"),
        ("CET-1CEST", "expected ',' and when summer time begins at byte 9"),
        ("CET-1CEST,M3.5.0", "expected ',' and when summer time ends at byte 16"),
        ("CET-1CEST,M13.5.0,M10.5.0", "expected a month from 1 to 12 at byte 11"),
        ("CET-1CEST,M3.0.0,M10.5.0", "expected a week from 1 to 5 at byte 13"),
        ("CET-1CEST,M3.5.7,M10.5.0", "expected a weekday from 0 to 6 at byte 15"),
        ("CET-1CEST,J0,J1", "expected a day from 1 to 365 at byte 11"),
        ("CET-1CEST,366,1", "expected a day of the year: M, J or a number up to 365 at byte 10"),
        ("CET-1CEST,M3.5.0/168,M10.5.0", "expected a time of at most 167 hours at byte 17"),
        ("CET-1CEST,M3.5.0,M10.5.0/3 ", "expected nothing more at byte 26"),
    ] {
        assert_eq!(text.parse::<ZoneRule>().unwrap_err().to_string(), error, "{text}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic_and_prints_what_it_parses(text in "[A-Z<>+-]{0,5}[0-9:+-]{0,6}[A-Z]{0,4},?[MJ0-9./,-]{0,24}") {
        if let Ok(rule) = text.parse::<ZoneRule>() {
            prop_assert_eq!(rule.to_string(), text);
        }
    }

    #[test]
    fn a_local_time_comes_back_and_skipped_time_goes_on_later(zone in 0..TURNS.len(), second in 1_893_456_000_i64..1_990_000_000) {
        let rule: ZoneRule = TURNS[zone].0.parse().unwrap();
        let local = second + i64::from(rule.offset_at_second(second));
        let back = rule.second_of_local(local);
        // Either the same second, or the first of the two that the clock shows alike.
        prop_assert!(back <= second);
        prop_assert_eq!(back + i64::from(rule.offset_at_second(back)), local);
        let any = rule.second_of_local(second);
        let shown = any + i64::from(rule.offset_at_second(any));
        prop_assert!((0..=3_600).contains(&(shown - second)));
    }

    #[test]
    fn no_instant_is_too_far(second in any::<i64>(), zone in 0..TURNS.len()) {
        let rule: ZoneRule = TURNS[zone].0.parse().unwrap();
        let _ = (rule.offset_at_second(second), rule.second_of_local(second), date_of(second));
    }
}
