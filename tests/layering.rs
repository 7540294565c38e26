//! The rules of the source that the compiler does not check: who may use whom, and what may not be in the source. The
//! source is parsed (`tests/shape/`): every `use` and every path in code and macros is followed to the file that
//! defines the item.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a rule that cannot be checked is broken"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

#[path = "layering/proofs.rs"]
mod proofs;
mod shape;

use shape::arrows::Arrows;
use shape::circles::circles;
use shape::names::Found;
use shape::tree::{Tree, files};

/// The rooms of the crate, from the ground up. A room may use the rooms on the lines above its own. A module belongs to
/// the room with the longest matching path.
const FLOORS: [&[&str]; 30] = [
    &["time", "id"],
    &["config"],
    &["logging", "assets"],
    &["db", "i18n"],
    &["mail"],
    // An event knows the mail that reports it, and a revoked token knows the event that revoked it.
    &["accounts::event"],
    &["tokens"],
    &["accounts::identity"],
    &["accounts::passwords"],
    &["accounts::lookup", "accounts::rate_limits", "accounts::webauthn"],
    &["accounts::error"],
    &["accounts::app"],
    &["accounts::tx"],
    &["accounts::locking", "accounts::activity"],
    &["accounts::factors"],
    &["accounts::sessions"],
    &["accounts::personal_tokens", "accounts::passkeys"],
    &["accounts::sign_in"],
    &["accounts::sign_up"],
    &["accounts::recovery"],
    &["accounts::erasure"],
    &[
        "accounts::settings",
        "accounts::admin",
        "accounts::apps",
        "accounts::oidc",
    ],
    &["accounts::mails", "accounts::cleanup"],
    &["accounts"],
    &["web"],
    &["web::pages", "web::api", "web::oauth", "web::forward_auth"],
    &["tasks"],
    // Assembles the server, which the command line starts.
    &["lib"],
    &["cli"],
    &["main"],
];

/// The files and folders outside `web` that name Rocket, and why they must.
const ROCKET: [(&str, &str); 6] = [
    ("lib.rs", "assembles the app"),
    ("config", "makes Rocket's part of the settings"),
    ("cli/serve.rs", "launches it"),
    ("db/pool.rs", "implements rocket_db_pools::Pool"),
    ("db/vestibule.rs", "names it as Rocket's database"),
    ("tasks.rs", "starts and stops with it, as a fairing"),
];

/// The crates for HTTP and templates. The domain and the rooms below it use none of them.
const HTTP: [&str; 6] = [
    "http",
    "hyper",
    "rocket",
    "rocket_db_pools",
    "rocket_dyn_templates",
    "tera",
];
const DOMAIN: [&str; 2] = ["accounts", "tokens"];

/// These read forms. All others use the type that requires the exact names of the fields.
const FORMS: [&str; 2] = ["web/forms.rs", "web/security/"];

/// Only this file reads the system clock.
const CLOCK: &str = "time.rs";

/// The folder of mail templates. They need inline styles, because mail programs drop others.
const MAILS: &str = "mails";

const FILE_LINES: usize = 400;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

struct Source {
    tree: Tree,
    arrows: Arrows,
}

impl Source {
    fn of(src: &Path) -> Self {
        let tree = Tree::read(src);
        let arrows = Arrows::read(&tree);
        Self { tree, arrows }
    }

    fn read() -> Self {
        let source = Self::of(&root().join("src"));
        assert!(source.tree.files.len() > 50, "the source is not found");
        source
    }

    /// The position in `FLOORS` of a module's room.
    fn floor(&self, module: usize) -> Option<(usize, &'static str)> {
        let path = &self.tree.modules[module].path;
        let path = if path.is_empty() {
            "lib".to_owned()
        } else {
            path.join("::")
        };
        let begins = |room: &str| path == room || path.starts_with(&format!("{room}::"));
        let floors = FLOORS.iter().enumerate();
        let rooms = floors.flat_map(|(floor, rooms)| rooms.iter().map(move |room| (floor, *room)));
        rooms.filter(|(_, room)| begins(room)).max_by_key(|(_, room)| room.len())
    }

