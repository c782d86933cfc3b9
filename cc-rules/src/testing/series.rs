//! `AxN@S`: A, then N more, S apart.

use crate::source::parse_duration;

/// A sample: milliseconds after the start, and the value as written.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Sample {
    pub(crate) at: u64,
    pub(crate) value: Box<str>,
}

/// The most samples of one series.
const MOST: u64 = 100_000;

/// Reads a series. `Err` is the byte at which it stops to be one.
pub(crate) fn parse_series(text: &str) -> Result<Vec<Sample>, u32> {
    let mut samples = Vec::new();
    let (mut at, mut step, mut used) = (0u64, 1_000u64, 0u64);
    for (place, part) in parts(text) {
        let fail = place as u32;
        let (value, times) = match part.split_once('@') {
            Some((before, written)) => {
                step = parse_duration(written).filter(|step| *step > 0).ok_or(fail)?;
                (before, before)
            }
            None => (part, part),
        };
        let (value, more) = match times.rsplit_once('x') {
            Some((before, digits)) if !before.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) => {
                (before, digits.parse::<u64>().map_err(|_| fail)?)
            }
            _ => (value, 0),
        };
        used = used.saturating_add(more).saturating_add(1);
        if used > MOST || value.is_empty() {
            return Err(fail);
        }
        for _ in 0..=more {
            if value != "_" {
                samples.push(Sample { at, value: value.trim_matches('\'').into() });
            }
            at = at.checked_add(step).ok_or(fail)?;
        }
    }
    Ok(samples)
}

/// The parts between spaces, each with its place.
fn parts(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let start = text.as_ptr() as usize;
    text.split_whitespace().map(move |part| (part.as_ptr() as usize - start, part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_one_sample_and_so_many_more() {
        let at = |text: &str| {
            let samples = parse_series(text).unwrap();
            samples.iter().map(|sample| (sample.at / 1_000, sample.value.to_string())).collect::<Vec<_>>()
        };
        let expected = |list: &[(u64, &str)]| -> Vec<(u64, String)> {
            list.iter().map(|(at, value)| (*at, (*value).to_owned())).collect()
        };
        assert_eq!(at("118x2@1s _x1@1s 118"), expected(&[(0, "118"), (1, "118"), (2, "118"), (5, "118")]));
        assert_eq!(at("12.3x1@1h 12.5"), expected(&[(0, "12.3"), (3_600, "12.3"), (7_200, "12.5")]));
        assert_eq!(at("true _@1min false"), expected(&[(0, "true"), (61, "false")]));
        assert_eq!(at("'box' -5"), expected(&[(0, "box"), (1, "-5")]));
        assert_eq!(at(""), expected(&[]));
    }

    #[test]
    fn what_is_no_series_is_refused_where_it_stops() {
        for (text, place) in [("1 2@", 2), ("1@0s", 0), ("1x999999999@1s", 0), ("1@5 s", 0), ("@1s", 0)] {
            assert_eq!(parse_series(text), Err(place), "{text}");
        }
    }
}
