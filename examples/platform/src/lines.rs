//! The lines of the log, written by a thread of their own: whoever does not read them holds up nobody.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

/// So many lines wait to be written; those behind them are left out, and counted in a line of their own.
const WAIT: usize = 16_384;

/// Takes lines, each by one write.
#[derive(Clone, Debug)]
pub struct Lines {
    queue: SyncSender<Said>,
    left_out: Arc<AtomicU64>,
}

#[derive(Debug)]
enum Said {
    Line(Vec<u8>),
    /// To be dropped once all before it is written.
    End(#[expect(dead_code, reason = "its end is what counts")] SyncSender<()>),
}

impl Lines {
    /// Lines that are written there.
    ///
    /// # Errors
    ///
    /// The system's, where it gives no thread.
    #[expect(clippy::disallowed_methods, reason = "a server may start threads")]
    pub fn to(out: impl Write + Send + 'static) -> io::Result<Self> {
        let (queue, said) = sync_channel(WAIT);
        let left_out = Arc::new(AtomicU64::new(0));
        let count = left_out.clone();
        std::thread::Builder::new().name("log".to_owned()).spawn(move || write(out, &said, &count))?;
        Ok(Self { queue, left_out })
    }

    /// Waits until what was said is written, so long at most.
    pub fn end(&self, limit: Duration) {
        let (written, end) = sync_channel(0);
        if self.queue.try_send(Said::End(written)).is_ok() {
            let _: Result<(), RecvTimeoutError> = end.recv_timeout(limit);
        }
    }
}

impl Write for Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.queue.try_send(Said::Line(line.to_vec())).is_err() {
            self.left_out.fetch_add(1, Relaxed);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn write(mut out: impl Write, said: &Receiver<Said>, left_out: &AtomicU64) {
    for said in said {
        if let Said::Line(line) = said {
            // Where nobody can read it, it is lost.
            let _ = out.write_all(&line);
        }
        let count = left_out.swap(0, Relaxed);
        if count > 0 {
            let _ = writeln!(
                out,
                r#"{{"level":"WARN","message":"lines of the log were left out","lines":{count}}}"#
            );
        }
        let _ = out.flush();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    /// Writes nothing before it is told to.
    struct Stalled(Option<Receiver<()>>, std::sync::mpsc::Sender<Vec<u8>>);

    impl Write for Stalled {
        fn write(&mut self, text: &[u8]) -> io::Result<usize> {
            if let Some(go) = self.0.take() {
                let _ = go.recv();
            }
            let _ = self.1.send(text.to_vec());
            Ok(text.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn who_does_not_read_holds_up_nobody_and_is_told_how_much_was_left_out() {
        let ((go, wait), (tell, told)) = (channel(), channel());
        let mut lines = Lines::to(Stalled(Some(wait), tell)).unwrap();
        for number in 0..WAIT + 1_000 {
            lines.write_all(format!("{number}\n").as_bytes()).unwrap();
        }
        lines.end(Duration::from_millis(20));
        assert!(told.try_recv().is_err());
        go.send(()).unwrap();
        let (mut text, last) = (Vec::new(), format!("{}\n", WAIT - 1).into_bytes());
        while !text.ends_with(&last) {
            text.extend(told.recv_timeout(Duration::from_secs(20)).expect("lines are missing"));
        }
        lines.end(Duration::from_secs(20));
        text.extend(told.try_iter().flatten());
        let text = String::from_utf8(text).unwrap();
        assert!(text.contains("\n1\n"));
        let counts =
            text.split("\"lines\":").skip(1).filter_map(|rest| rest.split('}').next()?.parse::<u64>().ok());
        // One more waits where the thread has taken the first already.
        assert!((999..=1_000).contains(&counts.sum::<u64>()), "{text:.200}");
        lines.write_all(b"the last\n").unwrap();
        lines.end(Duration::from_secs(5));
        assert!(told.try_iter().flatten().collect::<Vec<u8>>().ends_with(b"the last\n"));
    }
}
