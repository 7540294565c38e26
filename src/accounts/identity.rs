//! Who an account is: addresses, names, ids, and the client at the other end.

pub mod client;
pub mod device;
pub mod display_name;
pub mod email_address;
pub mod invisible;
pub mod profile;
pub mod user;
