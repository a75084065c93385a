//! A writer that dies between writing its pages and deleting its journal leaves a change counter that was never
//! committed. The next reader undoes the commit, and the next commit shows that same number again. A verifier that had
//! remembered the number it was woken by would sleep through that commit.

use std::fs::OpenOptions;
use std::os::unix::fs::FileExt;
use std::path::Path;

use crate::fixture::{VerifierFixture, run_in_subprocess, subprocess_database};

/// The file as the dead writer leaves it: a hot journal that holds the old first page, and the first page of the file
/// with the next change counter. <https://www.sqlite.org/fileformat2.html#the_rollback_journal>
fn die_half_way(database: &Path) {
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .open(database)
        .expect("the database");
    let mut header = [0u8; 100];
    file.read_exact_at(&mut header, 0).expect("a header");
    let page_size = match u16::from_be_bytes([header[16], header[17]]) {
        1 => 65_536,
        size => usize::from(size),
    };
    let pages = file.metadata().expect("a length").len() / page_size as u64;
    let mut page = vec![0u8; page_size];
    file.read_exact_at(&mut page, 0).expect("the first page");

    let nonce = 12_345u32;
    let mut checksum = nonce;
    let mut at = page_size as i64 - 200;
    while at > 0 {
        checksum = checksum.wrapping_add(u32::from(page[at as usize]));
        at -= 200;
    }
    let mut journal = vec![0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];
    for number in [1, nonce, pages as u32, 512, page_size as u32] {
        journal.extend_from_slice(&number.to_be_bytes());
    }
    journal.resize(512, 0);
    journal.extend_from_slice(&1u32.to_be_bytes());
    journal.extend_from_slice(&page);
    journal.extend_from_slice(&checksum.to_be_bytes());
    let mut name = database.as_os_str().to_owned();
    name.push("-journal");
    std::fs::write(name, journal).expect("a journal");

    let counter = u32::from_be_bytes([header[24], header[25], header[26], header[27]]);
    file.write_all_at(&(counter + 1).to_be_bytes(), 24)
        .expect("the page of a commit that never was");
}

#[test]
#[ignore = "it is the writer that dies, of the test below"]
fn a_writer_that_dies_half_way() {
    if let Some(database) = subprocess_database() {
        die_half_way(&database);
    }
}

#[tokio::test]
async fn a_revocation_after_a_commit_that_was_undone_is_seen() {
    let fixture = VerifierFixture::new().await;
    let verifier = fixture.open_verifier().await;
    let key = fixture.issue_key().await;
    assert_eq!(fixture.outcome(&verifier, &key.text).await, "accepted");
    let committed = fixture.store.last_commit().expect("a counter");

    run_in_subprocess(
        "half_done_commit::a_writer_that_dies_half_way",
        &fixture.database_path(),
    );
    let half_done = fixture.store.last_commit().expect("a counter");
    assert_eq!(
        half_done.change_counter,
        committed.change_counter + 1,
        "the dead writer's number is there"
    );
    assert_eq!(
        fixture.outcome(&verifier, &key.text).await,
        "accepted",
        "nothing was decided"
    );
    assert_eq!(
        fixture.store.last_commit().expect("a counter"),
        committed,
        "reading has undone the commit"
    );

    fixture
        .registry
        .revoke(key.id, None)
        .await
        .expect("revoked");
    assert_eq!(
        fixture
            .store
            .last_commit()
            .expect("a counter")
            .change_counter,
        half_done.change_counter,
        "the trap is set: the number is the dead writer's"
    );
    assert_eq!(
        fixture.outcome(&verifier, &key.text).await,
        "revoked",
        "the number that woke the verifier must not be the one it remembers"
    );
}

#[tokio::test]
async fn a_snapshot_says_the_number_under_which_its_rows_were_committed() {
    let fixture = VerifierFixture::new().await;
    let mut reader = fixture.store.reader().await.expect("a reader");
    let committed = fixture.store.last_commit().expect("a counter");
    run_in_subprocess(
        "half_done_commit::a_writer_that_dies_half_way",
        &fixture.database_path(),
    );
    assert_ne!(fixture.store.last_commit().expect("a counter"), committed);
    let snapshot = reader.begin().await.expect("a snapshot");
    assert_eq!(
        snapshot.commit(),
        committed,
        "read after the first SELECT, which undoes what the dead writer left"
    );
    snapshot.end().await.expect("ended");
}
