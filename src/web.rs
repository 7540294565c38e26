//! Everything HTTP.

pub mod catchers;
mod client_address;
pub mod context;
pub mod cookie_check;
pub mod cookies;
pub mod error;
mod field_error;
mod flash;
pub mod forms;
pub mod guards;
pub mod link_page;
pub mod page;
pub mod page_examples;
pub mod pages;
pub mod redirect;
pub mod request_info;
pub mod return_to;
pub mod security;
pub mod sent_to;
pub mod signed_out;
pub mod signup_sent;
pub mod templates;
pub mod total_count;
pub mod user_form;
pub mod user_list;
pub mod user_row;
