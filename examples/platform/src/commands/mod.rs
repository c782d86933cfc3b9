//! Commands of an operator on a data folder: each opens it, does one thing, and says in plain words what was done.

mod account;
mod grant;
mod key;
mod vehicle;
mod webhook;

use std::io::{IsTerminal as _, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use cc_core::{IdParseError, VehicleRef};
use clap::Subcommand;
use platform::admin::AdminError;
use platform::auth::Role;
use platform::bus::LocalBus;
use platform::claim::{Claim, ClaimError};
use platform::private;
use platform::storage::{
    Edit, OpenError, SqliteOptions, SqliteStorage, Storage as _, View, must_be_there, peek, peek_alone,
};

/// What is done to a data folder instead of serving it. What changes it needs a platform that stands still; lists do not.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// People: add, list, password, remove.
    #[command(subcommand)]
    Account(account::Account),
    /// Who is near to what: drive, manage, workshop, consent, fleet, care, partner.
    #[command(subcommand)]
    Grant(grant::Grant),
    /// Services and their keys: add, list, revoke, assertion.
    #[command(subcommand)]
    Key(key::Key),
    /// Vehicles: add, list.
    #[command(subcommand)]
    Vehicle(vehicle::Vehicle),
    /// Where partners have their events sent: list, remove.
    #[command(subcommand)]
    Webhook(webhook::Webhook),
}

/// Why a command was not done.
#[non_exhaustive]
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommandError {
    /// What was asked cannot be.
    #[error(transparent)]
    Admin(#[from] AdminError),
    /// The folder is another process's.
    #[error("{}: a platform runs on this folder, and keeps in memory what this would change; stop it first", folder.display())]
    Claimed {
        /// The folder.
        folder: PathBuf,
    },
    /// The folder could not be had.
    #[error(transparent)]
    Claim(ClaimError),
    /// No folder was named.
    #[error("--data DIR is missing: the folder that the platform keeps everything in")]
    FolderMissing,
    /// There is no platform in the folder.
    #[error("{}: no platform is kept here; `account add`, `key add` or `vehicle add` makes one", folder.display())]
    NoPlatform {
        /// The folder.
        folder: PathBuf,
    },
    /// A file could not be read or written.
    #[error("{}: {why}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// In words.
        why: String,
    },
    /// What comes from standard input could not be read.
    #[error("the password cannot be read from standard input: {why}")]
    Input {
        /// In words.
        why: String,
    },
    /// The database could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The result could not be written.
    #[error("the result cannot be written: {why}")]
    Output {
        /// In words.
        why: String,
    },
    /// A key was added, and its secret is not where it should be.
    #[error("{}: {why}; the key is added, and its secret is in {}", out.display(), beside.display())]
    Unplaced {
        /// Where it should be.
        out: PathBuf,
        /// Where it is.
        beside: PathBuf,
        /// In words.
        why: String,
    },
}

impl CommandError {
    /// With which the process ends: arguments that cannot be are told from what could not be done.
    pub(crate) fn code(&self) -> ExitCode {
        match self {
            Self::Admin(AdminError::Invalid { .. }) | Self::FolderMissing => ExitCode::from(2),
            _ => ExitCode::FAILURE,
        }
    }
}

impl Command {
    /// Does it.
    pub(crate) async fn run(self, folder: Option<PathBuf>, issuer: &str) -> Result<(), CommandError> {
        match self {
            // The file of a key is enough.
            Self::Key(key::Key::Assertion { file }) => key::assertion(&file),
            Self::Account(what) => account::run(what, &Place::of(folder)?).await,
            Self::Grant(what) => grant::run(what, &Place::of(folder)?).await,
            Self::Key(what) => key::run(what, &Place::of(folder)?, issuer).await,
            Self::Vehicle(what) => vehicle::run(what, &Place::of(folder)?).await,
            Self::Webhook(what) => webhook::run(what, &Place::of(folder)?).await,
        }
    }
}

/// A data folder that was named.
#[derive(Debug)]
struct Place(PathBuf);

impl Place {
    fn of(folder: Option<PathBuf>) -> Result<Self, CommandError> {
        folder.map(Self).ok_or(CommandError::FolderMissing)
    }

    /// Does something to what is kept; `makes` it where there is nothing.
    async fn does<T: Send + 'static>(
        &self,
        makes: bool,
        job: impl FnOnce(&mut dyn Edit) -> Result<T, AdminError> + Send + 'static,
    ) -> Result<T, CommandError> {
        let Self(folder) = self;
        let file = folder.join("platform.db");
        if makes {
            private::folder(folder).map_err(|error| in_file(folder, &error))?;
        } else if !file.exists() && !folder.join("platform.lock").exists() {
            return Err(CommandError::NoPlatform { folder: folder.clone() });
        }
        let claim = Claim::of(folder).map_err(|error| match error {
            ClaimError::Taken { folder } => CommandError::Claimed { folder },
            error => CommandError::Claim(error),
        })?;
        if claim.is_marked() {
            must_be_there(&file)?;
        } else if !makes && !file.exists() {
            return Err(CommandError::NoPlatform { folder: folder.clone() });
        }
        let storage = SqliteStorage::open(&file, Arc::new(LocalBus::default()), SqliteOptions::default());
        let storage = storage?;
        claim.mark();
        let outcome = platform::storage::commit(&storage, job).await;
        storage.close().await.map_err(|error| OpenError::of(&file, error))?;
        outcome.map_err(|error| of_file(&file, error))
    }
}

