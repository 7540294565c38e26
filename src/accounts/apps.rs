//! The apps that ask who is there: which there are, who may enter them, and the sessions at their hosts.

pub mod access;
pub mod app_session;
pub mod one_time_code;
pub mod registry;
