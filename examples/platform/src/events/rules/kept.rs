//! States as they were kept, where not all of them read: a vehicle whose state does not is set aside, and the others go on.

use cc_rules::{Pack, Runner};
use chrono::TimeDelta;

/// What is known of the vehicles, and of how many it does not read; `None` where nothing reads, and the rules begin anew.
pub(super) fn restored(pack: &Pack, lateness: TimeDelta, text: &str) -> Option<(Runner, u64)> {
    let read = |text: &str| Runner::restore(pack.clone(), lateness, text).ok();
    if let Some((runner, _)) = read(text) {
        return Some((runner, 0));
    }
    // After the heading there is a line of each.
    let (heading, lines) = text.split_once('\n')?;
    let (mut all, mut aside) = (Runner::new(pack.clone(), lateness), 0);
    for line in lines.lines() {
        match read(&format!("{heading}\n{line}\n")) {
            Some((one, _)) => all.adopt(one),
            None => aside += 1,
        }
    }
    let reads = all.vehicles().len() > 0;
    reads.then_some((all, aside))
}

#[cfg(test)]
mod tests {
    use cc_core::Event;
    use cc_rules::standard_pack;

    use super::*;

    #[test]
    fn a_state_that_does_not_read_is_set_aside_and_the_others_go_on() {
        let (pack, lateness) = (standard_pack(), TimeDelta::seconds(2));
        let said = |vehicle: i64| {
            Event::from_json(format!(
                r#"{{"id":1,"vehicleId":{vehicle},"organizationKey":"demo","time":"2026-05-01T10:00:00Z","type":"can_dtc","code":"0301","sourceType":"j2012"}}"#
            ))
            .unwrap()
        };
        let mut runner = Runner::new(pack.clone(), lateness);
        runner.feed([7, 8, 9].map(said));
        let whole = runner.save();
        let of = |text: &str| {
            let (runner, aside) = restored(&pack, lateness, text)?;
            Some((runner.vehicles().map(|state| state.vehicle().vehicle.0).collect::<Vec<_>>(), aside))
        };
        assert_eq!(of(&whole), Some((vec![7, 8, 9], 0)));
        let mut lines: Vec<&str> = whole.lines().collect();
        lines[2] = lines[2].get(..40).unwrap();
        assert_eq!(of(&lines.join("\n")), Some((vec![7, 9], 1)));
        lines[0] = "{}";
        assert_eq!(of(&lines.join("\n")), None);
        assert_eq!(of(""), None);
    }
}
