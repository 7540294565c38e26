//! Rules about the source, the dependencies and what is shipped, which cannot be tested on a running program.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Files below a folder with that ending: path and text.
fn files(folder: &str, ending: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|of| of == ending) {
                let name = path.strip_prefix(root()).unwrap().display().to_string();
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    assert!(!found.is_empty(), "{folder} has no .{ending}");
    found.sort();
    found
}

/// The program's source without comments and without unit tests, which are at the end of a file or in a file of their
/// own.
fn source() -> Vec<(String, String)> {
    let mut found = files("src", "rs");
    found.retain(|(name, _)| !name.ends_with("tests.rs"));
    for (_, text) in &mut found {
        let code = text.split("\n#[cfg(test)]\n").next().unwrap();
        let lines = code.lines().map(|line| line.split("//").next().unwrap());
        *text = lines.collect::<Vec<_>>().join("\n");
    }
    found
}

/// The files whose code contains one of these words.
fn naming(words: &[&str]) -> BTreeSet<String> {
    let sources = source();
    let named = sources.iter().filter(|(_, code)| words.iter().any(|word| code.contains(word)));
    named.map(|(name, _)| name.clone()).collect()
}

#[track_caller]
fn only_in(words: &[&str], allowed: &[&str]) {
    let there = naming(words);
    let allowed: BTreeSet<String> = allowed.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(there, allowed, "{words:?} stand in other files than these");
}

/// The packages in Cargo.lock, each as its lines.
fn packages() -> Vec<String> {
    let lock = read("Cargo.lock");
    let packages: Vec<String> = lock.split("[[package]]\n").skip(1).map(str::to_owned).collect();
    assert!(packages.len() > 200);
    packages
}

fn value<'a>(package: &'a str, key: &str) -> Option<&'a str> {
    let line = package.lines().find_map(|line| line.strip_prefix(&format!("{key} = ")))?;
    Some(line.trim_matches('"'))
}

// ------------------------------------------------------------------------------------------------------------ numbers

/// In release an overflow is a panic, which ends one request, and never a wrapped number. Where a number may be
/// truncated, the line says why that cannot go wrong.
///
/// ASVS 1.4.2
#[test]
fn no_number_wraps_unseen() {
    let manifest = read("Cargo.toml");
    let release = manifest
        .split("\n[profile.release]\n")
        .nth(1)
        .unwrap()
        .split("\n[")
        .next()
        .unwrap();
    assert!(release.lines().any(|line| line == "overflow-checks = true"));
    let lints = manifest.split("\n[lints.clippy]\n").nth(1).unwrap();
    assert!(
        lints.contains("pedantic = {"),
        "clippy::cast_possible_truncation and its siblings are pedantic lints"
    );
    for (name, text) in files("src", "rs") {
        let words = ["wrapping_", "unchecked_", "overflowing_"];
        for (number, line) in text.lines().enumerate() {
            assert!(words.iter().all(|word| !line.contains(word)), "{name}:{}: {line}", number + 1);
        }
        for (at, _) in text.match_indices("clippy::cast_") {
            let rest: String = text[at..].chars().take(300).collect();
            let attribute = rest.split(")]").next().unwrap();
            assert!(attribute.contains("reason ="), "{name}: a cut number without a reason: {attribute}");
        }
    }
}

// ------------------------------------------------------------------------------------------------------------ scripts

/// No name of a page's element affects a script: no script uses names of the document or the window, and every script
/// is a module, so it adds no names to the window.
///
/// ASVS 3.2.3
#[test]
fn no_element_stands_in_for_something_of_the_scripts() {
    for (name, text) in files("static", "js") {
        for word in [
            "document.forms",
            "document.images",
            "document.all",
            "window.",
            "self.",
            "globalThis",
            "getElementsByName",
            "var ",
            "function ",
        ] {
            assert!(!text.contains(word), "{name}: {word}");
        }
        for (at, _) in text.match_indices("document.") {
            let member: String = text[at + "document.".len()..]
                .chars()
                .take_while(|letter| letter.is_alphanumeric())
                .collect();
            let methods = [
                "querySelector",
                "querySelectorAll",
                "getElementById",
                "createElement",
                "addEventListener",
            ];
            assert!(methods.contains(&&*member), "{name}: document.{member}");
        }
    }
}

