//! Second factors: TOTP with recovery codes, the half sign-in that waits for one, and browsers that are not asked for it.
//!
//! What starts a session asks `second_factor::is_needed` first, in the transaction that inserts the session and under the
//! lock of the account. The first factor ends all other sessions under the same lock. So no session of an account with a second
//! factor was started without it.

pub mod half_sign_in;
pub mod held;
pub mod level;
pub mod recovery_codes;
pub mod remembered_browsers;
pub mod second_factor;
pub mod setup;
pub mod totp;
pub mod totp_secret;
pub mod tries;
