//! Recovery codes: ten, of 120 random bits each, so that a plain hash may store them (ASVS 6.5.2). Each works once.

use crate::accounts::identity::user::UserId;
use crate::accounts::tx::Tx;
use crate::time::Millis;
use crate::tokens::email_tokens::{hash, random};

/// How many an account gets.
pub const CODES: usize = 10;

/// Crockford's Base32: without I, L, O and U. What is read as one of the first three is meant as 1 or 0.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 24;
const GROUP: usize = 4;

/// Replaces the codes of an account by new ones, which are shown once.
pub(in crate::accounts) async fn replace(tx: &mut Tx<'_>, user: &UserId) -> sqlx::Result<Vec<String>> {
    const ADD: &str = "
        INSERT INTO recovery_codes (hash, user_id, created_at)
        VALUES ($1, $2, $3)";
    remove(tx, user).await?;
    let codes: Vec<String> = std::iter::repeat_with(generate).take(CODES).collect();
    for code in &codes {
        sqlx::query(ADD)
            .bind(stored(&bare(code)))
            .bind(user.as_str())
            .bind(tx.now())
            .execute(&mut **tx)
            .await?;
    }
    Ok(codes)
}

/// Removes all codes of an account.
pub(in crate::accounts) async fn remove(tx: &mut Tx<'_>, user: &UserId) -> sqlx::Result<()> {
    remove_since(tx, user, Millis::MIN).await
}

/// Removes those that were made since a time.
pub(in crate::accounts) async fn remove_since(tx: &mut Tx<'_>, user: &UserId, since: Millis) -> sqlx::Result<()> {
    const REMOVE: &str = "
        DELETE FROM recovery_codes
        WHERE user_id = $1
          AND created_at >= $2";
    sqlx::query(REMOVE).bind(user.as_str()).bind(since).execute(&mut **tx).await?;
    Ok(())
}

/// Uses up a typed code. `false`: it is none of the account's, or was used.
pub(in crate::accounts) async fn consume(tx: &mut Tx<'_>, user: &UserId, typed: &str) -> sqlx::Result<bool> {
    const USE: &str = "
        DELETE FROM recovery_codes
        WHERE hash = $1
          AND user_id = $2";
    if !is_meant_by(typed) {
        return Ok(false);
    }
    let consumed = sqlx::query(USE)
        .bind(stored(&bare(typed)))
        .bind(user.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(consumed.rows_affected() == 1)
}

/// How many are left.
pub(in crate::accounts) async fn left<'c>(
    database: impl sqlx::Executor<'c, Database = sqlx::Any>,
    user: &UserId,
) -> sqlx::Result<i64> {
    const LEFT: &str = "
        SELECT COUNT(*)
        FROM recovery_codes
        WHERE user_id = $1";
    sqlx::query_scalar(LEFT).bind(user.as_str()).fetch_one(database).await
}

/// Whether a typed text is a recovery code, right or wrong.
#[must_use]
pub fn is_meant_by(typed: &str) -> bool {
    bare(typed).len() == LENGTH
}

/// SHA-256 of the bare code.
fn stored(bare: &str) -> Vec<u8> {
    hash(bare)
}

/// `0123-4567-…`: 24 letters of five bits each.
fn generate() -> String {
    let mut bytes = [0; 16];
    bytes[1..].copy_from_slice(&random::<15>());
    let bits = u128::from_be_bytes(bytes);
    let mut code = String::with_capacity(LENGTH + LENGTH / GROUP);
    for place in 0..LENGTH {
        if place > 0 && place % GROUP == 0 {
            code.push('-');
        }
        let letter = (bits >> (5 * (LENGTH - 1 - place))) & 31;
        code.push(char::from(LETTERS[usize::try_from(letter).unwrap_or_default()]));
    }
    code
}

/// A typed code as it was made: people write small letters, other groups, and take 0 and 1 for letters.
fn bare(typed: &str) -> String {
    let letters = typed.chars().filter(char::is_ascii_alphanumeric).take(2 * LENGTH);
    letters
        .map(|letter| match letter.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// ASVS 6.5.2, 6.5.3, 11.5.1
    #[test]
    fn codes_have_120_bits_and_no_letters_that_look_alike() {
        let codes: BTreeSet<String> = std::iter::repeat_with(generate).take(2_000).collect();
        assert_eq!(codes.len(), 2_000);
        let mut counts = std::collections::BTreeMap::<char, u32>::new();
        for code in &codes {
            assert_eq!(code.split('-').map(str::len).collect::<Vec<_>>(), [4; 6], "{code}");
            code.chars()
                .filter(|letter| *letter != '-')
                .for_each(|letter| *counts.entry(letter).or_default() += 1);
        }
        let letters: String = counts.keys().collect();
        assert_eq!(letters.as_bytes(), LETTERS);
        // 1,500 each are expected, with a deviation of 38.
        assert!(counts.values().all(|count| (1_270..=1_730).contains(count)), "{counts:?}");
    }

    #[test]
    fn a_code_may_be_typed_as_people_type() {
        assert_eq!(bare(" o1il-abcd\u{a0}efgh_jkmn pqrs.tvwx\n"), "0111ABCDEFGHJKMNPQRSTVWX");
        assert!(is_meant_by(&generate().to_lowercase().replace('-', " ")));
        for other in [
            "",
            "123456",
            "0111-ABCD-EFGH-JKMN-PQRS-TVW",
            "0111-ABCD-EFGH-JKMN-PQRS-TVWXX",
        ] {
            assert!(!is_meant_by(other), "{other}");
        }
    }
}