/// No script takes the name of a property from the page, so nothing can reach the prototype of all objects.
///
/// ASVS 15.3.6
#[test]
fn no_script_takes_a_propertys_name_from_the_page() {
    for (name, text) in files("static", "js") {
        for word in [
            "__proto__",
            "prototype",
            "constructor",
            "Object.assign",
            "Object.entries",
            "JSON.parse",
            "Reflect.",
            "for (const key in",
            " in ",
        ] {
            assert!(!text.contains(word), "{name}: {word}");
        }
        let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        for line in lines {
            assert!(!line.contains('['), "{name}: a computed name: {line}");
        }
    }
}

// ------------------------------------------------------------------------------------------------------- cryptography

/// All cryptography comes from widely reviewed packages; none is written here. TLS has one implementation.
///
/// ASVS 11.2.1
#[test]
fn cryptography_comes_from_the_vetted_packages_alone() {
    // RustCrypto (of which a part comes with `webauthn-rs`), aws-lc through rustls and jsonwebtoken, and dalek's `subtle`.
    const VETTED: [&str; 35] = [
        "aes",
        "aes-gcm",
        "aes-kw",
        "argon2",
        "aws-lc-rs",
        "aws-lc-sys",
        "blake2",
        "chacha20",
        "chacha20poly1305",
        "cipher",
        "crypto-bigint",
        "crypto-common",
        "crypto-glue",
        "crypto-primes",
        "digest",
        "ecdsa",
        "elliptic-curve",
        "getrandom",
        "hkdf",
        "hmac",
        "md-5",
        "md5",
        "pbkdf2",
        "ring",
        "rsa",
        "rustls",
        "rustls-native-certs",
        "rustls-pki-types",
        "rustls-webpki",
        "scrypt",
        "sha1",
        "sha2",
        "signature",
        "subtle",
        "tokio-rustls",
    ];
    const TELLTALE: [&str; 26] = [
        "aes",
        "argon",
        "aws-lc",
        "bcrypt",
        "blake",
        "blowfish",
        "chacha",
        "cipher",
        "crypto",
        "curve25519",
        "des",
        "digest",
        "ecdsa",
        "ed25519",
        "elliptic",
        "hmac",
        "hkdf",
        "md-5",
        "md5",
        "openssl",
        "pbkdf",
        "rc4",
        "ring",
        "rsa",
        "scrypt",
        "sha",
    ];
    let mut names: BTreeSet<String> = packages()
        .iter()
        .filter_map(|package| value(package, "name").map(str::to_owned))
        .collect();
    // It finds the system's certificates and contains no OpenSSL.
    names.remove("openssl-probe");
    for name in &names {
        let word = name.replace('_', "-");
        let of_cryptography = TELLTALE.iter().any(|tell| {
            word == *tell
                || word.starts_with(&format!("{tell}-"))
                || word.starts_with(tell) && word[tell.len()..].parse::<u32>().is_ok()
        });
        assert!(!of_cryptography || VETTED.contains(&&**name), "{name} is not on the list of vetted cryptography");
    }
    only_in(
        &[
            "impl Digest for",
            "impl Mac for",
            "impl BlockCipher",
            "rotate_left",
            "rotate_right",
        ],
        &[],
    );
}

