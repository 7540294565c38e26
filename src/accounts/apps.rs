//! The apps that ask who is there: which there are, who may enter them, the groups that this depends on, and the sessions
//! at their hosts.

pub mod access;
pub mod app_session;
pub mod check_token;
pub mod groups;
pub mod hidden_apps;
pub mod memberships;
pub mod one_time_code;
pub mod stored_apps;
