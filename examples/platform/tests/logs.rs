//! What is logged names nobody.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    missing_docs,
    reason = "tests"
)]

mod common;

use std::process::{Command, Stdio};
use std::time::Duration;

use common::{Person, event, place};
use serde_json::{Value, json};

#[tokio::test]
async fn a_secret_a_vin_and_a_position_never_reach_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let log = std::fs::File::create(folder.path().join("log")).unwrap();
    let mut platform = Command::new(env!("CARGO_BIN_EXE_platform"))
        .args([
            "--demo",
            "--data",
            folder.path().join("data").to_str().unwrap(),
            "--listen",
            &format!("127.0.0.1:{port}"),
        ])
        .env("RUST_LOG", "trace")
        .stdout(Stdio::from(log.try_clone().unwrap()))
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let base = format!("http://127.0.0.1:{port}");
    for _ in 0..600 {
        if common::client()
            .get(format!("{base}/readyz"))
            .send()
            .await
            .is_ok_and(|answer| answer.status() == 200)
        {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let mut secrets = vec![
        platform::demo::PASSWORD.to_owned(),
        "CANARY".to_owned(),
        "WVWZZZ1KZAM000001".to_owned(),
        "111111".to_owned(),
        "anna@demo".to_owned(),
    ];
    for name in ["anna", "gateway"] {
        let session = common::sign_in(&base, name).await;
        let token = common::token(&base, &session).await;
        secrets.extend([session.clone(), token.clone()]);
        let person = Person { base: base.clone(), session, token, client: common::client() };
        person.change(&[common::change("places", "CANARY-key", "put", place("CANARY"))]).await;
        person.change(&[common::change("places", "CANARY-key", "put", json!({"name": "CANARY"}))]).await;
        let secret = json!({"vin": "WVWZZZ1KZAM000001", "latitude": 0.111_111, "longitude": -150.111_111});
        person.post("/v1/ingest", &json!([event(1, 9, "gps_position", secret), {"id": "CANARY"}])).await;
        for path in [
            "/v1/collections/places/CANARY-key",
            "/v1/streams/CANARY?offset=CANARY",
            "/v1/vehicles/demo/7/events?cursor=CANARY",
            "/CANARY",
        ] {
            person.get(path).await;
        }
    }
    Command::new("kill").arg(platform.id().to_string()).status().unwrap();
    assert!(platform.wait().unwrap().success(), "it stops when it is asked to");
    let text = std::fs::read_to_string(folder.path().join("log")).unwrap();
    let ours: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(
        ours.iter().any(|line| line["route"] == "/v1/ingest" && line["status"] == 200),
        "requests are logged"
    );
    for secret in secrets {
        let line = text.lines().find(|line| line.contains(&secret));
        assert_eq!(line, None, "a secret of {} bytes", secret.len());
    }
}
