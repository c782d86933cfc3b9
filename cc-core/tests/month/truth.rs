//! What the car of the month did, written by hand from its diary and from nothing else.

use cc_core::trips::ToldBy::{self, Ignition, Motion, Running, Silence, Standing};

/// A trip: day and time of start and end, what told them, stops that joined, metres, minutes of standing with the
/// engine running.
pub(crate) struct Truth {
    pub(crate) start: (u32, &'static str, ToldBy),
    pub(crate) end: (u32, &'static str, ToldBy),
    pub(crate) stops: &'static [(&'static str, &'static str)],
    pub(crate) meters: u64,
    pub(crate) idle_minutes: i64,
}

const fn trip(day: u32, start: &'static str, end: &'static str, meters: u64) -> Truth {
    Truth { start: (day, start, Ignition), end: (day, end, Ignition), stops: &[], meters, idle_minutes: 0 }
}

/// 60 km/h for 28 minutes are 28 kilometres.
pub(crate) const TRIPS: &[Truth] = &[
    trip(2, "06:30:00", "06:58:30", 28_000),
    trip(2, "16:05:00", "16:33:30", 28_000),
    trip(3, "06:31:10", "06:59:40", 28_000),
    trip(3, "16:02:30", "16:31:00", 28_000),
    trip(4, "06:29:00", "06:57:30", 28_000),
    Truth { stops: &[("16:20:00", "16:26:30")], ..trip(4, "16:00:00", "16:35:40", 28_000) },
    Truth { stops: &[("06:41:00", "06:41:08")], ..trip(5, "06:30:00", "06:59:00", 28_000) },
    trip(5, "16:00:00", "16:28:30", 28_000),
    trip(6, "06:30:00", "06:58:30", 28_000),
    trip(6, "16:00:00", "16:31:30", 27_400),
    trip(7, "09:00:00", "09:40:30", 46_667),
    trip(7, "11:30:00", "12:10:30", 46_667),
    trip(8, "15:00:00", "16:58:30", 141_600),
    trip(9, "06:30:00", "06:58:30", 28_000),
    trip(9, "16:00:00", "16:28:30", 28_000),
    trip(10, "06:30:00", "07:20:10", 49_667),
    trip(10, "16:00:00", "16:50:30", 50_000),
    trip(11, "06:30:00", "06:58:30", 28_000),
    Truth { end: (11, "16:20:00", Silence), ..trip(11, "16:00:00", "", 19_667) },
    Truth { start: (11, "18:40:00", Motion), ..trip(11, "", "18:55:10", 15_000) },
    Truth { start: (12, "06:30:20", Motion), ..trip(12, "", "06:58:30", 28_000) },
    trip(12, "16:00:00", "16:28:30", 28_000),
    trip(13, "06:30:00", "06:58:30", 28_000),
    Truth { end: (13, "16:28:20", Standing), ..trip(13, "16:00:00", "", 28_000) },
    trip(14, "10:00:00", "10:20:10", 26_222),
    trip(14, "12:00:00", "12:20:30", 26_667),
    trip(16, "15:30:00", "16:04:30", 34_000),
    trip(17, "18:00:00", "18:25:30", 25_000),
    Truth { end: (18, "00:10:30", Ignition), ..trip(17, "23:45:00", "", 25_000) },
    trip(18, "06:30:00", "06:58:30", 28_000),
    trip(18, "16:00:00", "16:28:30", 28_000),
    trip(19, "06:30:00", "06:58:30", 28_000),
    // Not the radio at noon.
    trip(19, "16:00:00", "16:28:30", 28_000),
    trip(20, "06:30:00", "06:58:30", 28_000),
    trip(20, "16:00:00", "16:28:30", 28_000),
    // Nothing on the 21st and 22nd.
    trip(23, "06:30:00", "06:58:30", 28_000),
    trip(23, "16:00:00", "16:28:30", 28_000),
    Truth { idle_minutes: 8, ..trip(24, "06:20:00", "06:56:10", 28_000) },
    Truth { idle_minutes: 25, ..trip(24, "16:00:00", "16:53:30", 28_000) },
    trip(25, "06:30:00", "06:58:30", 28_000),
    trip(25, "16:00:00", "16:28:30", 28_000),
    Truth { stops: &[("06:40:30", "06:50:29")], ..trip(26, "06:30:00", "07:08:50", 28_000) },
    trip(26, "16:00:00", "16:10:30", 10_000),
    trip(26, "16:20:30", "16:38:50", 18_000),
    trip(27, "06:30:00", "06:58:30", 28_000),
    trip(27, "16:00:00", "16:28:30", 28_000),
    trip(28, "20:00:00", "20:35:30", 46_667),
    trip(29, "00:40:00", "01:15:30", 46_667),
    Truth { end: (30, "06:50:00", Silence), ..trip(30, "06:30:00", "", 19_667) },
    trip(30, "16:00:00", "16:28:30", 28_000),
    trip(31, "06:30:00", "06:58:30", 28_000),
    Truth { end: (31, "16:12:20", Running), ..trip(31, "16:00:00", "", 12_000) },
];

/// Movements that are no trips: kind, day, the hours in which the car was seen last before and first after,
/// kilometres.
pub(crate) const MOVEMENTS: &[(&str, u32, &str, &str, u64)] = &[
    ("carried", 7, "09", "11", 45),
    ("unseen", 11, "16", "18", 11),
    ("carried", 15, "09", "10", 33),
    ("unseen", 30, "06", "16", 8),
];

/// Refuelling: day, hour, and about how many litres.
pub(crate) const REFUELLINGS: &[(u32, &str, u64)] = &[(4, "16", 35), (12, "16", 40), (24, "16", 40)];
