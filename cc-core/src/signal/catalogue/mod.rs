//! The rows. Adding a signal is adding one row in the file of its domain; decoding, the data stream, rules and the
//! reference page follow.

use super::Signal;
use super::index::Index;

/// The rows of one domain, numbered on from the domain before. A row's id is its name in lower case.
macro_rules! signals {
    (after $start:expr; $($(#[doc = $about:literal])+ $name:ident = $row:expr;)*) => {
        /// Places of the rows.
        #[allow(non_camel_case_types, clippy::upper_case_acronyms, reason = "one name a row, spelled as its constant")]
        enum Place { $($name),* }

        /// One constant a row of the [`catalogue`](crate::catalogue).
        impl SignalId {
            $($(#[doc = $about])+ pub const $name: Self = Self::row($start + Place::$name as u16);)*
        }

        pub(super) const ROWS: &[Signal] = &[$(
            $row.finished(
                {
                    const LOWER: [u8; stringify!($name).len()] = $crate::signal::row::lower_case(stringify!($name));
                    $crate::signal::row::text(&LOWER)
                },
                concat!($($about),+).trim_ascii(),
            )
        ),*];
        /// The number of the next domain's first row.
        pub(super) const END: u16 = $start + ROWS.len() as u16;
    };
}

mod air;
mod chassis;
mod diagnosis;
mod electric;
mod engine;
mod exhaust;
mod fuel;
mod labels;
#[cfg(test)]
mod scale_tests;
mod stream;
#[cfg(test)]
mod tests;

const DOMAINS: [&[Signal]; 8] = [
    stream::ROWS,
    engine::ROWS,
    fuel::ROWS,
    air::ROWS,
    exhaust::ROWS,
    diagnosis::ROWS,
    electric::ROWS,
    chassis::ROWS,
];
const COUNT: usize = chassis::END as usize;

static ROWS: [Signal; COUNT] = joined();
static BY_ID: Index = Index::of_ids(&ROWS);
static BY_STREAM: Index = Index::of_streams(&ROWS);

/// All rows, domain by domain: the data stream's own values, engine, fuel, air, exhaust, diagnosis, batteries,
/// chassis.
///
/// ```
/// let answered = cc_core::catalogue().iter().filter(|row| row.obd.is_some_and(|source| source.pid == 0x0C));
/// assert_eq!(answered.map(|row| row.id).collect::<Vec<_>>(), ["engine_speed"]);
/// ```
pub const fn catalogue() -> &'static [Signal] {
    &ROWS
}

/// The row with this id.
pub(super) fn index_of_id(id: &str) -> Option<u16> {
    BY_ID.find(id, |row| ROWS[usize::from(row)].id == id)
}

/// The row with this data-stream name or alias.
pub(super) fn index_of_stream(name: &str) -> Option<u16> {
    BY_STREAM.find(name, |row| {
        let row = &ROWS[usize::from(row)];
        row.stream == name || row.stream_aliases.contains(&name)
    })
}

#[expect(clippy::large_stack_arrays, reason = "only the compiler runs it")]
const fn joined() -> [Signal; COUNT] {
    let mut all = [DOMAINS[0][0]; COUNT];
    let (mut domain, mut place) = (0, 0);
    while domain < DOMAINS.len() {
        let mut row = 0;
        while row < DOMAINS[domain].len() {
            all[place] = DOMAINS[domain][row];
            row += 1;
            place += 1;
        }
        domain += 1;
    }
    all
}
