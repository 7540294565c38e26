//! The domain: everything that can happen to an account. One folder per room, one file per feature; each verb is a free
//! function over [`App`](app::App). It knows no HTTP, no template and no cookie.

pub mod activity;
pub mod admin;
pub mod app;
pub mod apps;
pub mod cleanup;
pub mod erasure;
pub mod error;
pub mod event;
pub mod factors;
pub mod identity;
pub mod locking;
pub mod lookup;
pub mod mails;
pub mod passkeys;
pub mod passwords;
pub mod personal_tokens;
pub mod rate_limits;
pub mod recovery;
pub mod sessions;
pub mod settings;
pub mod sign_in;
pub mod sign_up;
pub mod tx;
pub mod webauthn;
