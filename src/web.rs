//! Everything HTTP.

pub mod cookies;
pub mod defence;
pub mod error;
pub mod guards;
pub mod next;
pub mod page;
pub mod pages;
pub mod requests;
