//! Reads the crate's source as the compiler does, by its `mod` and `use` declarations: `tests/layering.rs` checks by it
//! who uses whom, `examples/shape.rs` counts by it.

pub mod arrows;
pub mod circles;
pub mod measures;
pub mod names;
pub mod tree;
pub mod words;
