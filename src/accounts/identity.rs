//! Who an account is: addresses, names, ids, and the client at the other end.

pub mod device;
pub mod email_address;
pub mod invisible;