/// The program itself encrypts private keys, by AES-256-GCM in one file, whose nonce the library chooses, and secrets of second
/// factors, by XChaCha20-Poly1305 in another one, with random nonces of 24 bytes. So there is no block mode, padding or other
/// cipher, but for those of `crypto-glue`, which `webauthn-rs` brings and nobody calls: it verifies signatures. (The story `ciphers.rs` shows what TLS uses.)
///
/// ASVS 11.3.1, 11.3.2
#[test]
fn nothing_but_private_keys_and_secrets_of_second_factors_is_encrypted() {
    let ciphers = [
        "Aes",
        "aes_gcm",
        "ChaCha",
        "chacha20poly1305",
        "aead",
        "Cipher",
        "encrypt(",
        "decrypt(",
        "Cbc",
        "Ecb",
        "Pkcs1",
        "aws_lc_rs",
    ];
    only_in(&ciphers, &["src/tokens/key_pair.rs", "src/tokens/sealed.rs"]);
    for package in packages() {
        let name = value(&package, "name").unwrap();
        for cipher in [
            "aes",
            "aes-gcm",
            "cbc",
            "ecb",
            "ctr",
            "des",
            "rc4",
            "blowfish",
            "block-modes",
            "rsa",
        ] {
            assert!(
                name != cipher || comes_with_passkeys(name),
                "{cipher} came in: say in docs/security.md what it is for, and prove 11.3.1 to 11.3.5"
            );
        }
    }
    let verifying = [
        "src/accounts/webauthn/relying_party.rs",
        "src/accounts/webauthn/relying_party/vectors.rs",
        "src/accounts/webauthn/response.rs",
    ];
    only_in(&["webauthn_rs"], &verifying);
    only_in(&["crypto_glue"], &[]);
}

/// Whether a package is part of the program by way of `crypto-glue` alone, and that by way of `webauthn-rs`.
fn comes_with_passkeys(name: &str) -> bool {
    let users = |of: &str| -> Vec<String> {
        let uses = |package: &&String| {
            let dependencies = package.split("\ndependencies = [").nth(1).unwrap_or_default();
            let mut named = dependencies.lines().filter_map(|line| line.trim().strip_prefix('"'));
            named.any(|line| line.split(['"', ' ']).next() == Some(of))
        };
        let found = packages();
        let named = found
            .iter()
            .filter(uses)
            .map(|package| value(package, "name").unwrap().to_owned());
        named.collect()
    };
    match name {
        // `p256` signs in the stories, and is no part of the program.
        "webauthn-rs-core" | "webauthn-attestation-ca" | "p256" => true,
        "vestibule" => false,
        name => {
            let users = users(name);
            !users.is_empty() && users.iter().all(|user| comes_with_passkeys(user))
        }
    }
}

/// The only digest is SHA-256, with all 256 bits where security depends on it.
///
/// ASVS 11.4.1, 11.4.3
#[test]
fn the_only_digest_is_sha_256() {
    for (name, code) in source() {
        for digest in [
            "Md5",
            "md5",
            "Sha1",
            "sha1",
            "Sha224",
            "Blake",
            "Crc",
            "crc32",
            "SipHasher",
            "DefaultHasher",
        ] {
            // The checksum of a personal token tells a typing error, and protects nothing.
            if digest == "crc32" && name == "src/tokens/personal_token.rs" {
                continue;
            }
            let spoken_of = code.match_indices(digest).any(|(at, _)| !code[..at].ends_with('"'));
            assert!(!spoken_of, "{name}: {digest}");
        }
        // Truncated only in the names of static files.
        let cut = code.lines().any(|line| line.contains("digest(") && line.contains("[.."));
        assert!(!cut || name == "src/web/pages/static_files.rs", "{name}: a digest is cut");
    }
    let manifest = read("Cargo.toml");
    for digest in ["md-5", "md5", "sha1", "sha-1", "crc"] {
        let mut lines = manifest.lines().filter(|line| !line.starts_with("crc32fast ="));
        assert!(!lines.any(|line| line.starts_with(digest)), "{digest}");
    }
}

/// Keys are derived from the master secret, which is random and long, and never from a password: HKDF is used in one
/// file, which knows no password.
///
/// ASVS 11.4.4
#[test]
fn no_key_is_made_of_a_password() {
    only_in(&["Hkdf", "hkdf::"], &["src/tokens/keys.rs"]);
    let keys = read("src/tokens/keys.rs");
    assert!(keys.contains("secret: &MasterSecret"), "HKDF is given the master secret");
    assert!(!keys.contains("Password") && !keys.contains("pbkdf2"));
}

