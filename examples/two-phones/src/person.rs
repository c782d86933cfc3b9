//! A device of a person: signs in, writes, and waits for what it should show.

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use cc_client::decide::SendOutcome;
use cc_client::store::{Durability, SqliteStore};
use cc_client::transport::{ReqwestOptions, ReqwestTransport};
use cc_client::{Client, WriteKind, sign_in};
use platform::{clock, demo};
use serde_json::{Value, json};

pub(crate) struct Device {
    pub(crate) name: &'static str,
    pub(crate) client: Client,
}

/// How long anything may take before the story is given up.
const LONGEST: Duration = Duration::from_secs(60);

impl Device {
    /// A device with a store of its own.
    pub(crate) async fn new(
        name: &'static str,
        url: &str,
        email: &str,
        folder: &Path,
    ) -> Result<Self, Box<dyn Error>> {
        let transport = ReqwestTransport::new(url, ReqwestOptions::default())?;
        let store = SqliteStore::open(folder.join(format!("{name}.db")), Durability::Process)?;
        let who = sign_in::with_password(&transport, email, demo::PASSWORD, name).await?;
        let client = Client::builder(transport, store).session(&who).start().await?;
        Ok(Self { name, client })
    }

    /// Writes, and waits until the platform has done it.
    pub(crate) async fn does(
        &self,
        collection: &str,
        key: &str,
        kind: WriteKind,
        body: &Value,
    ) -> Result<(), Box<dyn Error>> {
        let id = self.client.submit(collection, key, kind, &body.to_string()).await?;
        match tokio::time::timeout(LONGEST, self.client.outcome(id)).await?? {
            SendOutcome::Applied | SendOutcome::Duplicate => Ok(()),
            outcome => Err(format!("{}: {collection}: {outcome:?}", self.name).into()),
        }
    }

    /// Waits until an item looks as it should.
    pub(crate) async fn sees(
        &self,
        collection: &str,
        key: &str,
        fits: impl Fn(&Value) -> bool,
    ) -> Result<(), Box<dyn Error>> {
        let fits = &fits;
        until(self, || async move {
            let item = self.client.item(collection, key).await?;
            let value = item.map(|item| serde_json::from_str(&item.value)).transpose()?;
            Ok(value.filter(|value| fits(value)).map(|_| ()))
        })
        .await
    }

    /// Waits until an item is gone.
    pub(crate) async fn sees_no(&self, collection: &str, key: &str) -> Result<(), Box<dyn Error>> {
        until(self, || async move { Ok(self.client.item(collection, key).await?.is_none().then_some(())) })
            .await
    }

    /// The title of the first recommendation.
    pub(crate) async fn recommendation(&self) -> Result<Option<String>, Box<dyn Error>> {
        let items = self.client.items("recommendations", "", 10).await?;
        let Some(item) = items.first() else { return Ok(None) };
        let value: Value = serde_json::from_str(&item.value)?;
        Ok(value["title"].as_str().map(str::to_owned))
    }
}

/// Waits until there is something, looking again whenever an item has changed.
pub(crate) async fn until<T, F>(device: &Device, look: impl Fn() -> F) -> Result<T, Box<dyn Error>>
where
    F: Future<Output = Result<Option<T>, Box<dyn Error>>>,
{
    let mut changed = device.client.changed();
    let wait = async {
        loop {
            if let Some(found) = look().await? {
                return Ok(found);
            }
            changed.changed().await?;
        }
    };
    tokio::time::timeout(LONGEST, wait).await.map_err(|_| format!("{} waits in vain", device.name))?
}

/// A gateway of the demo tells of a misfire of car 7.
pub(crate) async fn misfire(url: &str) -> Result<(), Box<dyn Error>> {
    let transport = ReqwestTransport::new(url, ReqwestOptions::default())?;
    let gateway =
        sign_in::with_password(&transport, "gateway@demo.example", demo::PASSWORD, "gateway").await?;
    let token = post(url, "/v1/auth/token", Some(&gateway.session), "").await?;
    let now = clock::now();
    let event = json!([{
        "id": now.timestamp_millis(), "vehicleId": 7, "organizationKey": "demo", "time": clock::text(now),
        "type": "can_dtc", "code": "0301", "sourceType": "j2012",
    }]);
    post(url, "/v1/ingest", token["token"].as_str(), &event.to_string()).await?;
    Ok(())
}

async fn post(url: &str, path: &str, bearer: Option<&str>, body: &str) -> Result<Value, Box<dyn Error>> {
    let mut request =
        reqwest::Client::new().post(format!("{url}{path}")).header("content-type", "application/json");
    if let Some(bearer) = bearer {
        request = request.bearer_auth(bearer);
    }
    let answer = request.body(body.to_owned()).send().await?.error_for_status()?;
    Ok(serde_json::from_str(&answer.text().await?)?)
}
