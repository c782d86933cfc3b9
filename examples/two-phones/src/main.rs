//! `cargo run -p two-phones`: Anna's phone and tablet and Bo's phone, against a platform that runs in this process or, with
//! `--url`, elsewhere with its demo accounts. Each step is said once it was seen to have happened.

mod person;

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use cc_client::WriteKind;
use clap::Parser;
use person::{Device, until};
use platform::node::{Node, NodeConfig};
use platform::{clock, demo, random, server};
use serde_json::json;

/// Two devices of one person and one of a friend, told step by step.
#[derive(Parser)]
struct Arguments {
    /// A platform that runs already, with its demo accounts; without it, one is started here.
    #[arg(long)]
    url: Option<String>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    tell(arguments).await.map_or_else(
        |error| {
            eprintln!("two-phones: {error}");
            ExitCode::FAILURE
        },
        |()| ExitCode::SUCCESS,
    )
}

async fn tell(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    // What this program asks by itself, beside the client.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let folder = tempfile::tempdir()?;
    if let Some(url) = arguments.url {
        return story(url.trim_end_matches('/'), folder.path()).await;
    }
    let node = Node::open(folder.path(), NodeConfig::default()).await?;
    demo::make(&node).await?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = tokio::spawn(server::serve(node, listener, async { drop(stopped.await) }));
    let told = story(&url, folder.path()).await;
    drop(stop);
    server.await??;
    told
}

/// What happens.
async fn story(url: &str, folder: &Path) -> Result<(), Box<dyn Error>> {
    let phone = Device::new("Anna's phone", url, "anna@demo.example", folder).await?;
    let tablet = Device::new("Anna's tablet", url, "anna@demo.example", folder).await?;
    let friend = Device::new("Bo's phone", url, "bo@demo.example", folder).await?;
    // Names that no earlier run has used.
    let (place, share, booking) = (random::text::<12>(), random::text::<12>(), random::text::<12>());

    println!("1. Both of Anna's devices are in a tunnel.");
    phone.client.set_network(false)?;
    tablet.client.set_network(false)?;
    let body =
        json!({"name": "Pier", "position": {"latitude": 0.5, "longitude": -150.25}, "radiusMeters": 150});
    phone.client.submit("places", &place, WriteKind::Put, &body.to_string()).await?;
    phone.sees("places", &place, |item| item["name"] == "Pier").await?;
    println!("   Anna's phone keeps a place, and shows it at once: Pier.");

    println!("2. The phone is out of the tunnel first.");
    phone.client.set_network(true)?;
    phone.client.flush(Duration::from_secs(30)).await?;
    tablet.client.set_network(true)?;
    tablet.sees("places", &place, |item| item["name"] == "Pier").await?;
    println!("   Anna's tablet shows it, too: Pier.");

    println!("3. Both change it, each without knowing of the other.");
    phone.client.set_network(false)?;
    tablet.client.set_network(false)?;
    phone.client.submit("places", &place, WriteKind::Patch, r#"{"name":"Old pier"}"#).await?;
    tablet.client.submit("places", &place, WriteKind::Patch, r#"{"radiusMeters":300}"#).await?;
    phone.client.set_network(true)?;
    tablet.client.set_network(true)?;
    for device in [&phone, &tablet] {
        device
            .sees("places", &place, |item| item["name"] == "Old pier" && item["radiusMeters"] == 300)
            .await?;
        println!("   {} shows both changes: Old pier, 300 m.", device.name);
    }

    println!("4. Anna shares the place with Bo.");
    let offer = json!({"subject": format!("place/{place}"), "recipient": "user/2"});
    phone.does("shares", &share, WriteKind::Put, &offer).await?;
    friend.sees("shares", &share, |item| item["state"] == "offered").await?;
    friend.does("shares", &share, WriteKind::Act, &json!({"action": "accept"})).await?;
    friend.sees("places", &place, |item| item["name"] == "Old pier").await?;
    println!("   Bo has accepted, and Bo's phone shows: Old pier.");
    phone.sees("shares", &share, |item| item["state"] == "accepted").await?;
    phone.does("shares", &share, WriteKind::Act, &json!({"action": "revoke"})).await?;
    friend.sees_no("places", &place).await?;
    println!("   Anna has taken it back, and Bo's phone shows it no more.");

    println!("5. Anna books the workshop on her tablet.");
    let appointment = clock::text(clock::now() + chrono::TimeDelta::days(7));
    let wish = json!({"vehicleId": 7, "workshopId": 9, "appointmentDate": appointment});
    tablet.does("bookings", &booking, WriteKind::Put, &wish).await?;
    phone.sees("bookings", &booking, |item| item["bookingStatus"] == "NEW").await?;
    println!("   Anna's phone shows the booking: NEW.");
    phone.does("bookings", &booking, WriteKind::Act, &json!({"action": "cancel"})).await?;
    tablet.sees("bookings", &booking, |item| item["bookingStatus"] == "CANCELLED").await?;
    println!("   Cancelled on the phone, and the tablet shows it: CANCELLED.");

    println!("6. The car reports a misfire.");
    person::misfire(url).await?;
    for device in [&phone, &tablet] {
        let title = until(device, || device.recommendation()).await?;
        println!("   {} shows: {title}.", device.name);
    }
    if friend.recommendation().await?.is_some() {
        return Err("Bo sees what is Anna's".into());
    }
    println!("   Bo's phone shows nothing of it.");
    for device in [phone, tablet, friend] {
        device.client.shutdown().await?;
    }
    Ok(())
}
