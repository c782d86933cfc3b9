//! `cargo run -p platform`: a platform on this machine.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Parser;
use platform::claim::Claim;
use platform::node::{Node, NodeConfig};
use platform::private::{self, Passing};
use platform::{demo, server, storage};
use tracing_subscriber::EnvFilter;

/// A platform that speaks the whole protocol of docs/protocol, on one file.
#[derive(Parser)]
#[command(name = "platform", version)]
struct Arguments {
    /// Where to keep everything; without it a folder that is removed at the end.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Where to listen.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4437")]
    listen: SocketAddr,
    /// What the platform calls itself in tokens.
    #[arg(long, value_name = "URL", default_value = "https://platform.example")]
    issuer: String,
    /// Make demo accounts; so it is where no folder is given.
    #[arg(long)]
    demo: bool,
    /// How long a long-poll waits, seconds.
    #[arg(long, value_name = "SECONDS", default_value = "20")]
    long_poll: u64,
    /// Send webhooks to any address, also over plain HTTP. For tests.
    #[arg(long)]
    webhooks_anywhere: bool,
    /// The most that the database may have; what goes beyond is refused as where the disk is full.
    #[arg(long, value_name = "MIB")]
    max_size: Option<u64>,
    /// The most live streams of one person or service at once.
    #[arg(long, value_name = "NUMBER", default_value = "100")]
    live_streams: u32,
    /// Put a damaged database of `--data` aside, keep what can be read of it in a new one, and end.
    #[arg(long, requires = "data")]
    salvage: bool,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments = Arguments::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_env_filter(filter)
        .init();
    let demo_too = arguments.demo || arguments.data.is_none();
    // What is made for this run goes with it, after everything that is in it.
    let passing = if arguments.data.is_none() { Some(Passing::make()?) } else { None };
    let named = arguments.data.as_deref().or(passing.as_ref().map(Passing::path));
    let folder = named.unwrap_or(Path::new(".")).to_owned();
    private::folder(&folder)?;
    let _claim = Claim::of(&folder)?;
    if arguments.salvage {
        let kept = storage::salvage(&folder)?;
        tracing::warn!(
            rows = kept.rows,
            logs = kept.logs,
            logs_cut = kept.logs_cut,
            messages = kept.messages,
            is_less = kept.is_less,
            "the damaged database is aside; what could be read of it is kept"
        );
        return Ok(());
    }
    let mut config = NodeConfig::default();
    config.issuer = arguments.issuer;
    config.long_poll = arguments.long_poll.saturating_mul(1000);
    config.live_streams = arguments.live_streams;
    config.webhooks_anywhere = arguments.webhooks_anywhere;
    config.storage_limit = arguments.max_size.map(|mib| mib.saturating_mul(1 << 20));
    let node = match Node::open(&folder, config).await {
        Ok(node) => node,
        Err(problem) => {
            let what_to_do = if problem.code == "storage_damaged" {
                "stop all platforms on it, and start one with --salvage"
            } else {
                ""
            };
            tracing::error!(code = problem.code, what_to_do, "the storage cannot be opened");
            return Err(problem.into());
        }
    };
    if demo_too {
        demo::make(&node).await?;
    }
    let listener = server::bind(arguments.listen)?;
    let address = listener.local_addr()?;
    if demo_too {
        introduce(address);
    }
    tracing::info!(port = address.port(), "listening");
    server::serve(node, listener, stopped()).await?;
    tracing::info!("stopped");
    Ok(())
}

/// Words for people go to the other output than the log.
fn introduce(address: SocketAddr) {
    eprintln!(
        "The platform listens on http://{address}. Accounts, all with the password {}:",
        demo::PASSWORD
    );
    for (email, who, account) in demo::accounts() {
        eprintln!("  {email:<24} {:<16} {:?}", who.sub, account.roles);
    }
    eprintln!(
        r#"
  SESSION=$(curl -s http://{address}/v1/auth/password -H 'content-type: application/json' -d '{{"email":"anna@demo.example","password":"{}"}}' | sed 's/.*"session":"\([^"]*\)".*/\1/')
  TOKEN=$(curl -s -X POST http://{address}/v1/auth/token -H "authorization: Bearer $SESSION" | sed 's/.*"token":"\([^"]*\)".*/\1/')
  curl -N "http://{address}/v1/feeds/me?offset=-1&live=sse" -H "authorization: Bearer $TOKEN"
"#,
        demo::PASSWORD
    );
}

/// A signal to stop came.
async fn stopped() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminated) = signal(SignalKind::terminate()) else { return };
    tokio::select! {
        _ = terminated.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
