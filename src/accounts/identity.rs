//! Identities: addresses, names, ids, and the client of a request.

pub mod client;
pub mod device;
pub mod display_name;
pub mod email_address;
pub mod invisible;
pub mod profile;
pub mod user;
pub mod user_name;
