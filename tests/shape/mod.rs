//! Parses the crate's source along its `mod` and `use` declarations. `tests/layering.rs` uses it to check who uses
//! whom, `examples/shape.rs` to count.

pub mod arrows;
pub mod circles;
pub mod measures;
pub mod names;
pub mod tree;
pub mod words;
