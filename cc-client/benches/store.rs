//! The store in a file: rows that are on the disk when the call returns, and how long a start takes.
#![allow(missing_docs, clippy::unwrap_used, reason = "a bench")]

use std::time::Duration;

use cc_client::store::{Durability, SqliteStore, Store};
use cc_client::testing::{FAKE_SESSION, FakeTransport};
use cc_client::{Client, Draft, Stamp, Write, WriteId, WriteKind};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};

const BATCH: u64 = 1_000;

fn writes(from: u64, count: u64) -> Vec<Write> {
    let one = |number: u64| {
        let mut id = [0; 16];
        id[..8].copy_from_slice(&number.to_be_bytes());
        let clock = Stamp { millis: number, counter: 0, node: 1 };
        let body = r#"{"name":"Home","radius":150,"note":"behind the house"}"#;
        let place = ("places", &*number.to_string());
        let mut write = Write::new(WriteId(id), place, WriteKind::Patch, body, clock);
        write.base = Some(number);
        write
    };
    (from..from + count).map(one).collect()
}

fn store(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let mut group = criterion.benchmark_group("store");
    group.sample_size(10);

    let mut store = SqliteStore::open(folder.path().join("batched.db"), Durability::Disk).unwrap();
    let mut from = 0;
    group.throughput(Throughput::Elements(BATCH));
    group.bench_function("1000 rows a commit, on the disk", |bencher| {
        let batch = || {
            from += BATCH;
            writes(from, BATCH)
        };
        bencher.iter_batched(batch, |batch| store.accept("main", &batch).unwrap(), BatchSize::PerIteration);
    });

    let mut store = SqliteStore::open(folder.path().join("single.db"), Durability::Disk).unwrap();
    let mut from = 0;
    group.throughput(Throughput::Elements(1));
    group.bench_function("one row a commit, on the disk", |bencher| {
        let one = || {
            from += 1;
            writes(from, 1)
        };
        bencher.iter_batched(one, |one| store.accept("main", &one).unwrap(), BatchSize::PerIteration);
    });

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let store = SqliteStore::open(folder.path().join("client.db"), Durability::Disk).unwrap();
    let client = Client::builder(FakeTransport::default(), store).session(FAKE_SESSION);
    let client = runtime.block_on(client.start()).unwrap();
    runtime.block_on(client.wait_until_known(Duration::from_secs(20))).unwrap();
    // They wait, as on a phone without a network.
    client.set_network(false).unwrap();
    let mut from = 0;
    group.throughput(Throughput::Elements(BATCH));
    group.bench_function("a client's submit_all of 1000, on the disk", |bencher| {
        let batch = || {
            from += BATCH;
            let draft = |number: u64| {
                let body = r#"{"name":"Home","radius":150,"note":"behind the house"}"#;
                Draft::new("places", &number.to_string(), WriteKind::Patch, body).unwrap()
            };
            (from..from + BATCH).map(draft).collect::<Vec<_>>()
        };
        let submit = |drafts| runtime.block_on(client.submit_all(drafts)).unwrap();
        bencher.iter_batched(batch, submit, BatchSize::PerIteration);
    });
    runtime.block_on(client.shutdown()).unwrap();

    let path = folder.path().join("queued.db");
    let mut store = SqliteStore::open(&path, Durability::Process).unwrap();
    store.accept("main", &writes(0, 100_000)).unwrap();
    drop(store);
    group.throughput(Throughput::Elements(100_000));
    group.bench_function("start with 100000 queued rows", |bencher| {
        bencher.iter(|| {
            let mut store = SqliteStore::open(&path, Durability::Disk).unwrap();
            let rows = store.waiting("main", 500, 900_000).unwrap();
            assert_eq!((rows.len(), store.waiting_count().unwrap()), (500, 100_000));
        });
    });
    group.bench_function("open, looking for damage, with 100000 queued rows", |bencher| {
        bencher.iter(|| {
            let (_, salvage) = SqliteStore::open_or_salvage(&path, Durability::Disk).unwrap();
            assert_eq!(salvage, None);
        });
    });
}

criterion_group!(benches, store);
criterion_main!(benches);