    fn place(&self, module: usize, line: usize) -> String {
        format!("{}:{line}", self.tree.file_of(module))
    }

    /// Uses of one module by another: from where, of what, and both as text. A name that a file uses several times is
    /// listed once.
    fn uses(&self) -> impl Iterator<Item = (usize, usize, String)> {
        let mut told = BTreeSet::new();
        self.arrows.uses.iter().filter_map(move |seen| match &seen.to {
            Found::Item(to, name, _) if told.insert((seen.module, *to, name)) => {
                let place = self.place(seen.module, seen.line);
                Some((seen.module, *to, format!("{place} uses {name} of {}", self.tree.file_of(*to))))
            }
            _ => None,
        })
    }

    fn upwards(&self) -> Vec<String> {
        let modules = 0..self.tree.modules.len();
        let unknown = modules.filter(|module| self.floor(*module).is_none());
        let unknown = unknown.map(|module| format!("say in FLOORS where {} stands", self.tree.file_of(module)));
        let forbidden = self.uses().filter(|(from, to, _)| match (self.floor(*from), self.floor(*to)) {
            (Some((own, from)), Some((other, to))) => from != to && other >= own,
            _ => false,
        });
        unknown.chain(forbidden.map(|(_, _, told)| told)).collect()
    }

    fn circles(&self) -> Vec<String> {
        let mut edges = self.arrows.shown(&self.tree);
        edges.extend(self.arrows.hidden(&self.tree));
        let name = |file: &usize| self.tree.files[*file].clone();
        let told = |files: &[usize], between: &str| files.iter().map(name).collect::<Vec<_>>().join(between);
        let circles = circles(edges.into_keys()).into_iter();
        let circles = circles.map(|circle| format!("{}: {}", told(&circle.members, ", "), told(&circle.way, " → ")));
        circles.collect()
    }

    /// An `impl X` in another file than `X`. Calls of its methods would be dependencies that no `use` shows.
    fn split(&self) -> Vec<String> {
        let split = self.arrows.split.iter();
        split
            .map(|((_, name), at, _)| format!("{}: impl {name}", self.tree.file_of(*at)))
            .collect()
    }

    fn between_pages(&self) -> Vec<String> {
        let page = |module: usize| match &self.tree.modules[module].path[..] {
            // A folder of pages, such as `pages/admin/`, is no page.
            [web, pages, rest @ ..] if web == "web" && pages == "pages" => rest.last().cloned(),
            _ => None,
        };
        let forbidden = self.uses().filter(|(from, to, _)| {
            let (own, other) = (&self.tree.modules[*from].path, &self.tree.modules[*to].path);
            let nested = own.starts_with(other) || other.starts_with(own);
            page(*from).is_some() && page(*to).is_some() && !nested
        });
        forbidden.map(|(_, _, told)| told).collect()
    }

    /// Where items of other crates are named: the file, the line, the whole path.
    fn outside(&self) -> impl Iterator<Item = (&str, usize, String)> {
        self.arrows.uses.iter().filter_map(|seen| match &seen.to {
            Found::Outside(path) => {
                Some((self.tree.file_of(seen.module), seen.line, format!("::{}::", path.join("::"))))
            }
            _ => None,
        })
    }

    /// Where one of these names (or several segments of a path) is used outside these files and folders.
    fn naming(&self, names: &[&str], except: &[&str]) -> Vec<String> {
        let is_one = |path: &str| names.iter().any(|name| path.contains(&format!("::{name}::")));
        let found = self.outside().filter(|(file, _, path)| is_one(path) && !within(file, except));
        found
            .map(|(file, line, path)| format!("{file}:{line} {}", path.trim_matches(':')))
            .collect()
    }

