//! Measures what a check of a key costs in process, beside what nothing can be faster than: one `pread` and the hashes.
//! Started by `cargo xtask bench verify`, in release. It writes keys that are cheap to prove, which nothing else may do.
//! It grows by a row when a figure is promised.
#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a program whose output is its table, and that ends when it cannot measure"
)]

mod checks;
mod keys;
mod opening;
mod rows;

use rows::Row;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    // First, while nothing else of this process is in memory.
    let mut rows: Vec<Row> = runtime.block_on(opening::million());
    rows.extend(checks::floors());
    for count in [1_000, 100_000] {
        rows.extend(runtime.block_on(checks::warm(count)));
    }
    rows.extend(runtime.block_on(checks::first()));
    print!("{}", rows::table(&rows));
    if let Some(path) = std::env::args_os().nth(1) {
        std::fs::write(&path, rows::json(&rows)).expect("the figures are written");
    }
}