impl Place {
    /// Looks at what is kept, also beside a platform that runs: reading takes nothing from it.
    fn shows<T>(&self, job: impl FnOnce(&dyn View) -> Result<T, AdminError>) -> Result<T, CommandError> {
        let Self(folder) = self;
        let file = folder.join("platform.db");
        if !file.exists() && !folder.join("platform.lock").exists() {
            return Err(CommandError::NoPlatform { folder: folder.clone() });
        }
        let now = platform::clock::now().timestamp_millis();
        let seen = match Claim::to_look(folder) {
            Err(ClaimError::Taken { .. }) => peek(&file, now, job),
            Err(error) => return Err(CommandError::Claim(error)),
            Ok(claim) => {
                if claim.as_ref().is_some_and(Claim::is_marked) {
                    must_be_there(&file)?;
                } else if !file.exists() {
                    return Err(CommandError::NoPlatform { folder: folder.clone() });
                }
                peek_alone(&file, now, job)
            }
        };
        seen?.map_err(|error| of_file(&file, error))
    }
}

/// What the storage could not, said of its file.
fn of_file(path: &Path, error: AdminError) -> CommandError {
    match error {
        AdminError::Storage(error) => OpenError::of(path, error).into(),
        other => other.into(),
    }
}

/// A number of things.
fn counted(count: usize, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

fn in_file(path: &Path, error: &std::io::Error) -> CommandError {
    CommandError::File { path: path.to_owned(), why: platform::words::of(error) }
}

/// A line of the result; what others have named cannot move a terminal's cursor, nor turn its line round.
fn say(line: &str) -> Result<(), CommandError> {
    let is_odd = |letter: char| {
        letter.is_control()
            || matches!(letter, '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}')
    };
    let mut shown = String::with_capacity(line.len());
    for letter in line.chars() {
        if is_odd(letter) { shown.extend(letter.escape_unicode()) } else { shown.push(letter) }
    }
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{shown}").and_then(|()| out.flush()) {
        // Who reads no more has seen enough.
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(CommandError::Output { why: platform::words::of(&error) })
        }
        _ => Ok(()),
    }
}

/// The most bytes of a file with a password.
const MOST: u64 = 4096;

/// The text of a small file.
fn read(path: &Path) -> Result<String, CommandError> {
    let mut text = String::new();
    #[expect(clippy::disallowed_methods, reason = "a program reads the files that it is named")]
    let read = std::fs::File::open(path).and_then(|file| file.take(MOST).read_to_string(&mut text));
    read.map_err(|error| in_file(path, &error))?;
    Ok(text)
}

/// The first line of a file, or of standard input.
fn password(file: Option<&Path>) -> Result<String, CommandError> {
    let mut text = String::new();
    if let Some(path) = file {
        text = read(path)?;
    } else {
        if std::io::stdin().is_terminal() {
            eprintln!(
                "The password, and Enter (it is seen as you type; --password-file reads it from a file):"
            );
        }
        let mut input = std::io::BufReader::new(std::io::stdin().take(MOST));
        let read = std::io::BufRead::read_line(&mut input, &mut text);
        read.map_err(|error| CommandError::Input { why: platform::words::of(&error) })?;
    }
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

/// Reads a role for clap.
fn role(text: &str) -> Result<Role, String> {
    platform::admin::accounts::role(text)
        .ok_or_else(|| "driver, fleet_manager, workshop, partner, support or device".to_owned())
}

/// Reads a number for clap; it is written in one way, as in the protocol.
fn number(text: &str) -> Result<i64, String> {
    let number = text.parse().ok().filter(|number: &i64| number.to_string() == text);
    number.ok_or_else(|| {
        "expected a decimal number of 64 bits, with neither a plus nor zeros before it".to_owned()
    })
}

/// Reads a vehicle for clap, with its number in the same way.
fn vehicle(text: &str) -> Result<VehicleRef, String> {
    let vehicle: VehicleRef = text.parse().map_err(|error: IdParseError| error.to_string())?;
    number(text.rsplit('/').next().unwrap_or_default())?;
    Ok(vehicle)
}

fn roles(roles: &[Role]) -> String {
    let words: Vec<&str> = roles.iter().map(|role| platform::admin::accounts::role_word(*role)).collect();
    words.join(", ")
}

/// Numbers behind a word, where there are any.
fn numbers(word: &str, numbers: &[i64]) -> String {
    let all: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    if all.is_empty() { String::new() } else { format!("  {word} {}", all.join(", ")) }
}

/// What an account is near to, for a listing.
fn relations(account: &platform::auth::account::Account) -> String {
    let mut line = format!("  {}", roles(&account.roles));
    line += &if account.all_vehicles {
        "  all vehicles".to_owned()
    } else {
        numbers("vehicles", &account.vehicles)
    };
    line += &numbers("fleets", &account.fleets);
    line += &numbers("workshop", account.workshop.as_slice());
    if !account.consents.is_empty() {
        line += "  consents ";
        line += &account.consents.join(", ");
    }
    line
}
