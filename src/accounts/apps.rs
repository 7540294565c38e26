//! What accounts are to the apps behind Vestibule: groups, and who is in them.

pub mod groups;
pub mod memberships;
