//! Everything HTTP.

pub mod canonical;
pub mod cleared;
mod client_address;
pub mod cookie_check;
pub mod cookies;
pub mod defence;
pub mod error;
mod flash;
pub mod form_token;
pub mod forms;
pub mod guards;
pub mod inbox;
pub mod link_page;
pub mod next;
pub mod page;
pub mod pages;
pub mod requests;
pub mod sent_to;
pub mod templates;
pub mod transport;
pub mod user_form;
