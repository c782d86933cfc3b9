//! The nearest 10 of 100,000 points that move: the taxi platform's question, at sixty times its peak. And what a distance costs.
//!
//! `moving` does one move and one query in turn, so that 100,000 queries a second go with 100,000 moves a second, on
//! one core; it has to stay under 10 µs *for both together*. `scan` is the peer: the same points in a plain list of arrows
//! from the Earth's centre, looked at one by one.

#![allow(missing_docs, reason = "criterion's macros make undocumented functions")]
#![allow(clippy::unwrap_used, reason = "a benchmark of broken input measures nothing")]

use std::hint::black_box;

use cc_core::VehicleId;
use cc_core::geography::{NearestIndex, destination, distance, geodesic_distance, point};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use geo_types::Point;

const CARS: usize = 100_000;

/// Numbers that look random and are the same in every run.
struct Seeded(u64);

impl Seeded {
    fn below_one(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A place in a square of open sea, so many degrees wide.
    fn place(&mut self, degrees: f64) -> Point {
        point(55.0 + self.below_one() * degrees, 2.0 + self.below_one() * degrees).unwrap()
    }
}

fn arrow(place: Point) -> [f64; 3] {
    let (longitude, latitude) = (place.x().to_radians(), place.y().to_radians());
    [latitude.cos() * longitude.cos(), latitude.cos() * longitude.sin(), latitude.sin()]
}

fn nearest(c: &mut Criterion) {
    // 100,000 cars in a town of some 20 km, and in a country of some 700 km.
    for (name, degrees) in [("town", 0.2), ("country", 7.0)] {
        let mut seeded = Seeded(0x9E37_79B9_7F4A_7C15);
        let mut places: Vec<Point> = (0..CARS).map(|_| seeded.place(degrees)).collect();
        // Enough moves at hand that making them is not measured: each goes on some 15 m from where the car is.
        let moves: Vec<(usize, Point)> = (0..4 * CARS)
            .map(|_| {
                let car = (seeded.below_one() * CARS as f64) as usize % CARS;
                places[car] = destination(places[car], seeded.below_one() * 360.0, 15.0);
                (car, places[car])
            })
            .collect();
        let queries: Vec<Point> = (0..4_096).map(|_| seeded.place(degrees)).collect();
        let mut index =
            NearestIndex::bulk_load((0..CARS).map(|car| (VehicleId(car as i64), places[car]))).unwrap();
        let (mut moves, mut queries) = (moves.into_iter().cycle(), queries.into_iter().cycle());

        let mut group = c.benchmark_group("nearest_10_of_100000");
        group.bench_function(BenchmarkId::new("query_and_move", name), |b| {
            b.iter(|| {
                let (car, place) = moves.next().unwrap();
                black_box(index.insert(VehicleId(car as i64), place).unwrap());
                black_box(index.nearest(queries.next().unwrap(), 10))
            });
        });
        group.bench_function(BenchmarkId::new("move", name), |b| {
            b.iter(|| {
                let (car, place) = moves.next().unwrap();
                black_box(index.insert(VehicleId(car as i64), place).unwrap())
            });
        });
        group.bench_function(BenchmarkId::new("query", name), |b| {
            b.iter(|| black_box(index.nearest(queries.next().unwrap(), 10)));
        });
        if name == "town" {
            let arrows: Vec<[f64; 3]> = places.iter().copied().map(arrow).collect();
            group.bench_function(BenchmarkId::new("scan", name), |b| {
                b.iter(|| {
                    let here = arrow(queries.next().unwrap());
                    let square =
                        |a: [f64; 3]| (0..3).map(|i| (a[i] - here[i]) * (a[i] - here[i])).sum::<f64>();
                    let mut all: Vec<(f64, usize)> =
                        arrows.iter().enumerate().map(|(car, arrow)| (square(*arrow), car)).collect();
                    let order = |a: &(f64, usize), b: &(f64, usize)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
                    all.select_nth_unstable_by(10, order);
                    all.truncate(10);
                    all.sort_unstable_by(order);
                    black_box(all)
                });
            });
        }
        group.finish();
    }
}

fn distances(c: &mut Criterion) {
    let mut seeded = Seeded(0x9E37_79B9_7F4A_7C15);
    let places: Vec<Point> = (0..4_096).map(|_| seeded.place(7.0)).collect();
    let mut pairs = places.windows(2).cycle();
    let mut group = c.benchmark_group("distance");
    group.bench_function("ball", |b| {
        b.iter(|| {
            let pair = pairs.next().unwrap();
            black_box(distance(pair[0], pair[1]))
        });
    });
    group.bench_function("ellipsoid", |b| {
        b.iter(|| {
            let pair = pairs.next().unwrap();
            black_box(geodesic_distance(pair[0], pair[1]))
        });
    });
    group.finish();
}

criterion_group!(benches, nearest, distances);
criterion_main!(benches);
