//! The ceremonies of WebAuthn Level 3: what browsers are asked, and whether their answers are right. It knows no database.

pub mod relying_party;
pub mod response;
