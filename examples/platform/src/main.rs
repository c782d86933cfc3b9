//! `cargo run -p platform`: a platform on this machine.

mod commands;

use std::ffi::OsString;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{CommandFactory, FromArgMatches, Parser};
use platform::auth::Who;
use platform::auth::account::Account;
use platform::claim::Claim;
use platform::lines::Lines;
use platform::node::{Node, NodeConfig};
use platform::private::{self, Passing};
use platform::{demo, panics, server, storage, words};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

/// A platform that speaks the whole protocol of docs/protocol, on one file. Without a command it serves.
#[derive(Parser)]
#[command(name = "platform", version)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
struct Arguments {
    #[command(subcommand)]
    command: Option<commands::Command>,
    /// Where everything is kept. Who serves without it does so in a folder that is removed at the end; a command needs it where it
    /// changes or lists what is there.
    #[arg(long, value_name = "DIR", global = true)]
    data: Option<PathBuf>,
    /// Where to listen.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4437")]
    listen: SocketAddr,
    /// Where to serve /metrics, and only there. Without it they are where the platform listens if that is a loopback address, and nowhere
    /// else.
    #[arg(long, value_name = "ADDRESS")]
    metrics: Option<SocketAddr>,
    /// What the platform calls itself in tokens: an http or https URL without a query and a fragment. Of the commands, `key` alone reads it.
    #[arg(long, value_name = "URL", default_value = "https://platform.example", value_parser = issuer, global = true)]
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
    #[arg(long, value_name = "MIB", value_parser = clap::value_parser!(u64).range(1..))]
    max_size: Option<u64>,
    /// The most connections of one address at once, but for trusted proxies. Default: three quarters of the files that may be open.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    connections: Option<u32>,
    /// The most live streams of one person or service at once.
    #[arg(long, value_name = "NUMBER", default_value = "100", value_parser = clap::value_parser!(u32).range(1..))]
    live_streams: u32,
    /// The most that is kept of what one vehicle says in a day; what goes beyond may come again the day after.
    #[arg(long, value_name = "MIB", default_value = "256", value_parser = clap::value_parser!(u64).range(1..))]
    vehicle_day: u64,
    /// The most memory for large messages and pages that wait for their readers, all together, and an eighth of it
    /// for one; who waits in vain is let go.
    #[arg(long, value_name = "MIB", default_value = "128", value_parser = clap::value_parser!(u64).range(1..))]
    reader_memory: u64,
    /// How long the rules wait for what a car says late, seconds. What comes later still is not lost: the vehicle's history is read anew.
    #[arg(long, value_name = "SECONDS", default_value = "2", value_parser = clap::value_parser!(u64).range(..=86_400))]
    lateness: u64,
    /// Addresses of proxies in front: from them, and from nobody else, `X-Forwarded-For` or `Forwarded` says who asks.
    #[arg(long, value_name = "ADDRESS", value_delimiter = ',')]
    behind_proxy: Vec<IpAddr>,
    /// Put a damaged database of `--data` aside, keep what can be read of it in a new one, and end.
    #[arg(long, requires = "data")]
    salvage: bool,
    /// Begin anew where the database of `--data` is empty or missing, though there was one.
    #[arg(long, requires = "data")]
    new: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let mut arguments = arguments();
    outlive_limits();
    let done = match arguments.command.take() {
        Some(command) => command
            .run(arguments.data, &arguments.issuer)
            .await
            .map_err(|error| (error.to_string(), error.code())),
        None => serve(arguments).await.map_err(|error| (error.to_string(), ExitCode::FAILURE)),
    };
    done.map_or_else(
        |(error, code)| {
            eprintln!("platform: {error}");
            code
        },
        |()| ExitCode::SUCCESS,
    )
}

/// What the command line says. What is only for serving stands beside no command, which would not heed it.
fn arguments() -> Arguments {
    let mut all = Arguments::command();
    let found = all.get_matches_mut();
    let of_serving = |option: &&clap::Arg| {
        let source = found.value_source(option.get_id().as_str());
        !option.is_global_set() && source == Some(ValueSource::CommandLine)
    };
    let option = all.get_arguments().find(of_serving).and_then(clap::Arg::get_long);
    if let (Some(command), Some(option)) = (found.subcommand_name(), option) {
        let told = format!("'--{option}' is for serving, and cannot be used with '{command}'");
        all.error(ErrorKind::ArgumentConflict, told).exit()
    }
    Arguments::from_arg_matches(&found).unwrap_or_else(|error| error.exit())
}

