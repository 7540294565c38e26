//! What Vestibule does, told as stories: each drives the app over a real socket as a browser does, once on SQLite and
//! once on PostgreSQL. How to write one stands in `support/mod.rs`.

#![allow(
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a story that cannot go on fails"
)]
#![allow(clippy::doc_markdown, reason = "SQLite and PostgreSQL are names, not code")]
#![allow(clippy::future_not_send, reason = "a story runs on the thread of its test")]
#![allow(clippy::large_futures, reason = "a story is one long future, and one at a time runs")]

#[macro_use]
mod support;

mod access;
mod account;
mod activity;
mod backup;
mod bodies;
mod canonical;
mod client_address;
mod clock_jumps;
mod command_line;
mod confirm;
mod confirmation_links;
mod confirmation_mails;
mod connections;
mod cookie_names;
mod cookies_refused;
mod cross_site;
mod database_away;
mod database_settings;
mod database_writes;
mod deletion;
mod deploy;
mod double_click;
mod elsewhere;
mod email_change;
mod email_same;
mod email_undo;
mod email_waiting;
mod enumeration;
mod erasure;
mod error_pages;
mod export;
mod failures;
mod flipped_bits;
mod forged_tokens;
mod forgot_password;
mod form_token;
mod headers;
mod keys;
mod known_browser;
mod languages;
mod login_confirm;
mod logs;
mod mail;
mod methods;
mod migrations;
mod new_device;
mod new_passwords;
mod next;
mod not_me;
mod odd_addresses;
mod odd_paths;
mod older_database;
mod output;
mod own_sessions;
mod pages;
mod password_change;
mod password_hashes;
mod pre_hijack;
mod process;
mod proxy;
mod random;
mod raw_requests;
mod reset_of_sign_ups;
mod reset_password;
mod session_tokens;
mod sessions;
mod sign_in;
mod sign_in_limits;
mod sign_up;
mod sign_up_input;
mod smoke;
mod standing;
mod start_up;
mod static_files;
mod stopping;
mod throttle;
mod together;
mod tokens;
mod typed;
mod users;
mod users_many;
mod users_paging;
mod vanished;
mod waiting;
mod ways_in;
mod wrong_clock;
