//! What other processes of the same file have done meanwhile, which is looked at while the app is awake.

use tokio::sync::mpsc;

use crate::driver::{Driver, Told};
use crate::store::Store;

impl Driver {
    /// Looks whether another process has made the store another person's, or has written anything.
    pub(crate) fn look_whose(&self, tell: &mpsc::UnboundedSender<Told>) {
        let (mine, tell) = (self.mine.clone(), tell.clone());
        let look = move |store: &mut dyn Store| {
            let _ = tell.send(Told::Anothers(mine.is_anothers(store)?));
            if store.is_changed_elsewhere()? {
                let _ = tell.send(Told::Changed);
            }
            Ok(())
        };
        self.store.give(look, drop);
    }
}