    fn calling(&self, names: &[&str]) -> Vec<String> {
        let found = self.arrows.calls.iter().filter(|call| names.contains(&call.name.as_str()));
        found
            .map(|call| format!("{} {}", self.place(call.module, call.line), call.name))
            .collect()
    }
}

/// Whether a file is one of these, or in one of these folders (`config` is `config.rs` and `config/`).
fn within(file: &str, places: &[&str]) -> bool {
    places.iter().any(|place| {
        let folder = place.trim_end_matches('/');
        file == *place || file == format!("{folder}.rs") || file.starts_with(&format!("{folder}/"))
    })
}

#[track_caller]
fn none(found: &[String]) {
    assert!(found.is_empty(), "{} places:\n{}", found.len(), found.join("\n"));
}

#[test]
fn nobody_uses_what_stands_above() {
    none(&Source::read().upwards());
}

#[test]
fn there_are_no_circles_between_files() {
    none(&Source::read().circles());
}

#[test]
fn a_type_has_its_methods_in_its_own_file() {
    none(&Source::read().split());
}

/// What two pages share belongs in `web`.
#[test]
fn no_page_uses_another() {
    none(&Source::read().between_pages());
}

#[test]
fn only_web_names_rocket() {
    let source = Source::read();
    let rocket = &HTTP[2..5];
    let known = ROCKET.map(|(place, _)| place);
    none(&source.naming(rocket, &[&known[..], &["web"]].concat()));
    none(&source.naming(&["rocket_db_pools"], &["lib.rs", "db/pool.rs", "db/vestibule.rs", "tasks.rs"]));
    for place in known {
        let named = source.outside().any(|(file, _, path)| {
            within(file, &[place]) && rocket.iter().any(|name| path.starts_with(&format!("::{name}::")))
        });
        assert!(named, "{place} names Rocket no more: take it out of ROCKET");
    }
}

