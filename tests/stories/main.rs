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

mod activity;
mod admin;
mod api;
mod apps;
mod backup;
mod cli;
mod db;
mod factors;
mod identity;
mod logging;
mod mail;
mod passkeys;
mod passwords;
mod recovery;
mod server;
mod sessions;
mod settings;
mod sign_in;
mod sign_up;
mod smoke;
mod start_up;
mod time;
mod tokens;
mod web;
