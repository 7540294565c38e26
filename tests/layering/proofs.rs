//! The rules of `tests/layering.rs`, on small crates that break them.

use super::*;

fn source(files: &[(&str, &str)]) -> Source {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    Source::of(folder.path())
}

#[test]
fn a_use_upwards_is_found() {
    let source = source(&[
        ("lib.rs", "mod db; mod web;"),
        ("db.rs", "use crate::web::page::{self, Page};"),
        ("web.rs", "pub mod page;"),
        ("web/page.rs", "use crate::db; pub struct Page;"),
    ]);
    assert_eq!(source.upwards(), ["db.rs:1 uses Page of web/page.rs"]);
}

#[test]
fn neighbours_on_one_floor_do_not_use_each_other() {
    let source = source(&[
        ("lib.rs", "mod logging; mod assets;"),
        ("logging.rs", "fn f() { crate::assets::load() }"),
        ("assets.rs", "pub fn load() {}"),
    ]);
    assert_eq!(source.upwards(), ["logging.rs:1 uses load of assets.rs"]);
}

#[test]
fn a_path_upwards_is_found_without_a_use() {
    let web = ("web.rs", "pub struct Page; macro_rules! m { () => {} } pub(crate) use m;");
    let found = |db: &str| source(&[("lib.rs", "mod db; mod web;"), ("db.rs", db), web]).upwards();
    for db in [
        "fn f() -> Option<crate::web::Page> { None }",
        "fn f() { let _ = format!(\"{}\", super::web::Page); }",
        "fn f() { crate::web::m!(); }",
        "fn f() { use crate::web as w; let _ = w::Page; }",
        "use crate::web::*; fn f(_: Page) {}",
        "pub use crate::web::Page;",
        "mod inner { fn f(_: super::super::web::Page) {} }",
    ] {
        assert_eq!(found(db).first().map(|told| &told[..7]), Some("db.rs:1"), "{db}");
    }
    assert_eq!(source(&[("lib.rs", "mod new;"), ("new.rs", "")]).upwards(), ["say in FLOORS where new.rs stands"]);
    assert!(found("#[cfg(test)] mod tests { use crate::web::Page; }").is_empty());
    assert!(found("fn f() { let _ = \"crate::web::Page\"; } // crate::web::Page").is_empty());
}

#[test]
fn a_circle_is_found_through_re_exports() {
    let files = |a: &'static str| {
        [
            ("lib.rs", "mod mail;"),
            ("mail.rs", "mod a; mod b; mod c; pub use self::c::C;"),
            ("mail/a.rs", a),
            ("mail/b.rs", "use super::C; pub struct B(C);"),
            ("mail/c.rs", "use super::a::A; pub struct C(A);"),
        ]
    };
    assert_eq!(
        source(&files("pub struct A(super::b::B);")).circles(),
        ["mail/a.rs, mail/b.rs, mail/c.rs: mail/a.rs → mail/b.rs → mail/c.rs → mail/a.rs"]
    );
    assert!(source(&files("pub struct A;")).circles().is_empty());
}

#[test]
fn a_circle_is_found_through_methods_of_a_divided_type() {
    let source = source(&[
        ("lib.rs", "mod app; mod a; mod b;"),
        ("app.rs", "pub struct App;"),
        ("a.rs", "use crate::app::App; impl App { pub fn one(&self) { self.two() } }"),
        ("b.rs", "use crate::{a, app::App}; impl App { fn two(&self) { format!(\"{}\", self.one()); } }"),
    ]);
    assert_eq!(source.circles(), ["a.rs, b.rs: a.rs → b.rs → a.rs"]);
    assert_eq!(source.split(), ["a.rs: impl App", "b.rs: impl App"]);
}

#[test]
fn a_page_that_uses_another_is_found() {
    let source = source(&[
        ("lib.rs", "mod web;"),
        ("web.rs", "mod pages;"),
        ("web/pages.rs", "mod login; mod admin;"),
        ("web/pages/login.rs", "use super::admin::users::list;"),
        ("web/pages/admin.rs", "pub mod users; pub fn head() {}"),
        ("web/pages/admin/users.rs", "use super::head; pub fn list() { head() }"),
    ]);
    assert_eq!(source.between_pages(), ["web/pages/login.rs:1 uses list of web/pages/admin/users.rs"]);
}

#[test]
fn what_is_imported_is_known_by_its_whole_path() {
    let source = source(&[
        ("lib.rs", "mod db;"),
        ("db.rs", "use std::process;\nfn f() { process::Command::new(\"x\").unwrap(); }\nfn g() { panic!() }"),
    ]);
    assert_eq!(source.naming(&["process::Command"], &[]), ["db.rs:2 std::process::Command::new"]);
    assert!(source.naming(&["process::Command"], &["db"]).is_empty());
    assert_eq!(source.naming(&["panic!"], &[]), ["db.rs:3 panic!"]);
    assert_eq!(source.calling(&["unwrap"]), ["db.rs:2 unwrap"]);
}
