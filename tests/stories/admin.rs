//! The user list, and what the operator does to accounts.

pub mod admin_users;
mod apps;
mod groups;
pub mod user_list;
pub mod user_paging;
mod user_search;
