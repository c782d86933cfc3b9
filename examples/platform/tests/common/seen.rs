//! Whatever the tests ask, the statuses of the answers stand in `docs/protocol/openapi.yaml`.

use std::collections::BTreeSet;
use std::sync::Arc;

use platform::node::Node;
use platform::routes::run::OPENAPI;

/// Looks, at the end of a test, at every status that its node has answered with.
pub(crate) struct Seen(pub(crate) Arc<Node>);

/// What `default` of every operation stands for, and what a method gets that is no operation.
const GENERAL: [&str; 5] = ["405", "414", "431", "500", "503"];

/// Path, method and status of what the document lists, by its indentation.
fn documented() -> BTreeSet<(String, String, String)> {
    let (mut found, mut path, mut method) = (BTreeSet::new(), "", "");
    let lines = OPENAPI.lines().skip_while(|line| *line != "paths:");
    for line in lines.take_while(|line| *line != "components:") {
        let (depth, text) = (line.len() - line.trim_start().len(), line.trim_start());
        match (depth, text.split_once(':')) {
            (2, Some((name, _))) => path = name,
            (4, Some((name, _))) => method = name,
            (8, Some((name, _))) if name.starts_with('"') => {
                found.insert((path.to_owned(), method.to_owned(), name.trim_matches('"').to_owned()));
            }
            _ => {}
        }
    }
    found
}

impl Drop for Seen {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let documented = documented();
        let figures = self.0.metrics.to_text(true);
        for line in figures.lines().filter(|line| line.starts_with("platform_request_seconds_count{")) {
            let mut labels = line.split('"').skip(1).step_by(2);
            let mut next = || labels.next().unwrap_or_default().to_owned();
            let (method, route, status) = (next().to_lowercase(), next().replace("{*", "{"), next());
            let method = if method == "head" { "get".to_owned() } else { method };
            if route == "none" || method == "options" || GENERAL.contains(&status.as_str()) {
                continue;
            }
            let seen = (route, method, status);
            assert!(documented.contains(&seen), "openapi.yaml lists no {} of {} {}", seen.2, seen.1, seen.0);
        }
    }
}
