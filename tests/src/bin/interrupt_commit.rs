//! Leaves the database whose path is the argument as a writer that crashes during a commit does: a hot journal with the
//! old first page, and a first page with the next change counter.
//! <https://www.sqlite.org/fileformat2.html#the_rollback_journal>

use std::fs::OpenOptions;
use std::io::{Read, Seek, SeekFrom, Write};

const CHANGE_COUNTER_OFFSET: usize = 24;
const NONCE: u32 = 12_345;
const SECTOR_SIZE: u32 = 512;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let database = std::env::args_os()
        .nth(1)
        .ok_or("usage: interrupt_commit FILE")?;
    let mut file = OpenOptions::new().read(true).write(true).open(&database)?;
    let mut header = [0u8; 100];
    file.read_exact(&mut header)?;
    let page_size: u32 = match u16::from_be_bytes([header[16], header[17]]) {
        1 => 65_536,
        size => size.into(),
    };
    let pages = u32::try_from(file.metadata()?.len() / u64::from(page_size))?;
    let mut page = vec![0u8; page_size as usize];
    file.rewind()?;
    file.read_exact(&mut page)?;

    let checksum = (1..page.len())
        .take_while(|step| step * 200 < page.len())
        .map(|step| u32::from(page[page.len() - step * 200]))
        .fold(NONCE, u32::wrapping_add);
    let mut journal = vec![0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];
    for number in [1, NONCE, pages, SECTOR_SIZE, page_size] {
        journal.extend_from_slice(&number.to_be_bytes());
    }
    journal.resize(SECTOR_SIZE as usize, 0);
    journal.extend_from_slice(&1u32.to_be_bytes());
    journal.extend_from_slice(&page);
    journal.extend_from_slice(&checksum.to_be_bytes());
    let mut journal_path = database;
    journal_path.push("-journal");
    std::fs::write(journal_path, journal)?;

    let counter = &header[CHANGE_COUNTER_OFFSET..CHANGE_COUNTER_OFFSET + 4];
    let counter = u32::from_be_bytes(counter.try_into()?);
    file.seek(SeekFrom::Start(CHANGE_COUNTER_OFFSET as u64))?;
    file.write_all(&(counter + 1).to_be_bytes())?;
    Ok(())
}
