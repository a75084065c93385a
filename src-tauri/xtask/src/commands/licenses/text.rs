//! The texts of licenses: from a package's files, or the standard text if it has none.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use spdx::{Expression, LicenseReq, Licensee, ParseMode};

/// The licenses of deny.toml and of the font, the preferred ones first, each with words that only its text has. Of a
/// choice, the first one is used.
const LICENSES: [(&str, &str); 14] = [
    ("MIT", "Permission is hereby granted, free of charge"),
    ("Apache-2.0", "Apache License"),
    (
        "Apache-2.0 WITH LLVM-exception",
        "LLVM Exceptions to the Apache",
    ),
    (
        "BSD-3-Clause",
        "Redistribution and use in source and binary forms",
    ),
    (
        "BSD-2-Clause",
        "Redistribution and use in source and binary forms",
    ),
    ("ISC", "Permission to use, copy, modify, and/or distribute"),
    ("Zlib", "This software is provided 'as-is'"),
    ("BSL-1.0", "Boost Software License"),
    ("Unicode-3.0", "UNICODE LICENSE V3"),
    ("MPL-2.0", "Mozilla Public License"),
    ("OFL-1.1", "SIL OPEN FONT LICENSE"),
    ("Unlicense", "This is free and unencumbered software"),
    ("CC0-1.0", "CC0 1.0 Universal"),
    ("CDLA-Permissive-2.0", "Community Data License Agreement"),
];

/// Different texts, by their index.
#[derive(Debug, Default)]
pub(super) struct Texts {
    texts: Vec<String>,
    indexes: HashMap<String, usize>,
}

impl Texts {
    /// Adds a text unless it is known, and returns its index.
    pub(super) fn add(&mut self, text: &str) -> usize {
        let text = normalize(text);
        let next = self.texts.len();
        *self.indexes.entry(text.clone()).or_insert_with(|| {
            self.texts.push(text);
            next
        })
    }

    pub(super) fn into_vec(self) -> Vec<String> {
        self.texts
    }
}

