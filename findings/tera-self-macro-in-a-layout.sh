#!/usr/bin/env bash
# Tera 1.20.1: a macro that calls another macro of its own file (`self::`) fails when a layout calls it and the page that
# extends the layout does not import the file too.
#
# layout.html imports macros.html and calls `fields::outer()`, which calls `self::inner()`. page.html extends layout.html.
# Tera's manual says that a macro calls others of its file by `self::`. Rendering page.html ends with
#   Macro `self::inner` not found in template `page.html`
# although layout.html, which makes the call, has imported it. Rendering layout.html itself works, and so does page.html once
# it imports macros.html as well, whether or not it uses it: `self` is looked up from the page, not from the file of the macro.
#
# Prints the three outcomes. Ends with 0 if they are as said here, else with 1.
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
    tera.add_raw_templates([
        (
            "macros.html",
            "{% macro inner() %}inner{% endmacro inner %}{% macro outer() %}{{ self::inner() }}{% endmacro outer %}",
        ),
        ("layout.html", "{% import \"macros.html\" as fields %}{{ fields::outer() }}{% block main %}{% endblock main %}"),
        ("page.html", "{% extends \"layout.html\" %}{% block main %}{% endblock main %}"),
        (
            "importing.html",
            "{% extends \"layout.html\" %}{% import \"macros.html\" as fields %}{% block main %}{% endblock main %}",
        ),
    ])
    .unwrap();
    for name in ["layout.html", "importing.html", "page.html"] {
        println!("{}", outcome(&tera, name));
    }
}
RUST
cargo run --quiet > seen
cat seen
grep -qx 'layout.html: inner' seen
grep -qx 'importing.html: inner' seen
grep -q '^page.html: .*`self::inner` not found in template `page.html`' seen