/// Secrets are compared in constant time, or by looking up their digest in the database. Nowhere are two secrets
/// compared byte by byte.
///
/// ASVS 11.2.4
#[test]
fn secrets_are_compared_in_constant_time() {
    let comparing = naming(&["ct_eq"]);
    for file in [
        "src/tokens/email_tokens.rs",
        "src/accounts/passwords/hasher/argon2id.rs",
        "src/accounts/passwords/hasher/legacy.rs",
    ] {
        assert!(comparing.contains(file), "{file}");
    }
    let secrets = [
        "hash",
        "digest",
        "mac",
        "secret",
        "token",
        "code",
        "output",
        "key.bytes",
    ];
    for (name, code) in source() {
        if !["src/tokens/", "src/accounts/", "src/web/", "src/config/secret"]
            .iter()
            .any(|room| name.starts_with(room))
        {
            continue;
        }
        for (number, line) in code.lines().enumerate() {
            for operator in [" == ", " != "] {
                let Some((left, right)) = line.split_once(operator) else {
                    continue;
                };
                let word = |text: &str, last: bool| {
                    let parts: Vec<&str> = text
                        .split(|letter: char| !(letter.is_alphanumeric() || "_.".contains(letter)))
                        .filter(|part| !part.is_empty())
                        .collect();
                    if last {
                        parts.last().copied()
                    } else {
                        parts.first().copied()
                    }
                    .unwrap_or_default()
                    .to_owned()
                };
                let (left, right) = (word(left, true), word(right, false));
                let constant = |side: &str| {
                    side.chars()
                        .all(|letter| letter.is_ascii_uppercase() || letter == '_' || letter.is_ascii_digit())
                        || side.is_empty()
                };
                let secret = |side: &str| {
                    secrets.iter().any(|word| {
                        side == *word || side.ends_with(&format!(".{word}")) || side.ends_with(&format!("_{word}"))
                    })
                };
                // The name of a secret is not secret.
                let named = left.ends_with("name") || right.ends_with("name");
                let both = !named && (secret(&left) && !constant(&right) || secret(&right) && !constant(&left));
                assert!(!both, "{name}:{}: {}", number + 1, line.trim());
            }
        }
    }
}

/// A password is a type that is wiped when it is dropped and cannot be printed, and so is a key. Apart from the form
/// that contains it, no function has a password as plain text.
///
/// ASVS 11.7.2
#[test]
fn secrets_are_wiped_and_cannot_be_printed() {
    let holds = |file: &str, field: &str| assert!(read(file).contains(field), "{file}: {field}");
    holds("src/accounts/passwords/password.rs", "typed: SecretBox<String>");
    holds("src/accounts/passwords/password.rs", "normal: SecretBox<String>");
    holds("src/config/secret.rs", "struct MasterSecret(Zeroizing<Vec<u8>>)");
    holds("src/tokens/keys.rs", "bytes: Zeroizing<[u8; 32]>");
    for (name, code) in source() {
        for (at, _) in code.match_indices("struct ") {
            let declared: String = code[at..].chars().take(40).collect();
            let secret = ["struct Password {", "struct MasterSecret(", "struct DerivedKey {"]
                .iter()
                .any(|of| declared.starts_with(of));
            let above: String = code[..at].lines().rev().take(3).collect();
            assert!(!secret || !above.contains("Debug"), "{name}: {declared}");
        }
        if name.starts_with("src/accounts/") && !name.starts_with("src/accounts/passwords/") {
            for plain in ["password: &str", "password: String", "secret_key: &str"] {
                assert!(!code.contains(plain), "{name}: {plain}");
            }
        }
    }
}

// -------------------------------------------------------------------------------------------------- the world outside

/// Connections are opened in four places: the database driver, the mail transport, the health check, which connects to
/// the server itself, and `vestibule app check`, which the operator points at a proxy. No visitor can choose an address to
/// connect to.
///
/// ASVS 1.3.6, 13.2.4
#[test]
fn nothing_else_can_connect_to_anything() {
    only_in(
        &["TcpStream", "UdpSocket", "UnixStream", "ToSocketAddrs", "lookup_host"],
        &["src/cli/app/visitor.rs", "src/cli/healthcheck.rs", "src/mail/smtp.rs"],
    );
    only_in(&["reqwest::"], &["src/cli/app/visitor.rs"]);
    let manifest = read("Cargo.toml");
    let dependencies = manifest.split("\n[dev-dependencies]").next().unwrap();
    for client in ["hyper", "ureq", "curl", "isahc", "attohttpc", "awc", "surf", "hickory"] {
        assert!(!dependencies.lines().any(|line| line.starts_with(client)), "{client}");
    }
}

