//! The slow digest of a secret: Argon2id as a PHC string that carries its own parameters.
//! The registry makes one when it issues; the verifier asks it once per secret and process.
//! It takes about 20 ms and 19 MiB, so nobody calls it inside a transaction or on the thread of a window.
//! When the parameters for new hashes rise, the old strings stay readable as long as they keep within the bounds.

use std::fmt;

use argon2::password_hash::{Error as PhcError, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Block, Params, PasswordHasher, PasswordVerifier, Version};
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
/// Bytes of salt in a new hash, and the fewest accepted.
const SALT_LENGTH: usize = 16;
/// Bytes of output, of new hashes and of accepted ones.
const OUTPUT_LENGTH: usize = 32;
/// Argon2 1.3, the only version accepted.
const VERSION: u32 = 0x13;

/// Most memory that a stored string may ask for, in KiB (64 MiB). A row somebody wrote must not exhaust the machine.
const MOST_MEMORY_KIB: u32 = 65_536;
/// Most passes that a stored string may ask for.
const MOST_PASSES: u32 = 4;
/// Most lanes that a stored string may ask for.
const MOST_LANES: u32 = 4;
/// No string within the bounds is longer.
const LONGEST: usize = 256;

/// What the database keeps to prove a secret, should the tag be lost or not be trusted yet.
#[derive(Clone)]
pub struct SecretHash {
    phc: PasswordHash,
    text: String,
}

/// The memory that a proof works in, kept between proofs: asking the system for 19 MiB each time costs a fifth of one.
#[derive(Default)]
pub struct ProofMemory(Vec<Block>);

/// Why there is no hash or no answer. None of them holds the secret or the hash.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum HashError {
    /// No salt could be drawn.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
    /// The stored text is not a PHC string as this crate writes them.
    #[error("the stored hash is not readable")]
    Malformed,
    /// The stored text was made with another algorithm, or another version of Argon2.
    #[error("the stored hash is not Argon2id")]
    ForeignAlgorithm,
    /// The stored text asks for more memory, passes or lanes than are allowed.
    #[error("the stored hash asks for more work than is allowed")]
    TooCostly,
    /// Argon2 itself failed, in practice for want of memory.
    #[error("the hash could not be computed; there may be too little memory")]
    Failed,
}

impl Secret {
    /// Hashes this secret with a new random salt.
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
    /// Reads a stored hash and refuses whatever is not Argon2id within the bounds, before any work is done for it.
    pub fn parse(text: &str) -> Result<Self, HashError> {
        if text.len() > LONGEST {
            return Err(HashError::Malformed);
        }
        let phc = PasswordHash::new(text).map_err(|_| HashError::Malformed)?;
        if phc.algorithm.as_str() != "argon2id" || phc.version != Some(VERSION) {
            return Err(HashError::ForeignAlgorithm);
        }
        let number = |name| phc.params.get_decimal(name).ok_or(HashError::Malformed);
        let (memory, passes, lanes) = (number("m")?, number("t")?, number("p")?);
        if memory > MOST_MEMORY_KIB || passes > MOST_PASSES || lanes > MOST_LANES {
            return Err(HashError::TooCostly);
        }
        Params::new(memory, passes, lanes, Some(OUTPUT_LENGTH))
            .map_err(|_| HashError::Malformed)?;
        let (Some(salt), Some(output)) = (&phc.salt, &phc.hash) else {
            return Err(HashError::Malformed);
        };
        if salt.len() < SALT_LENGTH || output.len() != OUTPUT_LENGTH {
            return Err(HashError::Malformed);
        }
        // One spelling only: no unknown parameter, no other order, nothing twice.
        let written =
            format!("$argon2id$v={VERSION}$m={memory},t={passes},p={lanes}${salt}${output}");
        if written != text {
            return Err(HashError::Malformed);
        }
        Ok(Self { phc, text: written })
    }

    /// The PHC string to be stored.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether this hash was made of that secret. Takes as long as making it did, whatever the answer.
    pub fn proves(&self, secret: &Secret) -> Result<bool, HashError> {
        // The parameters come from the string; the comparison takes constant time.
        match Argon2::default().verify_password(secret.expose(), &self.phc) {
            Ok(()) => Ok(true),
            Err(PhcError::PasswordInvalid) => Ok(false),
            Err(_) => Err(HashError::Failed),
        }
    }

    /// As [`SecretHash::proves`], in memory that is kept for the next proof.
    pub fn proves_with(
        &self,
        secret: &Secret,
        memory: &mut ProofMemory,
    ) -> Result<bool, HashError> {
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
