//! What a client measures, as instruments of OpenTelemetry.

use cc_client::decide::SendOutcome;
use cc_client::{Metrics, Sample};
use opentelemetry::KeyValue;
use opentelemetry::metrics::{Counter, Histogram, Meter};

/// Takes what a client measures to the instruments of a meter. None of the labels tells of a person, and each has few values.
#[derive(Debug)]
pub(crate) struct Instruments {
    answers: Histogram<f64>,
    changed: Counter<u64>,
    delivered: Counter<u64>,
    lost: Counter<u64>,
    missed: Counter<u64>,
    settled: Counter<u64>,
    signed_out: Counter<u64>,
    stored: Histogram<f64>,
    unreadable: Counter<u64>,
}

impl Instruments {
    /// The instruments, under names that begin with `cc_client.`; durations are in seconds.
    pub(crate) fn new(meter: &Meter) -> Self {
        let counter = |name, what| meter.u64_counter(name).with_description(what).build();
        let seconds = |name, what| {
            let histogram = meter.f64_histogram(name).with_unit("s").with_description(what);
            histogram.with_boundaries(BOUNDARIES.to_vec()).build()
        };
        Self {
            answers: seconds("cc_client.request.duration", "From a request to the head of its answer"),
            changed: counter("cc_client.items.changed", "Items that look different"),
            delivered: counter("cc_client.messages.delivered", "Messages that were handed to their reader"),
            lost: counter("cc_client.request.lost", "Requests without an answer"),
            missed: counter(
                "cc_client.feed.gaps",
                "Gaps: messages that were no longer kept when they were to be read",
            ),
            settled: counter("cc_client.writes.settled", "Writes of which the platform has said what became"),
            signed_out: counter("cc_client.session.ended", "Sessions that have ended"),
            stored: seconds("cc_client.store.duration", "What the store was asked, waiting included"),
            unreadable: counter("cc_client.feed.unreadable", "Messages of a feed of records that were none"),
        }
    }
}

/// From a disk's write to the longest wait for an answer, in seconds; the usual ones are made for milliseconds.
const BOUNDARIES: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

impl Metrics for Instruments {
    fn take(&self, sample: &Sample) {
        match *sample {
            Sample::Answer { endpoint, status, took } => {
                let status = KeyValue::new("http.response.status_code", i64::from(status));
                self.answers
                    .record(took.as_secs_f64(), &[KeyValue::new("endpoint", endpoint.as_str()), status]);
            }
            Sample::Changed { items } => self.changed.add(items as u64, &[]),
            Sample::Delivered { messages } => self.delivered.add(messages as u64, &[]),
            Sample::NoAnswer { endpoint, .. } => {
                self.lost.add(1, &[KeyValue::new("endpoint", endpoint.as_str())]);
            }
            Sample::Settled { outcome } => {
                let outcome = match outcome {
                    SendOutcome::Applied => "applied",
                    SendOutcome::Conflict => "conflict",
                    SendOutcome::Depends => "depends",
                    SendOutcome::Duplicate => "duplicate",
                    SendOutcome::Rejected(_) => "rejected",
                    _ => "other",
                };
                self.settled.add(1, &[KeyValue::new("outcome", outcome)]);
            }
            Sample::SignedOut => self.signed_out.add(1, &[]),
            Sample::Stored { is_failed, took } => {
                self.stored.record(took.as_secs_f64(), &[KeyValue::new("failed", is_failed)]);
            }
            Sample::Missed => self.missed.add(1, &[]),
            Sample::Unreadable { messages } => self.unreadable.add(messages as u64, &[]),
            // What a later version measures is not known here.
            _ => {}
        }
    }
}