/// Only files that settings name or that the build knows are read. No path is made from what a visitor sends.
///
/// ASVS 13.2.5
#[test]
fn files_are_opened_where_settings_name_them() {
    for file in naming(&["fs::", " File::open", "(File::open", "OpenOptions"]) {
        let room = [
            "src/config/",
            "src/config.rs",
            "src/db/",
            "src/db.rs",
            "src/cli/",
            "src/cli.rs",
            "src/assets/",
            "src/assets.rs",
            "src/logging/",
        ];
        let allowed = room.iter().any(|room| file.starts_with(room)) || file == "src/web/pages/static_files.rs";
        assert!(allowed, "{file} opens files");
    }
    // This file reads the operator's logo, icon and stylesheet. Requested names are looked up in a table.
    let served = read("src/web/pages/static_files.rs");
    assert_eq!(served.matches("fs::").count(), 2, "the pictures, the stylesheet");
    assert_eq!(served.matches("std::fs::read(path)").count(), 2);
    assert!(served.contains("&site.logo") && served.contains("Some(path) = &self.stylesheet"));
}

// --------------------------------------------------------------------------------------------------------- production

/// The development mailbox and the clock that tests can move exist in debug builds only.
///
/// ASVS 13.4.2, 15.2.3
#[test]
fn nothing_for_development_is_in_a_release_build() {
    // What `dev` declares is in a module that has the same condition.
    let reached = files("src", "rs")
        .into_iter()
        .filter(|(name, _)| name != "src/web/pages/dev.rs");
    for (name, code) in reached {
        let lines: Vec<&str> = code.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            let told = |words: &[&str]| words.iter().any(|word| line.contains(word));
            let guarded = (at.saturating_sub(2)..at).any(|above| lines[above].contains("#[cfg(debug_assertions)]"));
            if told(&["mod dev;", "mod mailbox;", "dev::mailbox::routes", "pub fn advance("]) {
                assert!(guarded, "{name}:{}: {line}", at + 1);
            }
        }
    }
    let manifest = read("Cargo.toml");
    assert!(!manifest.contains("debug-assertions"), "a release build has none");
    let dockerfile = read("Dockerfile");
    assert!(dockerfile.contains("cargo build --release") && dockerfile.contains("ROCKET_PROFILE=release"));
    assert!(read("deploy/vestibule.service").contains("ROCKET_PROFILE=release"));
}

/// The files of the repository: those that git tracks, or all files in an unpacked copy.
fn kept_files() -> Vec<PathBuf> {
    let listed = Command::new("git").args(["ls-files", "-z"]).current_dir(root()).output();
    let Some(listed) = listed.ok().filter(|listed| listed.status.success()) else {
        return ["src", "tests", "deploy", "bin"]
            .iter()
            .flat_map(|folder| files(folder, "rs"))
            .map(|(name, _)| root().join(name))
            .collect();
    };
    let names = String::from_utf8(listed.stdout).unwrap();
    names
        .split('\0')
        .filter(|name| !name.is_empty())
        .map(|name| root().join(name))
        .collect()
}

