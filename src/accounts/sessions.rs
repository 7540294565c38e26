//! Sessions: looking one up by its token at each request.

pub mod batch;
pub(super) mod cache;
pub(super) mod liveness;
