//! Figures for Prometheus, without anything that belongs to a person.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Method, route and status.
type Kind = (String, String, u16);

/// What a node counts.
#[derive(Debug, Default)]
pub struct Metrics {
    requests: Mutex<BTreeMap<Kind, (u64, f64)>>,
    /// Streams that are open.
    pub streams: AtomicU64,
    /// Bytes that wait for their readers; what several wait for counts once.
    pub stream_bytes: Arc<AtomicU64>,
    /// Readers that were let go: there was no room for what they read.
    pub crowded: AtomicU64,
    /// Connections of an address that had as many as it may.
    pub connections_refused: AtomicU64,
    /// Events that were accepted.
    pub events: AtomicU64,
    /// Events that were here before.
    pub duplicates: AtomicU64,
    /// Events that were set aside.
    pub refused: AtomicU64,
    /// Events that were more than is kept of a vehicle in a day.
    pub limited: AtomicU64,
    /// Events that came when the rules had done their instant.
    pub events_late: AtomicU64,
    /// Vehicles that the rules read anew, since events of them came late.
    pub vehicles_read: AtomicU64,
    /// Those that they could not, since their history does not go back so far.
    pub vehicles_not_read: AtomicU64,
    /// States of vehicles and pointers to events that the rules go on without, since they do not read.
    pub rules_aside: AtomicU64,
    /// Changes of recommendations.
    pub recommendations: AtomicU64,
    /// How often a listing met an item that does not read.
    pub unreadable: AtomicU64,
    /// How often a message was met that does not read.
    pub messages_unreadable: AtomicU64,
    /// Webhooks that were delivered.
    pub webhooks: AtomicU64,
    /// Events that a webhook gave up.
    pub webhooks_given_up: AtomicU64,
}

impl Metrics {
    /// A request was answered; `route` is the pattern, never the path.
    pub fn answered(&self, method: &str, route: &str, status: u16, took: Duration) {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = requests.entry((method.to_owned(), route.to_owned(), status)).or_default();
        *entry = (entry.0 + 1, entry.1 + took.as_secs_f64());
    }

    /// An item does not read, and its listing is not answered; who runs the platform hears of the first.
    pub fn item_unreadable(&self) {
        if self.unreadable.fetch_add(1, Relaxed) == 0 {
            tracing::error!(
                "an item does not read, and listings of it are not answered; --salvage keeps the others"
            );
        }
    }

    /// A message does not read, and a feed does not go beyond it, or a history leaves it out; who runs the platform hears of the first.
    pub fn message_unreadable(&self) {
        if self.messages_unreadable.fetch_add(1, Relaxed) == 0 {
            tracing::error!(
                "a message does not read, and feeds end before it; --salvage begins them behind it"
            );
        }
    }

    /// The text that Prometheus reads.
    pub fn to_text(&self, storage_works: bool) -> String {
        let mut out = String::from(
            "# HELP platform_storage_works Whether the storage keeps what it is asked to.\n# TYPE platform_storage_works gauge\n",
        );
        let _ = writeln!(out, "platform_storage_works {}", u8::from(storage_works));
        let panics = AtomicU64::new(crate::panics::count());
        for (name, kind, about, value) in [
            ("platform_streams_open", "gauge", "Feeds and streams that are read live.", &self.streams),
            (
                "platform_stream_waiting_bytes",
                "gauge",
                "What was read for readers and not taken yet.",
                &*self.stream_bytes,
            ),
            (
                "platform_readers_let_go_total",
                "counter",
                "Readers let go: what they read had no room beside what waits for others.",
                &self.crowded,
            ),
            ("platform_events_total", "counter", "Events accepted.", &self.events),
            ("platform_events_duplicate_total", "counter", "Events that were here before.", &self.duplicates),
            ("platform_events_refused_total", "counter", "Events set aside.", &self.refused),
            (
                "platform_connections_refused_total",
                "counter",
                "Connections of addresses that had as many as they may.",
                &self.connections_refused,
            ),
            (
                "platform_events_limited_total",
                "counter",
                "Events that were more than is kept of a vehicle in a day.",
                &self.limited,
            ),
            (
                "platform_items_unreadable_total",
                "counter",
                "How often a listing met an item that does not read.",
                &self.unreadable,
            ),
            (
                "platform_messages_unreadable_total",
                "counter",
                "How often a message was met that does not read.",
                &self.messages_unreadable,
            ),
            (
                "platform_events_late_total",
                "counter",
                "Events that came when the rules had done their instant.",
                &self.events_late,
            ),
            (
                "platform_vehicles_read_anew_total",
                "counter",
                "Vehicles that the rules read anew, since events of them came late.",
                &self.vehicles_read,
            ),
            (
                "platform_vehicles_not_read_anew_total",
                "counter",
                "Vehicles that they could not read anew: the history does not go back so far.",
                &self.vehicles_not_read,
            ),
            (
                "platform_panics_total",
                "counter",
                "Faults of the platform's own: what each was about was not done, or was begun anew.",
                &panics,
            ),
            (
                "platform_rules_set_aside_total",
                "counter",
                "States of vehicles and pointers to events that the rules go on without, since they do not read.",
                &self.rules_aside,
            ),
            (
                "platform_recommendation_changes_total",
                "counter",
                "Changes of recommendations.",
                &self.recommendations,
            ),
            ("platform_webhooks_total", "counter", "Webhooks delivered.", &self.webhooks),
            (
                "platform_webhooks_given_up_total",
                "counter",
                "Events that a webhook gave up.",
                &self.webhooks_given_up,
            ),
        ] {
            let _ =
                writeln!(out, "# HELP {name} {about}\n# TYPE {name} {kind}\n{name} {}", value.load(Relaxed));
        }
        let name = "platform_request_seconds";
        let _ = writeln!(
            out,
            "# HELP {name} Requests and how long their answers took to begin.\n# TYPE {name} summary"
        );
        let requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        for ((method, route, status), (count, seconds)) in requests.iter() {
            let labels = format!("{{method=\"{method}\",route=\"{route}\",status=\"{status}\"}}");
            let _ = writeln!(out, "{name}_count{labels} {count}\n{name}_sum{labels} {seconds}");
        }
        out
    }
}
