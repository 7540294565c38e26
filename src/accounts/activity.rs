//! The activity log of an account, as its owner sees it. [`Tx::record`](crate::accounts::tx::Tx::record) writes it.

pub mod page;
