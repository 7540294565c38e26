//! Argon2id alone: one thread per core, each with its own memory, at the app's default cost.

use std::thread;
use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Block, Error, Params, Version};
use vestibule::accounts::passwords::hasher::Parameters;

/// How many hashes per second all cores compute together.
pub fn per_second(seconds: u64) -> Result<f64, Error> {
    let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let length = Duration::from_secs(seconds);
    let rates = thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(move || rate(length))).collect();
        let joined = threads.into_iter().map(|thread| thread.join().unwrap_or(Ok(0.0)));
        joined.collect::<Result<Vec<f64>, Error>>()
    })?;
    Ok(rates.iter().sum())
}

/// The hashes per second of one thread. Its time ends with a complete hash.
fn rate(length: Duration) -> Result<f64, Error> {
    let Parameters {
        memory_kib,
        iterations,
        parallelism,
    } = Parameters::default();
    let params = Params::new(memory_kib, iterations, parallelism, Some(32))?;
    let mut blocks = vec![Block::new(); params.block_count()];
    let argon2 = Argon2::new_with_secret(&[7; 32], Algorithm::Argon2id, Version::V0x13, params)?;
    let (mut output, mut made) = ([0; 32], 0.0);
    let began = Instant::now();
    while began.elapsed() < length {
        argon2.hash_password_into_with_memory(b"correct horse battery", &[5; 16], &mut output, &mut blocks)?;
        made += 1.0;
    }
    Ok(made / began.elapsed().as_secs_f64())
}
