//! An operator makes everything with commands, and people and services then use it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    missing_docs,
    reason = "tests"
)]

mod common;

use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use cc_client::sign_in::{self, SignInError};
use cc_client::store::{Durability, SqliteStore};
use cc_client::transport::{ReqwestOptions, ReqwestTransport};
use cc_client::{Client, KeyFile};
use common::process::{port, ready};
use common::{Person, client, token, value};
use platform::private::Passing;
use serde_json::{Value, json};

struct Told {
    code: Option<i32>,
    out: String,
    error: String,
}

/// Runs a command on a folder, with a password on standard input.
fn told(data: &Path, arguments: &str, input: &str) -> Told {
    let mut child = Command::new(env!("CARGO_BIN_EXE_platform"))
        .args(arguments.split(' '))
        .arg("--data")
        .arg(data)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Who asks for no password reads none.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Told { code: output.status.code(), out: text(output.stdout), error: text(output.stderr) }
}

fn done(data: &Path, arguments: &str) -> String {
    let told = told(data, arguments, "correct horse\n");
    assert!(told.code == Some(0) && told.error.is_empty(), "{arguments}: {}", told.error);
    assert!(!told.out.contains("horse"));
    told.out
}

fn refused(data: &Path, arguments: &str, input: &str) -> String {
    let told = told(data, arguments, input);
    // Arguments that cannot be are told from what was not done.
    let code = if told.error.contains(": expected ") { 2 } else { 1 };
    assert!(told.code == Some(code) && told.out.is_empty(), "{arguments}: {:?} {}", told.code, told.out);
    assert!(!told.error.contains("Os {") && !told.error.contains('"'), "{}", told.error);
    assert_eq!(told.error.lines().count(), 1, "{}", told.error);
    told.error.trim_end().to_owned()
}

struct Running(Child, String);

impl Running {
    async fn start(data: &Path) -> Self {
        let port = port();
        let child = Command::new(env!("CARGO_BIN_EXE_platform"))
            .args(["--data", data.to_str().unwrap(), "--listen", &format!("127.0.0.1:{port}")])
            .env("RUST_LOG", "warn")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let base = format!("http://127.0.0.1:{port}");
        ready(&base).await;
        Self(child, base)
    }

