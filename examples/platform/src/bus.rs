//! How nodes and their readers hear that something was appended.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use bytes::Bytes;
use tokio::sync::broadcast;

/// What was appended to a log in one commit; without messages, something else of it changed.
#[derive(Debug, Default)]
pub struct News {
    /// The log.
    pub log: String,
    /// The number of the first message.
    pub from: u64,
    /// When the messages came, milliseconds since 1970.
    pub at: i64,
    /// Something else of the log changed, too.
    pub changed: bool,
    /// The messages.
    pub messages: Vec<Bytes>,
    /// The same as server-sent `data` events: written once for all who read everything.
    pub frames: OnceLock<Bytes>,
}

/// Carries news to whoever listens. What is lost on the way is read from the storage: news only say that there is something.
pub trait Bus: Send + Sync + 'static {
    /// Tells what was committed. In the order of commits, for each log.
    fn publish(&self, news: News);

    /// Listens to a log from now on.
    fn listen(&self, log: &str) -> broadcast::Receiver<Arc<News>>;
}

/// Within one process.
#[derive(Debug, Default)]
pub struct LocalBus {
    logs: Mutex<Logs>,
}

#[derive(Debug, Default)]
struct Logs {
    senders: BTreeMap<String, broadcast::Sender<Arc<News>>>,
    prune_at: usize,
}

/// How far a listener may be behind before it reads from the storage.
const BACKLOG: usize = 4;
/// The most bytes of messages that news carry. Those of more say only that there is something: what listeners do not hear in time is
/// kept for them in memory.
const MOST: usize = 16 << 10;

impl Bus for LocalBus {
    fn publish(&self, mut news: News) {
        if news.messages.iter().map(Bytes::len).sum::<usize>() > MOST {
            news.messages = Vec::new();
        }
        let logs = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = logs.senders.get(&news.log) {
            // Nobody listens any more: nothing is lost.
            let _ = sender.send(Arc::new(news));
        }
    }

    fn listen(&self, log: &str) -> broadcast::Receiver<Arc<News>> {
        let mut logs = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = logs.senders.get(log) {
            return sender.subscribe();
        }
        if logs.senders.len() >= logs.prune_at {
            logs.senders.retain(|_, sender| sender.receiver_count() > 0);
            logs.prune_at = (logs.senders.len() * 2).max(1024);
        }
        let (sender, receiver) = broadcast::channel(BACKLOG);
        logs.senders.insert(log.to_owned(), sender);
        receiver
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn news_reach_those_who_listen_to_the_log() {
        let bus = LocalBus::default();
        let mut a = bus.listen("a");
        let mut b = bus.listen("b");
        bus.publish(News { log: "a".into(), from: 7, ..News::default() });
        assert_eq!(a.recv().await.unwrap().from, 7);
        assert!(b.try_recv().is_err());
        // What is large is read from the storage.
        for (bytes, carried) in [(MOST, 1), (MOST + 1, 0)] {
            let messages = vec![Bytes::from(vec![b'1'; bytes])];
            bus.publish(News { log: "a".into(), from: 8, messages, ..News::default() });
            assert_eq!(a.recv().await.unwrap().messages.len(), carried, "{bytes}");
        }
    }
}