/// The domain works without HTTP: no request, no cookie, no status code, no template.
#[test]
fn the_domain_knows_no_http() {
    let source = Source::read();
    let speaks = source.outside().filter(|(file, _, path)| {
        within(file, &DOMAIN) && HTTP.iter().any(|name| path.starts_with(&format!("::{name}::")))
    });
    none(
        &speaks
            .map(|(file, line, path)| format!("{file}:{line} {path}"))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn no_file_has_two_jobs() {
    let lines = |path: &PathBuf| fs::read_to_string(path).unwrap().lines().count();
    let long = files(&root().join("src"), "rs")
        .into_iter()
        .filter(|path| lines(path) > FILE_LINES);
    none(&long.map(|path| path.display().to_string()).collect::<Vec<_>>());
}

/// sqlx accepts only literals, unless a text is declared safe. One file does so: the user list, whose statements are
/// built from enums. No public function of that file has a text as a parameter.
///
/// ASVS 1.2.4
#[test]
fn statements_are_literals_or_built_from_enums() {
    const BUILDER: &str = "accounts/admin/directory/statements.rs";
    none(&Source::read().naming(&["AssertSqlSafe", "QueryBuilder", "raw_sql", "SqlStr"], &[BUILDER]));
    let builder = fs::read_to_string(root().join("src").join(BUILDER)).unwrap();
    assert_eq!(builder.matches("AssertSqlSafe(").count(), 1);
    let public: Vec<&str> = builder
        .lines()
        .filter(|line| line.contains("pub ") || line.contains("pub("))
        .collect();
    assert!(public.contains(&"    pub fn sql(self) -> SqlStr {"), "{public:?}");
    for line in public.iter().filter(|line| line.contains("fn ")) {
        let (parameters, _) = line.split_once(") ").unwrap();
        assert!(!parameters.contains("str") && !parameters.contains("String"), "{line}");
    }
    for line in builder.lines().filter(|line| line.starts_with("impl")) {
        assert!(!line.contains("From<") && !line.contains("FromStr"), "{line}");
    }
}

/// ASVS 1.2.5
#[test]
fn no_other_program_is_run() {
    none(&Source::read().naming(&["process::Command", "CommandExt", "libc", "SendmailTransport"], &[]));
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    assert!(!manifest.contains("sendmail-transport"));
}

/// The compiler refuses `unsafe` in a crate with this attribute.
///
/// ASVS 1.4.1, 15.4.1
#[test]
fn nothing_is_unsafe() {
    for name in ["lib.rs", "main.rs"] {
        let file = syn::parse_file(&fs::read_to_string(root().join("src").join(name)).unwrap()).unwrap();
        let forbids = file.attrs.iter().any(|attribute| {
            let of_unsafe = |name: syn::Ident| name == "unsafe_code";
            attribute.path().is_ident("forbid") && attribute.parse_args().is_ok_and(of_unsafe)
        });
        assert!(forbids, "{name} does not forbid unsafe code");
    }
}

#[test]
fn nothing_is_left_to_chance() {
    let source = Source::read();
    none(&source.calling(&["unwrap"]));
    none(&source.naming(&["todo!", "unimplemented!", "dbg!", "panic!"], &[]));
    none(&source.naming(&["SystemTime::now"], &[CLOCK]));
}

/// Every form is read by the type that requires the exact names of its fields.
#[test]
fn every_form_has_exact_names() {
    none(&Source::read().naming(&["form::Form"], &FORMS));
}

/// Templates come only from files, and the engine escapes what they show. The only exception are our own URLs of static
/// files. Templates contain no script, and only those of mails contain styles.
///
/// ASVS 1.1.2, 1.3.2
#[test]
fn templates_escape_what_they_show() {
    let templates = ["html", "txt"].map(|ending| files(&root().join("templates"), ending)).concat();
    assert!(templates.len() > 20);
    for path in templates {
        let (text, name) = (fs::read_to_string(&path).unwrap(), path.display());
        for line in text.lines().filter(|line| line.replace(' ', "").contains("|safe")) {
            // The URL of one of our files: its name and its hash.
            assert!(line.contains("{{ asset(file=\"") && line.matches("| safe").count() == 1, "{name}: {line}");
        }
        for word in [
            "autoescape",
            "safe(",
            "<script>",
            "javascript:",
            " onclick=",
            " onsubmit=",
        ] {
            assert!(!text.contains(word), "{name}: {word}");
        }
        assert!(!text.contains(" style=\"") || path.starts_with(root().join("templates").join(MAILS)), "{name}");
    }
    let source = Source::read();
    none(&source.calling(&["one_off", "render_str"]));
    // Escaping is set in one place: on for HTML, off for plain-text mails.
    let set = source.calling(&["autoescape_on"]);
    assert!(set.len() == 1 && set[0].starts_with("assets.rs:"), "{set:?}");
    let assets = fs::read_to_string(root().join("src/assets.rs")).unwrap();
    assert!(assets.contains("autoescape_on(vec![\".html\"])"));
}

/// ASVS 1.3.2, 3.2.2
#[test]
fn scripts_make_neither_code_nor_markup_of_text() {
    let makes_code = ["eval(", "new Function", "setTimeout(\"", "setInterval(\"", "import("];
    let makes_markup = [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "DOMParser",
        "srcdoc",
    ];
    let stores = ["localStorage", "sessionStorage", "indexedDB", "document.cookie"];
    let goes_elsewhere = ["http:", "https:"];
    let scripts = files(&root().join("static"), "js");
    assert!(!scripts.is_empty());
    for path in scripts {
        let text = fs::read_to_string(&path).unwrap();
        for word in [&makes_code[..], &makes_markup, &stores, &goes_elsewhere].concat() {
            assert!(!text.contains(word), "{}: {word}", path.display());
        }
    }
}
