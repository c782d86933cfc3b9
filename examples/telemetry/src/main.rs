//! A client that is watched: spans through `tracing-opentelemetry`, numbers through the trait `Metrics`, both written to standard
//! output. Where a collector runs, the exporters of `opentelemetry-otlp` stand in the place of the two from `opentelemetry-stdout`;
//! nothing else changes.
//!
//! ```console
//! $ cargo run -p telemetry
//! ```

mod instruments;

use std::error::Error;
use std::sync::Arc;

use cc_client::decide::FeedState;
use cc_client::engine::Status;
use cc_client::store::MemoryStore;
use cc_client::testing::{FAKE_SESSION, FakeTransport};
use cc_client::{Client, WriteKind};
use opentelemetry::metrics::MeterProvider as _;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

use instruments::Instruments;

fn main() -> Result<(), Box<dyn Error>> {
    let resource = Resource::builder().with_service_name("phone").build();
    let spans = SdkTracerProvider::builder()
        .with_resource(resource.clone())
        .with_simple_exporter(opentelemetry_stdout::SpanExporter::default())
        .build();
    let numbers = SdkMeterProvider::builder()
        .with_resource(resource)
        .with_periodic_exporter(opentelemetry_stdout::MetricExporter::default())
        .build();
    // Requests are spans of level debug; only those of the client go out.
    let client_only = Targets::new().with_target("cc_client", LevelFilter::DEBUG);
    let layer =
        tracing_opentelemetry::layer().with_tracer(spans.tracer("cc-client")).with_filter(client_only);
    tracing_subscriber::registry().with(layer).try_init()?;

    let instruments = Arc::new(Instruments::new(&numbers.meter("cc-client")));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    runtime.block_on(live_a_little(instruments))?;
    // Requests that were under way end with it, and their spans.
    drop(runtime);

    // What was measured last goes out now.
    numbers.shutdown()?;
    spans.shutdown()?;
    Ok(())
}

/// A person names a place, changes a booking that was changed elsewhere, and signs out.
async fn live_a_little(instruments: Arc<Instruments>) -> Result<(), Box<dyn Error>> {
    let world = FakeTransport::default();
    let builder = Client::builder(world.clone(), MemoryStore::new()).session(FAKE_SESSION);
    let phone = builder.metrics(instruments).start().await?;
    let is_live = |status: &Status| status.feeds.iter().all(|(_, feed)| *feed == FeedState::Live);
    phone.status().wait_for(is_live).await?;
    let place = phone.submit("places", "canary-key", WriteKind::Put, r#"{"name":"canary-body"}"#).await?;
    phone.outcome(place).await?;
    // Tokens end, and a new one is asked for: a span more.
    world.platform().revoke_tokens();
    // Two devices change one booking while one of them is offline: a conflict.
    let tablet = Client::builder(world.clone(), MemoryStore::new()).session(FAKE_SESSION).start().await?;
    phone.set_network(false)?;
    let late = phone.submit("bookings", "canary-key", WriteKind::Put, r#"{"text":"canary-body"}"#).await?;
    let first = tablet.submit("bookings", "canary-key", WriteKind::Put, r#"{"text":"another"}"#).await?;
    tablet.outcome(first).await?;
    tablet.shutdown().await?;
    phone.set_network(true)?;
    phone.outcome(late).await?;
    let mut changed = phone.changed();
    while phone.item("places", "canary-key").await?.is_none_or(|item| item.pending || item.version == 0) {
        changed.changed().await?;
    }
    phone.sign_out()?;
    phone.shutdown().await?;
    Ok(())
}
