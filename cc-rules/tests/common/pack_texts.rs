//! What every rule of the standard pack is shown to do by the tests in its sources.

/// The tests of a source file, each as the lines of its list entry.
pub(crate) fn tests_of(file: &str) -> impl Iterator<Item = String> {
    let section = file.split_once("\ntests:\n").map_or("", |(_, section)| section);
    section.split("\n- name:").map(str::to_owned)
}

/// What the tests do not show of the rule.
pub(crate) fn not_shown(tests: &[String], id: &str) -> Vec<String> {
    let own = format!("\n  rule: {id}\n");
    let about = |what: &str| {
        let word = format!("{what}: {id}");
        let says = |test: &&String| {
            test.split(&word).skip(1).any(|rest| !rest.starts_with(|c: char| c == '-' || c.is_alphanumeric()))
        };
        tests.iter().filter(says).count()
    };
    let own = || tests.iter().filter(|test| test.contains(&own));
    let silent = own().filter(|test| test.contains("expect: []")).count();
    let mut missing = Vec::new();
    if about("raised") + about("updated") < 1 {
        missing.push(format!("{id} never fires"));
    }
    if silent < 2 {
        missing.push(format!("{id}: one test for a value that is fine, one for a value that is missing"));
    }
    if about("cleared") + about("updated") < 1 && about("raised") < 2 {
        missing.push(format!("{id} never ends"));
    }
    if !own().any(|test| tells_of_a_gap(test)) {
        missing.push(format!("{id}: no test tells what silence does"));
    }
    missing
}

fn tells_of_a_gap(test: &str) -> bool {
    let name = test.lines().next().unwrap_or_default();
    name.split(|c: char| !c.is_alphabetic())
        .any(|word| ["gap", "silence", "silent", "pause", "sleep"].iter().any(|gap| word.starts_with(gap)))
}