/// Removes what does not change how a text reads.
fn normalize(text: &str) -> String {
    let lines: Vec<_> = text
        .trim_start_matches('\u{FEFF}')
        .lines()
        .map(str::trim_end)
        .collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

/// Returns the texts of the licenses under which a package is used.
///
/// # Errors
/// The expression is malformed, or contains a license that deny.toml does not allow.
pub(super) fn license_texts(
    folder: &Path,
    license: &str,
    authors: &[String],
) -> anyhow::Result<Vec<String>> {
    let files = license_files(folder)?;
    let mut texts = Vec::new();
    for requirement in requirements(license)? {
        let id = requirement.to_string();
        let Some((_, words)) = LICENSES.iter().find(|(known, _)| *known == id) else {
            bail!("The license {id} is not in the list of this command.");
        };
        // A license that several files contain is shortest in its own file.
        let in_file = files
            .iter()
            .filter(|text| one_line(text).contains(&one_line(words)))
            .min_by_key(|text| text.len());
        texts.push(match in_file {
            Some(text) => text.clone(),
            None => standard_text(&requirement, authors)?,
        });
    }
    Ok(texts)
}

/// Returns the licenses that together are enough.
fn requirements(license: &str) -> anyhow::Result<Vec<LicenseReq>> {
    let expression = Expression::parse_mode(license, ParseMode::LAX)
        .with_context(|| format!("{license} is no license expression"))?;
    let accepted: Vec<_> = LICENSES
        .iter()
        .map(|(id, _)| Licensee::parse(id).with_context(|| format!("{id} is no license")))
        .collect::<Result<_, _>>()?;
    expression
        .minimized_requirements(&accepted)
        .with_context(|| format!("{license} contains no accepted license"))
}

/// Returns the texts of the files that are named like a license.
fn license_files(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut texts = Vec::new();
    let entries =
        fs::read_dir(folder).with_context(|| format!("Cannot list {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = name.to_lowercase();
        let is_license = ["license", "licence", "unlicense", "copying", "copyright"]
            .iter()
            .any(|word| name.starts_with(word));
        if is_license && path.is_dir() {
            texts.extend(license_texts_of_folder(&path)?);
        } else if is_license {
            let bytes = fs::read(&path).with_context(|| format!("Cannot read {name}"))?;
            texts.push(String::from_utf8_lossy(&bytes).into_owned());
        }
    }
    texts.sort();
    Ok(texts)
}

/// Returns the texts of all files of a folder such as `LICENSES`.
fn license_texts_of_folder(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut texts = Vec::new();
    for entry in fs::read_dir(folder)? {
        let bytes = fs::read(entry?.path())?;
        texts.push(String::from_utf8_lossy(&bytes).into_owned());
    }
    Ok(texts)
}

/// Returns the text of SPDX, with the authors in place of its copyright line.
fn standard_text(requirement: &LicenseReq, authors: &[String]) -> anyhow::Result<String> {
    let id = requirement.license.id();
    let id = id.with_context(|| format!("{requirement} has no standard text"))?;
    let text = id.text();
    let is_placeholder = |line: &&str| line.starts_with("Copyright (c) <");
    let Some(placeholder) = text.lines().find(is_placeholder) else {
        return Ok(text.to_owned());
    };
    let copyright = match authors {
        [] => String::new(),
        authors => format!("Copyright (c) {}", authors.join(", ")),
    };
    Ok(text.replacen(placeholder, &copyright, 1))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preferred_license_of_a_choice_is_used() {
        let used = |license: &str| {
            let requirements = requirements(license).expect("an accepted license");
            requirements
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(" ")
        };
        for (license, expected) in [
            ("Apache-2.0 OR MIT", "MIT"),
            ("Zlib OR Apache-2.0", "Apache-2.0"),
            ("Apache-2.0 AND ISC", "Apache-2.0 ISC"),
            ("(MIT OR Apache-2.0) AND Unicode-3.0", "MIT Unicode-3.0"),
            ("Unlicense OR MIT", "MIT"),
        ] {
            assert_eq!(used(license), expected, "{license}");
        }
        assert!(
            requirements("GPL-3.0-only").is_err(),
            "deny.toml does not allow it"
        );
    }

    #[test]
    fn text_comes_from_the_file_of_the_license_or_is_the_standard_text() {
        let folder = tempfile::tempdir().expect("a folder");
        let mit = "Copyright Anna\n\nPermission is hereby granted,\nfree of charge, to any person";
        let apache = "Apache License\nVersion 2.0";
        for (name, text) in [
            ("LICENSE", format!("{mit}\n{apache}")),
            ("LICENSE-MIT", mit.to_owned()),
            ("LICENSE-APACHE", apache.to_owned()),
            (
                "README",
                "Permission is hereby granted, free of charge".to_owned(),
            ),
        ] {
            fs::write(folder.path().join(name), text).expect("a file");
        }
        let texts = |license: &str| {
            license_texts(folder.path(), license, &["Anna".to_owned()]).expect("texts")
        };
        assert_eq!(texts("MIT OR Apache-2.0"), [mit]);
        assert_eq!(texts("MIT AND Apache-2.0"), [mit, apache]);
        let standard = texts("BSD-3-Clause");
        assert!(
            standard[0].contains("Redistribution") && standard[0].contains("Copyright (c) Anna"),
            "{standard:?}"
        );
    }

    #[test]
    fn equal_texts_are_stored_once() {
        let mut texts = Texts::default();
        assert_eq!(texts.add("a\nb"), 0);
        assert_eq!(
            texts.add("\u{FEFF}a \r\nb\r\n\n"),
            0,
            "only white space differs"
        );
        assert_eq!(texts.add("c"), 1);
        assert_eq!(texts.into_vec(), ["a\nb", "c"]);
    }
}
