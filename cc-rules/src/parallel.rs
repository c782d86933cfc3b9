//! Doing the same with many things, on several threads where the feature `parallel` allows it.
//!
//! Each thing is worked on by itself and stays in its place, so the number of threads changes nothing but the time.

/// Whether so many threads are more than one: 0 stands for as many as there are cores.
pub(crate) fn is_worth_while(threads: usize) -> bool {
    cfg!(feature = "parallel") && threads != 1
}

/// Does it with each item.
#[cfg(feature = "parallel")]
pub(crate) fn each<T: Send>(items: &mut [T], threads: usize, work: impl Fn(&mut T) + Send + Sync) {
    use rayon::prelude::*;

    let at_once = |items: &mut [T]| items.par_iter_mut().for_each(&work);
    if threads == 1 || items.len() < 2 {
        items.iter_mut().for_each(work);
    } else if threads == 0 {
        at_once(items);
    } else {
        match rayon::ThreadPoolBuilder::new().num_threads(threads).build() {
            Ok(pool) => pool.install(|| at_once(items)),
            // The system has no threads to give.
            Err(_) => items.iter_mut().for_each(work),
        }
    }
}

/// Does it with each item, one after the other.
#[cfg(not(feature = "parallel"))]
pub(crate) fn each<T>(items: &mut [T], _threads: usize, work: impl Fn(&mut T)) {
    items.iter_mut().for_each(work);
}
