//! Processes of one app with one file, each a real one: the database's locks between them, one that is killed with a lock in its hand, and a
//! lane that is taken over.
//!
//! This program is both sides: with words behind it, it is a process of the app, which does what it reads on its standard input. The
//! platform is in the process that started the others, behind a socket.
#![cfg_attr(not(all(feature = "testing", feature = "tokio", feature = "sqlite")), allow(unused))]
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]

#[cfg(all(feature = "testing", feature = "tokio", feature = "sqlite", unix))]
#[path = "started/wire.rs"]
mod wire;

#[cfg(all(feature = "testing", feature = "tokio", feature = "sqlite", unix))]
mod started {
    use std::os::unix::fs::FileExt as _;
    use std::path::Path;
    use std::process::Stdio;
    use std::time::{Duration, Instant};

    use cc_client::decide::{FeedState, SendOutcome};
    use cc_client::store::{Durability, SqliteStore};
    use cc_client::testing::FAKE_SESSION;
    use cc_client::{Client, WriteId, WriteKind};
    use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines, stdin};
    use tokio::process::{Child, ChildStdin, ChildStdout, Command};

    use super::wire::{Platform, Wire};

    /// A process of the app: does what each line says, and answers each by a line.
    async fn obey(path: &str, address: &str) {
        let store = SqliteStore::open_or_salvage(path, Durability::Process).unwrap().0;
        let builder = Client::builder(Wire(address.to_owned()), store).session(FAKE_SESSION);
        let client = builder.configure(|config| config.share_tokens = true).start().await.unwrap();
        let mut lines = BufReader::new(stdin()).lines();
        while let Some(line) = lines.next_line().await.unwrap() {
            match line.split(' ').collect::<Vec<_>>()[..] {
                ["live"] => {
                    let mut status = client.status();
                    let is_live = |feeds: &[_]| feeds.iter().all(|(_, feed)| *feed == FeedState::Live);
                    status.wait_for(|status| is_live(&status.feeds)).await.unwrap();
                    println!("live");
                }
                ["network", is_there] => client.set_network(is_there.parse().unwrap()).unwrap(),
                ["put", key] => {
                    println!("{}", client.submit("places", key, WriteKind::Put, "{}").await.unwrap());
                }
                ["rest"] => {
                    client.suspend().await.unwrap();
                    client.resume().unwrap();
                    println!("rested");
                }
                ["discard", id] => println!("{}", client.discard(id.parse().unwrap()).await.unwrap()),
                ["outcome", id] => println!("{:?}", client.outcome(id.parse().unwrap()).await.unwrap()),
                _ => panic!("{line}"),
            }
        }
    }

    /// A process that was started.
    struct Process {
        child: Child,
        orders: ChildStdin,
        answers: Lines<BufReader<ChildStdout>>,
    }

    impl Process {
        fn start(path: &Path, platform: &Platform) -> Self {
            let mut child = Command::new(std::env::current_exe().unwrap())
                .args(["obey", path.to_str().unwrap(), &platform.address])
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .kill_on_drop(true)
                .spawn()
                .unwrap();
            let answers = BufReader::new(child.stdout.take().unwrap()).lines();
            Self { orders: child.stdin.take().unwrap(), child, answers }
        }

        async fn tell(&mut self, order: &str) {
            self.orders.write_all(format!("{order}\n").as_bytes()).await.unwrap();
        }

        async fn ask(&mut self, order: &str) -> String {
            self.tell(order).await;
            let answer = tokio::time::timeout(Duration::from_secs(90), self.answers.next_line()).await;
            answer.unwrap_or_else(|_| panic!("{order}: it hangs")).unwrap().expect("it has ended")
        }

        async fn put(&mut self, key: &str) -> WriteId {
            self.ask(&format!("put {key}")).await.parse().unwrap()
        }

        /// What the process learned of the write, which the platform knows.
        async fn is_done(&mut self, id: WriteId, platform: &Platform) {
            let told = self.ask(&format!("outcome {id}")).await;
            let done = [SendOutcome::Applied, SendOutcome::Duplicate].map(|outcome| format!("{outcome:?}"));
            assert!(done.contains(&told), "{told}");
            assert!(platform.world.platform().knows(id));
        }

        /// `kill` is SIGKILL.
        async fn kill(mut self) {
            self.child.kill().await.unwrap();
        }
    }

    async fn two_that_write_at_once_and_one_that_is_killed_at_it_lose_nothing() {
        let (platform, folder) = (Platform::start().await, tempfile::tempdir().unwrap());
        let path = folder.path().join("client.db");
        let [mut app, mut extension, mut killed] = [(); 3].map(|()| Process::start(&path, &platform));
        let mut ids = Vec::new();
        for number in 0..30 {
            let keys = ["a", "b", "c"].map(|process| format!("{process}{number}"));
            let (first, second, third) =
                tokio::join!(app.put(&keys[0]), extension.put(&keys[1]), killed.put(&keys[2]));
            ids.extend([first, second, third]);
        }
        // It has begun one more.
        killed.tell("put more").await;
        killed.kill().await;
        ids.push(app.put("d").await);
        ids.push(extension.put("e").await);
        for id in ids {
            tokio::join!(app.is_done(id, &platform), extension.is_done(id, &platform));
        }
        for key in ["a0", "b29", "c29", "d", "e"] {
            let version = platform.world.platform().item("places", key).map(|(version, _)| version);
            assert_eq!(version, Some(1), "{key} was done twice, or never");
        }
        println!("three processes at once: 92 writes, none lost");
    }

    async fn a_lock_whose_holder_was_killed_lapses() {
        let (platform, folder) = (Platform::start().await, tempfile::tempdir().unwrap());
        let path = folder.path().join("client.db");
        platform.hold_tokens(true);
        let killed = Process::start(&path, &platform);
        // It has the lock, and waits for its token.
        platform.is_asked_for_token().await;
        killed.kill().await;
        platform.hold_tokens(false);
        let since = Instant::now();
        let mut app = Process::start(&path, &platform);
        let id = app.put("1").await;
        assert_eq!(app.ask("live").await, "live");
        app.is_done(id, &platform).await;
        let took = since.elapsed();
        // The lock is held for 45 s.
        assert!((30..75).contains(&took.as_secs()), "{took:?}");
        println!("a killed holder of a lock: waited for {took:.1?}");
    }

    async fn what_a_killed_process_left_is_sent_by_the_one_that_takes_over() {
        let (platform, folder) = (Platform::start().await, tempfile::tempdir().unwrap());
        let path = folder.path().join("client.db");
        let mut app = Process::start(&path, &platform);
        assert_eq!(app.ask("live").await, "live");
        let mut killed = Process::start(&path, &platform);
        let sent = killed.put("1").await;
        killed.is_done(sent, &platform).await;
        // The lane is its.
        killed.tell("network false").await;
        let mut left = Vec::new();
        for number in 2..7 {
            left.push(killed.put(&number.to_string()).await);
        }
        killed.kill().await;
        assert!(left.iter().all(|id| !platform.world.platform().knows(*id)));
        let since = Instant::now();
        for id in left {
            app.is_done(id, &platform).await;
        }
        println!("a lane was taken over after {:.1?}", since.elapsed());
    }

    async fn of_those_that_salvage_at_once_and_one_that_runs_beside_them_no_write_is_lost() {
        let (platform, folder) = (Platform::start().await, tempfile::tempdir().unwrap());
        let path = folder.path().join("client.db");
        let mut ids = Vec::new();
        let mut extension = Process::start(&path, &platform);
        assert_eq!(extension.ask("live").await, "live");
        extension.tell("network false").await;
        for number in 0..40 {
            ids.push(extension.put(&format!("before-{number}")).await);
        }
        for round in 0..5 {
            // All of it is in the file, which it has open.
            assert_eq!(extension.ask("rest").await, "rested");
            extension.tell("network false").await;
            let unknown = WriteId([0; 16]);
            assert_eq!(extension.ask(&format!("discard {unknown}")).await, "false");
            let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
            file.write_all_at(&[0; 100], 0).unwrap();
            let mut others = [(); 3].map(|()| Process::start(&path, &platform));
            for (number, other) in others.iter_mut().enumerate() {
                other.tell("network false").await;
                ids.push(other.put(&format!("beside-{round}-{number}")).await);
                ids.push(extension.put(&format!("after-{round}-{number}")).await);
            }
            for other in others {
                other.kill().await;
            }
            ids.push(extension.put(&format!("alone-{round}")).await);
        }
        let aside = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
        assert_eq!(aside.filter(|name| name.to_string_lossy().ends_with(".damaged-5")).count(), 1);
        // Also what it reads comes from the new file, and goes there.
        extension.tell("network true").await;
        assert_eq!(extension.ask("live").await, "live");
        for id in ids {
            extension.is_done(id, &platform).await;
        }
        println!("five salvages by three at once, beside one that ran: 75 writes, none lost");
    }

    pub(super) fn main() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let words: Vec<String> = std::env::args().skip(1).collect();
        if let ["obey", path, address] = words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            return runtime.block_on(obey(path, address));
        }
        let started = Instant::now();
        runtime.block_on(async {
            tokio::join!(
                two_that_write_at_once_and_one_that_is_killed_at_it_lose_nothing(),
                a_lock_whose_holder_was_killed_lapses(),
                of_those_that_salvage_at_once_and_one_that_runs_beside_them_no_write_is_lost(),
                what_a_killed_process_left_is_sent_by_the_one_that_takes_over(),
            )
        });
        println!("started: all held, in {:.1} s", started.elapsed().as_secs_f32());
    }
}

fn main() {
    #[cfg(all(feature = "testing", feature = "tokio", feature = "sqlite", unix))]
    started::main();
}
