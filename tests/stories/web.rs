//! What every page and request has in common.

pub mod access;
mod bodies;
mod canonical;
mod client_address;
mod cookie_check;
mod cookie_names;
mod cross_site;
pub mod enumeration;
mod error_pages;
mod headers;
mod injection;
mod languages;
mod methods;
mod odd_paths;
mod pages;
mod proxy;
mod raw_requests;
mod return_to;
mod static_files;