    fn stop(mut self) {
        Command::new("kill").arg(self.0.id().to_string()).status().unwrap();
        assert!(self.0.wait().unwrap().success());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn post(base: &str, path: &str, body: Value) -> reqwest::Response {
    let request = client().post(format!("{base}{path}")).header("content-type", "application/json");
    request.body(body.to_string()).send().await.unwrap()
}

async fn signed_in(base: &str, email: &str, password: &str) -> Option<Person> {
    let answer = post(base, "/v1/auth/password", json!({"email": email, "password": password})).await;
    if answer.status() != 200 {
        return None;
    }
    let session = value(answer).await["session"].as_str().unwrap().to_owned();
    let token = token(base, &session).await;
    Some(Person { base: base.to_owned(), session, token, client: client() })
}

async fn status(person: &Person, path: &str) -> u16 {
    person.get(path).await.status().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn from_an_empty_folder_commands_alone_lead_to_a_client_that_reads_its_car() {
    let passing = Passing::make().unwrap();
    let data = passing.path().join("data");
    assert_eq!(done(&data, "vehicle add acme/7 --brand Skoda"), "added acme/7\n");
    assert_eq!(done(&data, "vehicle add acme/8"), "added acme/8\n");
    assert_eq!(
        done(&data, "account add anna@acme.example --organization acme --role driver"),
        "added acme/user/1  driver\n"
    );
    assert_eq!(done(&data, "grant drive anna@acme.example 7"), "granted\n");
    let add = "account add desk@acme.example --organization acme --role fleet-manager --fleet 3";
    assert_eq!(done(&data, add), "added acme/user/2  fleet_manager  fleets 3\n");
    done(&data, "grant fleet acme/8 3");
    done(&data, "account add shop@acme.example --organization acme --role workshop --workshop 9");
    done(&data, "grant care acme/7 9");
    let key = passing.path().join("gateway.key");
    let add = format!("key add acme/gateway --role device --all-vehicles --out {}", key.display());
    let said = done(&data, &add);
    assert!(said.starts_with("added key ") && !said.contains("PRIVATE"), "{said}");

    let platform = Running::start(&data).await;
    let base = platform.1.clone();
    let anna = signed_in(&base, "anna@acme.example", "correct horse").await.unwrap();
    // The real client, from the session alone.
    let transport = ReqwestTransport::new(&base, ReqwestOptions::default()).unwrap();
    let store = SqliteStore::open(passing.path().join("phone.db"), Durability::Process).unwrap();
    let phone = Client::builder(transport, store).session(anna.session.clone()).start().await.unwrap();
    let mut changed = phone.changed();
    let wait = async {
        loop {
            if let Some(item) = phone.item("vehicles", "acme/7").await.unwrap() {
                return item;
            }
            changed.changed().await.unwrap();
        }
    };
    let car = tokio::time::timeout(Duration::from_secs(30), wait).await.expect("the car came");
    assert!(car.version > 0 && !car.pending);
    phone.shutdown().await.unwrap();
    assert_eq!(anna.json("/v1/collections/vehicles/acme/7").await["value"]["brand"], "Skoda");
    assert_eq!(status(&anna, "/v1/collections/vehicles/acme/8").await, 404);
    let desk = signed_in(&base, "desk@acme.example", "correct horse").await.unwrap();
    assert_eq!(status(&desk, "/v1/collections/vehicles/acme/8").await, 200);
    assert_eq!(status(&desk, "/v1/collections/vehicles/acme/7").await, 404);
    let shop = signed_in(&base, "shop@acme.example", "correct horse").await.unwrap();
    assert_eq!(status(&shop, "/v1/collections/vehicles/acme/7").await, 200);

    // The gateway signs in with its key file, and sends what the car says.
    let assertion = || done(&data, &format!("key assertion {}", key.display())).trim_end().to_owned();
    let answer = post(&base, "/v1/auth/service-account", json!({"assertion": assertion()})).await;
    assert_eq!(answer.status(), 200);
    // The client's own way there: the same file, an assertion that it makes itself.
    let transport = ReqwestTransport::new(&base, ReqwestOptions::default()).unwrap();
    let file = KeyFile::parse(&std::fs::read_to_string(&key).unwrap()).unwrap();
    let service = sign_in::with_key(&transport, &file).await.unwrap();
    assert_eq!((&*service.organization, &*service.principal), ("acme", "service/gateway"));
    let session = service.session.to_string();
    let gateway =
        Person { base: base.clone(), token: token(&base, &session).await, session, client: client() };
    let mut event = common::event(1, 9, "car_odometer", json!({"value": 12}));
    event["organizationKey"] = json!("acme");
    assert_eq!(value(gateway.post("/v1/ingest", &json!([event])).await).await["accepted"], 1);
    assert_eq!(status(&anna, "/v1/feeds/vehicles/acme/7?offset=-1").await, 200);

    // Beside a platform that runs a list is shown, and nothing is changed.
    assert!(done(&data, "account list").contains("acme/user/1  anna@acme.example  driver  vehicles 7\n"));
    assert_eq!(done(&data, "vehicle list"), "acme/7  drivers 1  fleets -\nacme/8  drivers 0  fleets 3\n");
    assert!(done(&data, "key list").starts_with("acme/gateway  device  all vehicles  keys "));
    for command in
        ["vehicle add acme/9", "account remove anna@acme.example", "grant drive anna@acme.example 8"]
    {
        assert_eq!(
            refused(&data, command, ""),
            format!(
                "platform: {}: a platform runs on this folder, and keeps in memory what this would change; stop it first",
                data.display()
            )
        );
    }
    assert_eq!(status(&anna, "/readyz").await, 200);
    platform.stop();

    // What is taken away is gone at the next start.
    done(&data, "grant fleet acme/8 3 --remove");
    done(&data, "grant care acme/7 9 --remove");
    assert_eq!(
        told(&data, "account password anna@acme.example", "another horse\n").out,
        "acme/user/1 has another password; 1 session ended\n"
    );
    assert_eq!(
        done(&data, "key revoke acme/gateway --all"),
        "revoked 1 key of acme/gateway; 2 sessions ended\n"
    );
    let platform = Running::start(&data).await;
    let base = platform.1.clone();
    assert_eq!(
        post(&base, "/v1/auth/service-account", json!({"assertion": assertion()})).await.status(),
        401
    );
    let transport = ReqwestTransport::new(&base, ReqwestOptions::default()).unwrap();
    assert_eq!(sign_in::with_key(&transport, &file).await.unwrap_err(), SignInError::Credentials);
    let guess = sign_in::with_password(&transport, "anna@acme.example", "correct horse", "phone").await;
    assert_eq!(guess.unwrap_err(), SignInError::Credentials);
    assert!(signed_in(&base, "anna@acme.example", "correct horse").await.is_none());
    assert!(signed_in(&base, "anna@acme.example", "another horse").await.is_some());
    let desk = signed_in(&base, "desk@acme.example", "correct horse").await.unwrap();
    assert_eq!(status(&desk, "/v1/collections/vehicles/acme/8").await, 404);
    let shop = signed_in(&base, "shop@acme.example", "correct horse").await.unwrap();
    assert_eq!(status(&shop, "/v1/collections/vehicles/acme/7").await, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_sees_where_events_are_sent_and_ends_it() {
    let passing = Passing::make().unwrap();
    let data = passing.path().join("data");
    let key = passing.path().join("partner.key");
    done(&data, &format!("key add acme/partner --role partner --out {}", key.display()));
    let platform = Running::start(&data).await;
    let transport = ReqwestTransport::new(&platform.1, ReqwestOptions::default()).unwrap();
    let file = KeyFile::parse(&std::fs::read_to_string(&key).unwrap()).unwrap();
    let session = sign_in::with_key(&transport, &file).await.unwrap().session.to_string();
    let (base, token) = (platform.1.clone(), token(&platform.1, &session).await);
    let partner = Person { base, session, token, client: client() };
    for (id, types) in [("w1", json!(["can_dtc", "odd\u{202E}"])), ("w2", json!([]))] {
        let wanted = json!({"url": "https://partner.example/hook", "types": types});
        let set = partner.send(reqwest::Method::PUT, &format!("/v1/webhooks/{id}"), &wanted).await;
        assert_eq!(set.status(), 201);
    }
    // What turns a line round is shown, and does not.
    let first = "acme/partner  w1  https://partner.example/hook  types can_dtc, odd\\u{202e}\n";
    let second = "acme/partner  w2  https://partner.example/hook  types all\n";
    assert_eq!(done(&data, "webhook list"), [first, second].concat());
    assert_eq!(done(&data, "webhook list --organization demo"), "");
    platform.stop();
    let revoked = done(&data, "key revoke acme/partner --all");
    assert_eq!(revoked, "revoked 1 key of acme/partner; 1 session ended; 2 webhooks left\n");
    assert_eq!(done(&data, "webhook remove acme/partner w2"), "removed\n");
    assert_eq!(
        refused(&data, "webhook remove acme/partner w2", ""),
        "platform: there is no such webhook; `webhook list` shows those there are"
    );
    assert_eq!(done(&data, "webhook list"), first);
    done(&data, "account remove acme/partner");
    assert_eq!(done(&data, "webhook list"), "");
}

#[test]
fn a_number_is_not_given_twice_and_a_listing_shows_who_may_what() {
    let passing = Passing::make().unwrap();
    let data = passing.path().join("data");
    for name in ["anna", "bo"] {
        done(&data, &format!("account add {name}@acme.example --organization acme --role driver"));
    }
    done(&data, "vehicle add acme/7");
    done(&data, "grant drive bo@acme.example 7");
    done(&data, "grant consent bo@acme.example positions");
    assert_eq!(done(&data, "account remove acme/user/2"), "removed acme/user/2; 0 sessions ended\n");
    assert_eq!(done(&data, "vehicle list"), "acme/7  drivers 0  fleets -\n");
    let add = "account add bo@acme.example --organization acme --role driver";
    assert_eq!(done(&data, add), "added acme/user/3  driver\n");
    done(&data, "grant drive bo@acme.example 7");
    done(&data, "grant consent bo@acme.example positions");
    done(&data, "grant fleet acme/7 3");
    done(&data, "grant partner acme --fleet 3");
    let one = passing.path().join("one.key");
    let two = passing.path().join("two.key");
    done(&data, &format!("key add acme/desk --role partner --out {}", one.display()));
    done(&data, &format!("key add acme/desk --out {}", two.display()));
    let keys = done(&data, "key list");
    let (line, keys) = keys.trim_end().split_once("  keys ").unwrap();
    assert_eq!(line, "acme/desk  partner");
    let (first, second) = keys.split_once(", ").unwrap();
    done(&data, &format!("key revoke acme/desk {first}"));
    assert_eq!(done(&data, "key list"), format!("acme/desk  partner  keys {second}\n"));
    // A service is named as lists of keys show it, and as lists of accounts do.
    let three = passing.path().join("three.key");
    done(&data, &format!("key add acme/box7 --role device --out {}", three.display()));
    for name in ["acme/box7", "acme/service/box7"] {
        assert_eq!(done(&data, &format!("grant drive {name} 7")), "granted\n");
        assert!(done(&data, "key list").starts_with("acme/box7  device  vehicles 7  keys "), "{name}");
        done(&data, &format!("grant drive {name} 7 --remove"));
    }
    assert!(done(&data, "key revoke acme/service/box7 --all").starts_with("revoked 1 key of "));
    assert_eq!(done(&data, "account remove acme/box7"), "removed acme/service/box7; 0 sessions ended\n");
    assert_eq!(
        done(&data, "account list --organization acme"),
        "acme/service/desk  -  partner\nacme/user/1  anna@acme.example  driver\n\
         acme/user/3  bo@acme.example  driver  vehicles 7  consents positions\n"
    );
    assert_eq!(done(&data, "vehicle list"), "acme/7  drivers 1  fleets 3\n");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&one).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn what_cannot_be_is_refused_with_the_reason_and_nothing_is_kept() {
    let passing = Passing::make().unwrap();
    let data = passing.path().join("data");
    let nothing = format!(
        "platform: {}: no platform is kept here; `account add`, `key add` or `vehicle add` makes one",
        data.display()
    );
    assert_eq!(refused(&data, "account list", ""), nothing);
    assert!(!data.exists());
    let anna = "account add anna@acme.example --organization acme --role driver";
    done(&data, anna);
    let key = passing.path().join("x.key");
    for (arguments, input, said) in [
        (anna, "12345678\n", "there is such an account: `account password` gives it another password"),
        (
            "account add bo@acme.example --organization acme --role driver",
            "1234567\n",
            "the password: expected 8 letters or more, and 1024 bytes at most",
        ),
        ("account add bo --organization acme --role driver", "12345678\n", "the address: expected NAME@HOST"),
        (
            "account add bo@x.y --organization a/b --role driver",
            "12345678\n",
            "the organization: expected 1 to 64 letters, digits, `-`, `_` or `.`, and neither `.` nor `..`",
        ),
        ("account password bo@acme.example", "12345678\n", "there is no such account"),
        ("account remove acme/user/9", "", "there is no such account"),
        ("grant drive anna@acme.example 7", "", "there is no such vehicle; `vehicle add` makes it"),
        (
            "grant manage anna@acme.example 7",
            "",
            "the account is no fleet_manager, and this is for those alone",
        ),
        ("grant consent anna@acme.example ads", "", "the purpose: expected positions"),
        ("grant fleet acme/7 3", "", "there is no such vehicle; `vehicle add` makes it"),
        ("key revoke acme/gone --all", "", "there is no such account"),
        (
            &format!("key add acme/box --out {}", key.display()),
            "",
            "--role: expected one role at least for a new service",
        ),
        ("key assertion /nowhere/x.key", "", "/nowhere/x.key: it is not there"),
    ] {
        assert_eq!(refused(&data, arguments, input), format!("platform: {said}"), "{arguments}");
    }
    assert!(!key.exists(), "a key that nobody knows is not left behind");
    assert_eq!(done(&data, "account list"), "acme/user/1  anna@acme.example  driver\n");
    let file = passing.path().join("password");
    let password = format!("account password anna@acme.example --password-file {}", file.display());
    assert_eq!(refused(&data, &password, ""), format!("platform: {}: it is not there", file.display()));
    std::fs::write(&file, "a new password\nnote\n").unwrap();
    assert_eq!(done(&data, &password), "acme/user/1 has another password; 0 sessions ended\n");
}

#[test]
fn a_number_is_written_in_one_way() {
    let passing = Passing::make().unwrap();
    let data = passing.path().join("data");
    done(&data, "vehicle add acme/7");
    done(&data, "account add anna@acme.example --organization acme --role driver");
    let out = passing.path().join("x.key");
    let key = format!("key add acme/box --role device --out {} --vehicle 07", out.display());
    for arguments in [
        "vehicle add acme/07",
        "vehicle add acme/+7",
        "vehicle add acme/007",
        "grant drive anna@acme.example 07",
        "grant manage anna@acme.example +7",
        "grant workshop anna@acme.example 00",
        "grant fleet acme/07 3",
        "grant fleet acme/7 03",
        "grant care acme/07 9",
        "grant care acme/7 +9",
        "grant partner acme --vehicle 07",
        "grant partner acme --fleet 03",
        "account add bo@acme.example --organization acme --role fleet_manager --fleet 03",
        "account add bo@acme.example --organization acme --role workshop --workshop 09",
        &key,
    ] {
        let told = told(&data, arguments, "correct horse\n");
        assert!(told.code == Some(2) && told.out.is_empty(), "{arguments}: {}", told.out);
        let why = "expected a decimal number of 64 bits, with neither a plus nor zeros before it";
        assert!(told.error.contains(why), "{arguments}: {}", told.error);
    }
    assert!(!out.exists());
    assert_eq!(done(&data, "vehicle list"), "acme/7  drivers 0  fleets -\n");
    assert_eq!(done(&data, "account list"), "acme/user/1  anna@acme.example  driver\n");
    assert_eq!(done(&data, "vehicle add acme/0"), "added acme/0\n");
}

#[test]
fn what_the_help_rules_out_is_refused_and_a_key_that_was_cut_short_stands_in_no_way() {
    let passing = Passing::make().unwrap();
    let data = passing.path().join("data");
    done(&data, "vehicle add acme/7");
    let key = passing.path().join("gw.key");
    let part = passing.path().join("gw.key.part");
    let name = "1 to 64 letters, digits, `-`, `_` or `.`, and neither `.` nor `..`";
    let of_service = "--role: expected device, partner or support for a service";
    let of_workshop = "--workshop: expected the workshop of one with --role workshop, and of nobody else";
    let out = format!("--out {}", key.display());
    for (arguments, said) in [
        ("account add a@x.y --organization .. --role driver", &*format!("the organization: expected {name}")),
        ("account add a@x.y --organization . --role driver", &format!("the organization: expected {name}")),
        (
            "account add a@x.y --organization acme --role device",
            "--role: expected driver, fleet_manager, workshop, partner or support for a person",
        ),
        (
            "account add a@x.y --organization acme --role driver --fleet 3",
            "--role: expected fleet_manager, for --fleet",
        ),
        ("account add a@x.y --organization acme --role workshop", of_workshop),
        ("account add a@x.y --organization acme --role driver --workshop 9", of_workshop),
        (&format!("key add acme/gw --role driver {out}"), of_service),
        (&format!("key add acme/gw --role device --role workshop {out}"), of_service),
        (&format!("key add acme/.. --role device {out}"), &format!("the service's name: expected {name}")),
        (
            &format!("key add acme/gw --role partner --vehicle 7 {out}"),
            "--role: expected device, for --vehicle and --all-vehicles",
        ),
    ] {
        assert_eq!(refused(&data, arguments, "12345678\n"), format!("platform: {said}"), "{arguments}");
        assert!(!key.exists() && !part.exists(), "{arguments}");
    }
    assert_eq!(done(&data, "account list") + &done(&data, "key list"), "");
    // One that was killed before it was done has left its part.
    std::fs::write(&part, "half of a secret").unwrap();
    done(&data, &format!("key add acme/gw --role device --vehicle 7 {out}"));
    assert!(!part.exists());
    let first = std::fs::read_to_string(&key).unwrap();
    assert!(first.contains("PRIVATE KEY"));
    let there = format!("platform: {}: something is there already", key.display());
    assert_eq!(refused(&data, &format!("key add acme/gw {out}"), ""), there);
    assert_eq!(std::fs::read_to_string(&key).unwrap(), first);
    let second = format!("--out {}", passing.path().join("second.key").display());
    for more in ["--vehicle 7", "--all-vehicles"] {
        assert_eq!(
            refused(&data, &format!("key add acme/gw {more} {second}"), ""),
            "platform: there is such an account: --vehicle and --all-vehicles are for a new one; `grant drive` gives it one more vehicle"
        );
    }
    done(&data, &format!("key add acme/gw {second}"));
    assert_eq!(done(&data, "key revoke acme/gw --all"), "revoked 2 keys of acme/gw; 0 sessions ended\n");
}

#[test]
fn help_shows_examples_of_every_command() {
    for command in [
        "account add",
        "account password",
        "key add",
        "key assertion",
        "vehicle add",
        "grant drive",
        "grant fleet",
    ] {
        let mut platform = Command::new(env!("CARGO_BIN_EXE_platform"));
        let output = platform.args(command.split(' ')).arg("--help").output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(
            text.contains("Example") && text.contains(&format!("platform {command}"))
                || command == "key assertion" && text.contains("curl"),
            "{text}"
        );
        assert!(!text.contains("--webhooks-anywhere"), "{text}");
    }
}