async fn serve(arguments: Arguments) -> Result<(), Box<dyn std::error::Error>> {
    let (filter, garbage) = filter(std::env::var_os("RUST_LOG"));
    let lines = Lines::to(std::io::stdout())?;
    let log = lines.clone();
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_env_filter(filter)
        .with_writer(move || log.clone())
        .init();
    // Behind the log: it says of each where it was.
    panics::tell_where();
    let done = serve_with_log(arguments, garbage).await;
    lines.end(Duration::from_secs(1));
    done
}

async fn serve_with_log(arguments: Arguments, garbage: bool) -> Result<(), Box<dyn std::error::Error>> {
    if garbage {
        eprintln!(
            "platform: RUST_LOG is none of `error`, `warn`, `info`, `debug`, `trace` or TARGET=LEVEL,…; `info` is used"
        );
        tracing::warn!("RUST_LOG cannot be read; info is used");
    }
    let demo_too = arguments.demo || arguments.data.is_none();
    // What is made for this run goes with it, after everything that is in it.
    let passing = if arguments.data.is_none() { Some(made_for_this_run()?) } else { None };
    let named = arguments.data.as_deref().or(passing.as_ref().map(Passing::path));
    let folder = named.unwrap_or(Path::new(".")).to_owned();
    if arguments.salvage {
        storage::must_have_files(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    private::folder(&folder).map_err(|error| match error.kind() {
        // Not even by making it.
        std::io::ErrorKind::NotFound => {
            StartError { what: folder.display().to_string(), why: "a folder cannot be made there".to_owned() }
        }
        _ => StartError::of(folder.display(), &error),
    })?;
    let claim = Claim::of(&folder)?;
    if arguments.salvage {
        let kept = storage::salvage(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        tracing::warn!(
            rows = kept.rows,
            logs = kept.logs,
            logs_cut = kept.logs_cut,
            messages = kept.messages,
            left_out = kept.left_out,
            is_less = kept.is_less,
            aside = %kept.aside.display(),
            "the damaged database is aside; what could be read of it is kept"
        );
        return Ok(());
    }
    // Before anything is made. Whoever comes early waits.
    let (listener, address) = bound(arguments.listen)?;
    let figures = arguments.metrics.map(bound).transpose()?;
    let mut config = NodeConfig::default();
    config.issuer = arguments.issuer;
    config.long_poll = arguments.long_poll.saturating_mul(1000);
    config.lateness = arguments.lateness.saturating_mul(1000);
    config.connections = arguments.connections.unwrap_or(config.connections);
    config.live_streams = arguments.live_streams;
    config.vehicle_day = arguments.vehicle_day.saturating_mul(1 << 20);
    config.reader_memory = arguments.reader_memory.saturating_mul(1 << 20);
    config.proxies = arguments.behind_proxy;
    config.webhooks_anywhere = arguments.webhooks_anywhere;
    config.public_metrics = arguments.metrics.is_none() && arguments.listen.ip().is_loopback();
    config.storage_limit = arguments.max_size.map(|mib| mib.saturating_mul(1 << 20));
    let file = folder.join("platform.db");
    let there = if claim.is_marked() && !arguments.new { storage::must_be_there(&file) } else { Ok(()) };
    let opened = match there {
        Ok(()) => Node::open(&folder, config).await,
        Err(error) => Err(error),
    };
    let node = opened.inspect_err(|error| {
        tracing::error!(%error, "the storage cannot be opened");
    })?;
    claim.mark();
    let accounts = if demo_too { Some(demo::make(&node).await?) } else { None };
    let figures = figures.map(|(listener, address)| {
        tracing::info!(port = address.port(), "figures are served");
        tokio::spawn(server::serve_metrics(node.clone(), listener))
    });
    if let Some(accounts) = accounts {
        introduce(address, accounts);
    }
    tracing::info!(port = address.port(), "listening");
    let storage = node.storage.clone();
    server::serve(node, listener, stopped()).await?;
    if let Some(figures) = figures {
        let _ = figures.await;
    }
    if let Err(error) = storage.close().await {
        tracing::warn!(%error, "the log of changes stays beside the database; the next start reads both");
    }
    tracing::info!("stopped");
    Ok(())
}

/// Why the platform did not start.
#[derive(Debug, thiserror::Error)]
#[error("{what}: {why}")]
struct StartError {
    what: String,
    why: String,
}

impl StartError {
    fn of(what: impl std::fmt::Display, error: &std::io::Error) -> Self {
        Self { what: what.to_string(), why: words::of(error) }
    }
}

/// Reads an issuer for clap; it is kept as it was written.
fn issuer(text: &str) -> Result<String, String> {
    let url = reqwest::Url::parse(text).ok().filter(|url| ["http", "https"].contains(&url.scheme()));
    // Others compare it letter by letter: it is written as an URL is, but for the `/` at its end.
    let is_plain = |url: &reqwest::Url| url.as_str().trim_end_matches('/') == text.trim_end_matches('/');
    let has_more = |url: &reqwest::Url| {
        let person = !url.username().is_empty() || url.password().is_some();
        person || url.query().is_some() || url.fragment().is_some()
    };
    match url {
        Some(url) if is_plain(&url) && !has_more(&url) => Ok(text.to_owned()),
        _ => Err("expected an http or https URL in its usual form, without a name, a query and a fragment"
            .to_owned()),
    }
}

fn bound(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let failed = |error| StartError::of(address, &error);
    let listener = server::bind(address).map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
}

fn made_for_this_run() -> Result<Passing, StartError> {
    Passing::make().map_err(|error| StartError::of(std::env::temp_dir().display(), &error))
}

/// What is logged, and whether what was asked for could not be read.
fn filter(asked: Option<OsString>) -> (EnvFilter, bool) {
    let usual = || EnvFilter::new("info");
    match asked.map(OsString::into_string) {
        None => (usual(), false),
        Some(Ok(text)) if text.is_empty() => (usual(), false),
        Some(Ok(text)) => EnvFilter::try_new(text).map_or_else(|_| (usual(), true), |filter| (filter, false)),
        Some(Err(_)) => (usual(), true),
    }
}

/// Words for people go to the other output than the log.
fn introduce(address: SocketAddr, accounts: Vec<(&str, Who, Account)>) {
    eprintln!(
        "The platform listens on http://{address}. Accounts, all with the password {}:",
        demo::PASSWORD
    );
    for (email, who, account) in accounts {
        eprintln!("  {email:<24} {:<16} {:?}", who.sub, account.roles);
    }
    eprintln!(
        r#"
  SESSION=$(curl -s http://{address}/v1/auth/password -H 'content-type: application/json' -d '{{"email":"anna@demo.example","password":"{}"}}' | sed 's/.*"session":"\([^"]*\)".*/\1/')
  TOKEN=$(curl -s -X POST http://{address}/v1/auth/token -H "authorization: Bearer $SESSION" | sed 's/.*"token":"\([^"]*\)".*/\1/')
  curl -s http://{address}/v1/ingest -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' -d '[{{"id":1,"vehicleId":7,"organizationKey":"demo","time":"'$(date -u +%Y-%m-%dT%H:%M:%SZ)'","type":"can_dtc","code":"0301","sourceType":"j2012"}}]'
  curl -N "http://{address}/v1/feeds/me?offset=-1&live=sse" -H "authorization: Bearer $TOKEN"
"#,
        demo::PASSWORD
    );
}

/// A file that may not grow (`ulimit -f`) is told where it is written, and ends the process no more: what listens to the signal takes
/// the place of the system's answer to it, for as long as the process lives.
#[cfg(unix)]
fn outlive_limits() {
    use tokio::signal::unix::{SignalKind, signal};
    /// `SIGXFSZ` of Linux and of the BSDs.
    const TOO_LARGE: i32 = 25;
    let _ = signal(SignalKind::from_raw(TOO_LARGE));
}

#[cfg(not(unix))]
fn outlive_limits() {}

/// A signal to stop came.
#[cfg(unix)]
async fn stopped() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminated) = signal(SignalKind::terminate()) else { return };
    tokio::select! {
        _ = terminated.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

/// A signal to stop came.
#[cfg(not(unix))]
async fn stopped() {
    let _ = tokio::signal::ctrl_c().await;
}
