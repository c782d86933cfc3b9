//! Items of a collection, page by page.

use std::fmt;

use crate::client::{Client, ClientError};
use crate::mine::{Hidden, Mine};
use crate::store::{Item, PRINCIPAL, Store, read_as_one};

/// Items of a page where nobody says how many.
const PAGE: u32 = 100;

/// How many items a page has, by what was asked for.
pub(crate) fn page_of(limit: u32) -> u32 {
    if limit == 0 { PAGE } else { limit }
}

/// Items of a collection, page by page, network or not.
#[must_use = "it gives nothing until it is asked"]
pub struct ItemPages {
    client: Client,
    collection: String,
    /// The last key so far; `None` behind the last page.
    after: Option<String>,
    limit: u32,
    /// Whose the pages so far are.
    whose: Option<Owner>,
}

/// Whose a store is, as far as the platform has said.
type Owner = Option<Vec<u8>>;

impl fmt::Debug for ItemPages {
    /// Shows no key: some tell of a person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ItemPages").field("collection", &self.collection).finish_non_exhaustive()
    }
}

impl ItemPages {
    pub(crate) fn new(client: Client, collection: &str, limit: u32) -> Self {
        Self { client, collection: collection.to_owned(), after: Some(String::new()), limit, whose: None }
    }

    /// The next page; `None` after the last. Dropping the future loses nothing: the next call reads the same
    /// page.
    ///
    /// # Errors
    ///
    /// As for [`Client::items`]. After the first page also [`ClientError::AnotherPerson`] and
    /// [`ClientError::NotYetKnown`]: somebody signed in meanwhile, or the platform has said only now who did.
    /// A list is of one person: begin a new one. This page and those after it are not given.
    pub async fn next(&mut self) -> Option<Result<Vec<Item>, ClientError>> {
        let page = self.page(self.after.clone()?).await.map(|(items, owner)| {
            self.whose = Some(owner);
            items
        });
        self.after = page.as_ref().ok().and_then(|items| Some(items.last()?.key.to_string()));
        Some(page).filter(|page| !page.as_ref().is_ok_and(Vec::is_empty))
    }

    /// A page, and whose it is. Behind the first one it says why nothing is shown: the list would seem to be at its end.
    async fn page(&self, after: String) -> Result<(Vec<Item>, Owner), ClientError> {
        let (collection, limit, whose) = (self.collection.clone(), page_of(self.limit), self.whose.clone());
        let look = move |store: &mut dyn Store, mine: &Mine| {
            read_as_one(store, |store| {
                let owner = store.value(PRINCIPAL)?;
                match (mine.hidden(store)?, &whose) {
                    (Some(_), None) => Ok(Ok((Vec::new(), owner))),
                    (Some(why), Some(_)) => Ok(Err(why)),
                    (None, Some(before)) if *before != owner => Ok(Err(Hidden::Another)),
                    (None, _) => Ok(Ok((store.items(&collection, &after, limit)?, owner))),
                }
            })
        };
        Ok(self.client.look(look).await??)
    }
}
