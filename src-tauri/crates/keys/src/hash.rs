//! Argon2id hashes of secrets, stored as PHC strings. A hash takes about 20 ms and 19 MiB, so it is never computed
//! inside a transaction or on an async thread. Stored strings with other parameters stay valid within the limits below.

use std::fmt;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Block, Params, PasswordHasher, Version};
use rand::TryCryptoRng;
use subtle::ConstantTimeEq;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::random::{self, RandomnessError};
use crate::secret::Secret;

/// Memory of a new hash in KiB (19 MiB): OWASP's first recommendation for Argon2id.
const MEMORY_KIB: u32 = 19_456;
/// Passes of a new hash.
const PASSES: u32 = 2;
/// Lanes of a new hash.
const LANES: u32 = 1;
/// Bytes of salt in a new hash, and the minimum in a stored one.
const SALT_LENGTH: usize = 16;
/// Bytes of output.
const OUTPUT_LENGTH: usize = 32;
/// Argon2 1.3, the only supported version.
const VERSION: u32 = 0x13;

/// Maximum memory of a stored hash in KiB (64 MiB). A manipulated row must not exhaust the machine.
const MAX_MEMORY_KIB: u32 = 65_536;
/// Maximum passes of a stored hash.
const MAX_PASSES: u32 = 4;
/// Maximum lanes of a stored hash.
const MAX_LANES: u32 = 4;
/// Maximum length of a stored hash in bytes.
const MAX_LENGTH: usize = 256;

/// The Argon2id hash of a secret. It verifies a secret whose tag is missing or not trusted yet.
#[derive(Clone)]
pub struct SecretHash {
    phc: PasswordHash,
    text: String,
}

/// Working memory of Argon2, reused between hashes: allocating 19 MiB each time takes a fifth of a hash.
#[derive(Default)]
pub struct ProofMemory(Vec<Block>);

/// Why a secret could not be hashed or verified. Never contains the secret or the hash.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum HashError {
    /// The operating system provided no salt.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
    /// The stored text is not a PHC string in the form that this crate writes.
    #[error("the stored hash is malformed")]
    Malformed,
    /// The stored hash uses another algorithm, or another version of Argon2.
    #[error("the stored hash is not Argon2id version 1.3")]
    UnsupportedAlgorithm,
    /// The stored hash requires more memory, passes, or lanes than allowed.
    #[error("the stored hash requires more memory, passes, or lanes than allowed")]
    ExcessiveWork,
    /// Argon2 failed, in practice because memory could not be allocated.
    #[error("cannot compute the hash; there may be too little memory")]
    Failed,
}

impl Secret {
    /// Hashes this secret with a new random salt.
    ///
    /// # Errors
    /// `Randomness` or `Failed`.
    pub fn hash(&self, random: &mut impl TryCryptoRng) -> Result<SecretHash, HashError> {
        let mut salt = [0u8; SALT_LENGTH];
        random::fill(random, &mut salt)?;
        let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(OUTPUT_LENGTH))
            .map_err(|_| HashError::Failed)?;
        let phc = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_with_salt(self.expose(), &salt)
            .map_err(|_| HashError::Failed)?;
        let text = phc.to_string();
        Ok(SecretHash { phc, text })
    }
}

impl SecretHash {
    /// Parses a stored hash. Rejects everything but Argon2id within the limits before any work is done for it.
    ///
    /// # Errors
    /// `Malformed`, `UnsupportedAlgorithm`, or `ExcessiveWork`.
    pub fn parse(text: &str) -> Result<Self, HashError> {
        if text.len() > MAX_LENGTH {
            return Err(HashError::Malformed);
        }
        let phc = PasswordHash::new(text).map_err(|_| HashError::Malformed)?;
        if phc.algorithm.as_str() != "argon2id" || phc.version != Some(VERSION) {
            return Err(HashError::UnsupportedAlgorithm);
        }
        let number = |name| phc.params.get_decimal(name).ok_or(HashError::Malformed);
        let (memory, passes, lanes) = (number("m")?, number("t")?, number("p")?);
        if memory > MAX_MEMORY_KIB || passes > MAX_PASSES || lanes > MAX_LANES {
            return Err(HashError::ExcessiveWork);
        }
        Params::new(memory, passes, lanes, Some(OUTPUT_LENGTH))
            .map_err(|_| HashError::Malformed)?;
        let (Some(salt), Some(output)) = (&phc.salt, &phc.hash) else {
            return Err(HashError::Malformed);
        };
        if salt.len() < SALT_LENGTH || output.len() != OUTPUT_LENGTH {
            return Err(HashError::Malformed);
        }
        // Canonical form only: no unknown parameter, no other order, no duplicate.
        let written =
            format!("$argon2id$v={VERSION}$m={memory},t={passes},p={lanes}${salt}${output}");
        if written != text {
            return Err(HashError::Malformed);
        }
        Ok(Self { phc, text: written })
    }

    /// Returns the PHC string to store.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns whether this is the hash of `secret`. Takes as long as computing a hash, whatever the result.
    ///
    /// # Errors
    /// `Malformed` or `Failed`.
    pub fn verify(&self, secret: &Secret, memory: &mut ProofMemory) -> Result<bool, HashError> {
        let params = Params::try_from(&self.phc).map_err(|_| HashError::Malformed)?;
        let (Some(salt), Some(expected)) = (&self.phc.salt, &self.phc.hash) else {
            return Err(HashError::Malformed);
        };
        let blocks = params.block_count();
        if memory.0.len() < blocks {
            let missing = blocks - memory.0.len();
            memory
                .0
                .try_reserve_exact(missing)
                .map_err(|_| HashError::Failed)?;
            memory.0.resize(blocks, Block::default());
        }
        let mut output = Zeroizing::new([0u8; OUTPUT_LENGTH]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into_with_memory(
                secret.expose(),
                salt,
                output.as_mut_slice(),
                &mut memory.0[..blocks],
            )
            .map_err(|_| HashError::Failed)?;
        Ok(output.as_slice().ct_eq(expected.as_bytes()).into())
    }
}

impl fmt::Debug for ProofMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProofMemory")
    }
}

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash")
    }
}