/// No file contains a secret. Files for secrets cannot be committed and are not copied into an image. The image and the
/// service get their secrets from outside.
///
/// ASVS 13.3.1
#[test]
fn no_secret_is_in_the_repository_or_the_image() {
    for path in kept_files() {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let name = path.strip_prefix(root()).unwrap().display().to_string();
        let is_code = name.starts_with("tests/")
            || name.starts_with("src/")
            || name.starts_with("benches/")
            || name.starts_with("examples/");
        let is_prose = path.extension().is_some_and(|ending| ending == "md");
        let private = [
            "-----BEGIN PRIV",
            "-----BEGIN RSA PRIV",
            "-----BEGIN EC PRIV",
            "-----BEGIN OPENSSH PRIV",
            "AKIA",
            "ghp_",
            "xoxb-",
        ];
        for (number, line) in text.lines().enumerate() {
            let here = format!("{name}:{}", number + 1);
            assert!(name == "tests/promises.rs" || private.iter().all(|begin| !line.contains(begin)), "{here}");
            // A setting that gets a value outside of tests. A placeholder in a comment is permitted.
            let given = line
                .split_once("secret_key")
                .filter(|_| !is_code && !is_prose && !line.trim_start().starts_with(['#', '|']));
            let value =
                given.and_then(|(_, rest)| rest.split(['"', '\'', '=', ' ', '/']).find(|part| part.len() >= 32));
            assert_eq!(value, None, "{here}");
        }
    }
    let ignored = read(".gitignore");
    assert!(
        ignored.lines().any(|line| line.trim_matches('/') == "data"),
        "the folder of database and secret is not kept"
    );
    let ignored = read(".dockerignore");
    for name in ["data", "secrets"] {
        let listed = ignored.lines().any(|line| line.trim_matches('/') == name);
        // A list of what is included is as good as one of what is excluded.
        let closed = ignored.lines().any(|line| line == "*")
            && !ignored.lines().any(|line| line.trim_start_matches('!').starts_with(name));
        assert!(listed || closed, ".dockerignore lets {name} into the image");
    }
    for (file, taken) in [
        ("compose.yaml", "_FILE"),
        ("deploy/vestibule.service", "LoadCredential=secret_key"),
    ] {
        assert!(read(file).contains(taken), "{file}");
    }
    let dockerfile = read("Dockerfile");
    assert!(
        !dockerfile.contains("SECRET") && !dockerfile.contains("ARG "),
        "nothing secret is baked into the image"
    );
}

// -------------------------------------------------------------------------------------------------------------- parts

/// Cargo.lock and the lock file of the browser tests list all dependencies. Each has one version, a checksum, and one
/// of the two registries as its source, so no other package of the same name can replace it.
///
/// ASVS 15.1.2, 15.2.4
#[test]
fn every_part_is_listed_with_its_source_and_checksum() {
    for package in packages() {
        let name = value(&package, "name").unwrap();
        if name == "vestibule" {
            continue;
        }
        assert_eq!(value(&package, "source"), Some("registry+https://github.com/rust-lang/crates.io-index"), "{name}");
        assert!(value(&package, "checksum").is_some_and(|sum| sum.len() == 64), "{name}");
        assert!(value(&package, "version").is_some(), "{name}");
    }
    let rules = read("deny.toml");
    for rule in [
        "unknown-registry = \"deny\"",
        "unknown-git = \"deny\"",
        "wildcards = \"deny\"",
        "allow-git = []",
    ] {
        assert!(rules.contains(rule), "{rule}");
    }
    let manifest = read("Cargo.toml");
    for source in ["git = \"", "path = \"", "registry = \"", "[patch"] {
        let of_a_dependency = manifest.lines().any(|line| line.contains(source) && !line.starts_with("path"));
        assert!(!of_a_dependency, "{source}");
    }
    let lock: serde_json::Value = serde_json::from_str(&read("tests/browser/package-lock.json")).unwrap();
    for (name, package) in lock["packages"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(name, _)| !name.is_empty())
    {
        // npm omits the source of a package from its own registry.
        let from = package["resolved"].as_str().unwrap_or("https://registry.npmjs.org/");
        assert!(from.starts_with("https://registry.npmjs.org/"), "{name}: {from}");
        assert!(package["integrity"].as_str().is_some_and(|sum| sum.starts_with("sha512-")), "{name}");
    }
}

/// Everything is built from the lock file: none of our commands may use another version.
///
/// ASVS 15.2.4
#[test]
fn every_build_keeps_to_the_list() {
    for file in [
        "bin/test",
        "Dockerfile",
        "deploy/vestibule.service",
        ".github/workflows/ci.yml",
    ] {
        for line in read(file).lines() {
            let builds = [
                "cargo build",
                "cargo test",
                "cargo clippy",
                "cargo doc",
                "nextest run",
                "cargo install",
            ]
            .iter()
            .any(|word| line.contains(word));
            let said = line.contains("note ") || line.contains("skip ");
            assert!(!builds || said || line.contains("--locked"), "{file}: {line}");
            assert!(!line.contains("npm install"), "{file}: {line}");
        }
    }
}
