#!/usr/bin/env bash
# Tera 1.20.1: a macro that calls another macro of its own file (`self::`) works or fails by what a page did before it.
#
# layout.html imports macros.html and calls `fields::outer()`, which calls `self::inner()`, before and after a block. Tera's
# manual says that a macro calls others of its file by `self::`.
# - plain.html extends it and calls no macro in the block: both calls work.
# - calling.html imports another file and calls a macro of that in the block. The call before the block works. The same call
#   after it fails: "Macro `self::inner` not found in template `calling.html`". `self` is looked up from the page then, not
#   from the file that the macro stands in.
# - importing.html is like calling.html and imports macros.html too, without using it: both calls work.
#
# before.html has only the call before the block. Prints the four outcomes. Ends with 0 if they are as said here, else with 1.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir src
cat > Cargo.toml <<'TOML'
[package]
name = "finding"
version = "0.0.0"
edition = "2021"

[dependencies]
tera = { version = "=1.20.1", default-features = false }
TOML
cat > src/main.rs <<'RUST'
use std::error::Error;

use tera::{Context, Tera};

const MACROS: &str = "{% macro inner() %}inner{% endmacro inner %}{% macro outer() %}{{ self::inner() }}{% endmacro outer %}";
const OTHERS: &str = "{% macro one() %}one{% endmacro one %}";
const BEFORE: &str = "{% import \"macros.html\" as fields %}{{ fields::outer() }} {% block main %}{% endblock main %}";
const LAYOUT: &str = "{% import \"macros.html\" as fields %}{{ fields::outer() }} {% block main %}{% endblock main %} {{ fields::outer() }}";
const BLOCK: &str = "{% import \"others.html\" as others %}{% block main %}{{ others::one() }}{% endblock main %}";

fn outcome(tera: &Tera, name: &str) -> String {
    match tera.render(name, &Context::new()) {
        Ok(text) => format!("{name}: {}", text.trim()),
        Err(error) => {
            let cause = error.source().map(ToString::to_string).unwrap_or_default();
            format!("{name}: {cause}")
        }
    }
}

fn main() {
    let mut tera = Tera::default();
    let calling = format!("{{% extends \"layout.html\" %}}{BLOCK}");
    let importing = format!("{{% extends \"layout.html\" %}}{{% import \"macros.html\" as fields %}}{BLOCK}");
    let before = format!("{{% extends \"before_only.html\" %}}{BLOCK}");
    tera.add_raw_templates([
        ("macros.html", MACROS),
        ("others.html", OTHERS),
        ("before_only.html", BEFORE),
        ("layout.html", LAYOUT),
        ("plain.html", "{% extends \"layout.html\" %}{% block main %}text{% endblock main %}"),
        ("before.html", &before),
        ("calling.html", &calling),
        ("importing.html", &importing),
    ])
    .unwrap();
    for name in ["plain.html", "before.html", "calling.html", "importing.html"] {
        println!("{}", outcome(&tera, name));
    }
}
RUST
cargo run --quiet > seen
cat seen
grep -qx 'plain.html: inner text inner' seen
grep -qx 'before.html: inner one' seen
grep -qx 'importing.html: inner one inner' seen
grep -qx 'calling.html: Macro `self::inner` not found in template `calling.html`' seen
