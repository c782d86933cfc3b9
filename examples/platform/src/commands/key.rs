//! `platform key`.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use platform::admin::services::{self, NewKey, kid, service};
use platform::admin::{AdminError, vehicles, webhooks};
use platform::auth::Role;
use platform::auth::account::Account;
use platform::{clock, private};

use super::{CommandError, Place, counted, in_file, number, read, relations, role, say};

/// Services that sign in with a key.
#[derive(Debug, Subcommand)]
pub(crate) enum Key {
    /// Make a service account with a key, or one more key for one that is there; the secret is written to a file for its owner alone.
    #[command(
        after_help = "Examples:\n  platform key add acme/gateway --role device --all-vehicles --out gateway.key --data DIR\n  \
        platform key add acme/gateway --out gateway-2.key --data DIR    (one more key, to change over)"
    )]
    Add(Add),
    /// List the services and the names of their keys.
    #[command(after_help = "Example:\n  platform key list --organization acme --data DIR")]
    List {
        /// Only those of one organization.
        #[arg(long, value_name = "KEY")]
        organization: Option<String>,
    },
    /// Take a key of a service away, and end the service's sessions. Its webhooks stay (see `webhook`); without a key they wait for one.
    #[command(
        after_help = "Examples:\n  platform key revoke acme/gateway KEY-ID --data DIR\n  platform key revoke acme/gateway --all --data DIR"
    )]
    Revoke {
        /// ORGANIZATION/NAME.
        service: String,
        /// The key, as `key list` names it.
        #[arg(value_name = "KEY-ID", required_unless_present = "all", conflicts_with = "all")]
        key: Option<String>,
        /// All keys of the service.
        #[arg(long)]
        all: bool,
    },
    /// Print an assertion, made with a key file, that signs the service in: good once, and for an hour.
    #[command(
        after_help = "Example:\n  curl -s http://127.0.0.1:4437/v1/auth/service-account -H 'content-type: application/json' \\\n    \
        -d \"{\\\"assertion\\\":\\\"$(platform key assertion gateway.key)\\\"}\""
    )]
    Assertion {
        /// The key file.
        file: PathBuf,
    },
}

/// A new key.
#[derive(Args, Debug)]
pub(crate) struct Add {
    /// ORGANIZATION/NAME.
    service: String,
    /// What a new service may do; may come more than once: device, partner, support.
    #[arg(long, value_name = "ROLE", value_parser = role)]
    role: Vec<Role>,
    /// A new device speaks for all vehicles of its organization.
    #[arg(long, conflicts_with = "vehicle")]
    all_vehicles: bool,
    /// Vehicles that a new device speaks for.
    #[arg(long, value_name = "NUMBER", value_parser = number)]
    vehicle: Vec<i64>,
    /// Where to write the key file; nothing may be there yet.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

pub(super) fn assertion(file: &Path) -> Result<(), CommandError> {
    say(&services::assertion(&read(file)?, clock::now())?)
}

pub(super) async fn run(what: Key, place: &Place, issuer: &str) -> Result<(), CommandError> {
    match what {
        Key::Add(add) => {
            let who = service(&add.service)?;
            let invalid = AdminError::Invalid { what: "the key", expected: "one that this system can make" };
            let key = NewKey::make(&add.service, issuer).ok_or(invalid)?;
            let (public, name) = (key.public(), kid(&key.public()));
            let account = Account {
                roles: add.role,
                all_vehicles: add.all_vehicles,
                vehicles: add.vehicle,
                ..Account::default()
            };
            let secret = Secret::write(&add.out, key.to_text().as_bytes())?;
            let job = move |edit: &mut dyn platform::storage::Edit| {
                for vehicle in &account.vehicles {
                    let named = format!("{}/{vehicle}", who.org).parse();
                    vehicles::must_be(edit, &named.map_err(|_| AdminError::VehicleUnknown)?)?;
                }
                services::add(edit, &who, account, public)
            };
            if let Err(error) = place.does(true, job).await {
                secret.discard();
                return Err(error);
            }
            secret.keep()?;
            say(&format!("added key {name} of {}; its secret is in {}", add.service, add.out.display()))
        }
        Key::List { organization } => {
            let all = place.shows(move |view| services::list(view, organization.as_deref()))?;
            for (who, account) in all {
                let name = who.sub.trim_start_matches("service/");
                let keys: Vec<String> = account.keys.iter().map(kid).collect();
                let keys = if keys.is_empty() { "-".to_owned() } else { keys.join(", ") };
                say(&format!("{}/{name}{}  keys {keys}", who.org, relations(&account)))?;
            }
            Ok(())
        }
        Key::Revoke { service: name, key, all: _ } => {
            let who = service(&name)?;
            let job = move |edit: &mut dyn platform::storage::Edit| {
                let (keys, ended) = services::revoke(edit, &who, key.as_deref())?;
                Ok((keys, ended, webhooks::count(edit, &who)?))
            };
            let (keys, ended, hooks) = place.does(false, job).await?;
            let (keys, ended) = (counted(keys, "key"), counted(ended, "session"));
            // Who had the key may have asked for some of them.
            let hooks =
                if hooks == 0 { String::new() } else { format!("; {} left", counted(hooks, "webhook")) };
            say(&format!("revoked {keys} of {name}; {ended} ended{hooks}"))
        }
        Key::Assertion { file } => assertion(&file),
    }
}

/// A secret beside the file that it will be. The secret comes first: a key that nobody has is of no use, and one that is not known harms
/// nobody. Cut short, it leaves nothing where the next one goes.
struct Secret<'a> {
    beside: PathBuf,
    out: &'a Path,
}

impl<'a> Secret<'a> {
    fn write(out: &'a Path, text: &[u8]) -> Result<Self, CommandError> {
        let failed = |error| in_file(out, &error);
        if out.symlink_metadata().is_ok() {
            return Err(failed(std::io::ErrorKind::AlreadyExists.into()));
        }
        let mut beside = out.as_os_str().to_owned();
        beside.push(".part");
        let secret = Self { beside: beside.into(), out };
        // What one that was killed has left.
        let _ = std::fs::remove_file(&secret.beside);
        let file = private::new_file(&secret.beside);
        let written = file.and_then(|mut file| file.write_all(text).and_then(|()| file.sync_all()));
        match written {
            Ok(()) => Ok(secret),
            Err(error) => {
                secret.discard();
                Err(failed(error))
            }
        }
    }

    fn discard(self) {
        let _ = std::fs::remove_file(self.beside);
    }

    /// Puts it in its place, if nothing came there meanwhile.
    fn keep(self) -> Result<(), CommandError> {
        let linked = std::fs::hard_link(&self.beside, self.out);
        let placed = match linked {
            Ok(()) => std::fs::remove_file(&self.beside),
            // A disk that knows no second names.
            Err(_) if self.out.symlink_metadata().is_err() => std::fs::rename(&self.beside, self.out),
            Err(error) => Err(error),
        };
        placed.map_err(|error| CommandError::Unplaced {
            out: self.out.to_owned(),
            beside: self.beside,
            why: platform::words::of(&error),
        })
    }
}
