use super::argon2id::MAX_STORED_MEMORY_KIB;
use zeroize::Zeroizing;

use super::*;

/// Cheap, so that the tests are quick.
const CHEAP: Parameters = Parameters {
    memory_kib: 64,
    iterations: 2,
    parallelism: 1,
};

fn pepper(number: u8) -> Pepper {
    Pepper {
        id: [number; 6],
        key: Zeroizing::new([number; 32]),
    }
}

fn hasher_with(parameters: Parameters, current: u8, previous: &[u8]) -> Hasher {
    let settings = HashingSettings {
        parameters,
        threads: 1,
        queue: 8,
        reserved: 2,
    };
    Hasher::new(settings, pepper(current), previous.iter().copied().map(pepper).collect()).unwrap()
}

fn hasher() -> Hasher {
    hasher_with(CHEAP, 1, &[])
}

fn typed(text: &str) -> Password {
    Password::typed(text).ok().unwrap()
}

async fn hash(hasher: &Hasher, text: &str) -> PasswordHash {
    hasher.hash(typed(text), Priority::Stranger).await.unwrap()
}

async fn verify(hasher: &Hasher, text: &str, stored: &PasswordHash) -> Verification {
    hasher.verify(typed(text), Some(stored), Priority::Stranger).await.unwrap()
}

/// The renewed hash, which must be there, be ours, and fit without being renewed again.
async fn renewed(hasher: &Hasher, text: &str, stored: &str) -> PasswordHash {
    match verify(hasher, text, &PasswordHash::from_stored(stored.to_owned())).await {
        Verification::Right { renewed: Some(renewed) } => {
            assert_eq!(verify(hasher, text, &renewed).await, RIGHT);
            assert!(renewed.as_str().starts_with("$argon2id$v=19$") && renewed.as_str().contains(",keyid="));
            renewed
        }
        verdict => panic!("{stored}: {verdict:?}"),
    }
}

async fn is_wrong(hasher: &Hasher, text: &str, stored: &str) -> bool {
    verify(hasher, text, &PasswordHash::from_stored(stored.to_owned())).await == Verification::Wrong
}

const RIGHT: Verification = Verification::Right { renewed: None };

// ASVS 11.4.2
#[tokio::test]
async fn new_hashes_are_argon2id_with_19_mib_and_two_passes() {
    let hasher = hasher_with(Parameters::default(), 1, &[]);
    let hash = hash(&hasher, "heron barge lantern").await;
    let fields: Vec<&str> = hash.as_str().split('$').collect();
    assert_eq!(fields[..4], ["", "argon2id", "v=19", "m=19456,t=2,p=1,keyid=AQEBAQEB"]);
    let bytes = |field: &str| data_encoding::BASE64_NOPAD.decode(field.as_bytes()).unwrap().len();
    assert_eq!((bytes(fields[4]), bytes(fields[5]), fields.len()), (16, 32, 6));
    assert_eq!(verify(&hasher, "heron barge lantern", &hash).await, RIGHT);
}

#[tokio::test]
async fn every_hash_has_a_salt_of_its_own_and_hides_in_debug() {
    let hasher = hasher();
    let (one, other) = (hash(&hasher, "same").await, hash(&hasher, "same").await);
    assert_ne!(one, other);
    assert_eq!(format!("{one:?}"), "PasswordHash(…)");
}

// ASVS 6.2.8
#[tokio::test]
async fn only_exactly_the_same_password_is_right() {
    let hasher = hasher();
    let long = "heron barge lantern moss ".repeat(5);
    let stored = hash(&hasher, &long).await;
    assert_eq!(verify(&hasher, &long, &stored).await, RIGHT);
    let mut other_73rd = long.clone();
    other_73rd.replace_range(72..73, "X");
    let trimmed = long.trim_end();
    for wrong in [
        trimmed,
        &format!(" {long}"),
        &long.to_uppercase(),
        &long[..72],
        &other_73rd,
        &format!("{long}x"),
    ] {
        assert_eq!(verify(&hasher, wrong, &stored).await, Verification::Wrong, "{wrong}");
    }
    // One password, two keyboards: NFC and NFD.
    let stored = hash(&hasher, "Köln Ångström").await;
    assert_eq!(verify(&hasher, "Ko\u{308}ln A\u{30a}ngstro\u{308}m", &stored).await, RIGHT);
    assert_eq!(verify(&hasher, "Koln Angstrom", &stored).await, Verification::Wrong);
}

/// A thread that is new has no memory: afterwards it has as much as a hash of today's cost takes.
async fn costs_a_hash_and_is_wrong(stored: Option<&PasswordHash>) -> bool {
    let hasher = hasher();
    let verdict = hasher.verify(typed("x"), stored, Priority::Stranger).await;
    let is_warm =
        |memory: &mut worker_pool::Memory| Ok::<_, std::convert::Infallible>(memory.is_warm(CHEAP.memory_kib as usize));
    verdict == Ok(Verification::Wrong) && hasher.workers.run(Priority::Stranger, is_warm).await == Ok(true)
}

#[tokio::test]
async fn what_is_no_hash_fits_no_password_and_costs_as_much() {
    for stored in [
        "",
        "!",
        "*",
        "x",
        "$",
        "$$",
        "plain",
        "5f4dcc3b5aa765d61d8327deb882cf99",
        "$argon2id$",
        "$argon2id$v=19$m=64,t=2,p=1",
        "$argon2id$v=19$m=64,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg",
        "$argon2id$v=19$m=64,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$",
        "$argon2id$v=18$m=64,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$3zuzMZazkjBOX2ZUa2CVqZkYijcgdy+JXpJEDfPqWrE",
        "$argon2id$v=19$m=0,t=0,p=0$MDEyMzQ1Njc4OWFiY2RlZg$3zuzMZazkjBOX2ZUa2CVqZkYijcgdy+JXpJEDfPqWrE",
        "$argon2id$v=19$m=64,t=2,p=4294967295$MDEyMzQ1Njc4OWFiY2RlZg$3zuzMZazkjBOX2ZUa2CVqZkYijcgdy+JXpJEDfPqWrE",
        "$argon2id$v=19$m=64,t=2,p=536870913$MDEyMzQ1Njc4OWFiY2RlZg$3zuzMZazkjBOX2ZUa2CVqZkYijcgdy+JXpJEDfPqWrE",
        "$scrypt$ln=16,r=8,p=1$c2FsdA$aGFzaA",
        "$2b$12$GhvMmNVjRW29ulnudl.LbuAnUtN/LRfe1JsBm1Xu6LE3059z5Tr8m",
        "$pbkdf2-sha256$",
        "$pbkdf2-sha256$1000$$",
        "$pbkdf2-sha256$1000$c2FsdA$",
        "$pbkdf2-sha256$1000$c2FsdA$x",
        "$pbkdf2-sha256$1000$c2FsdA$c2hvcnQ",
        "$pbkdf2-sha256$0$c2FsdA$LaFO2RIF2xPBRhBm34dYZEV0TkqGmqoWkG6U1LV/HQg",
        "$pbkdf2-sha256$5000001$c2FsdA$LaFO2RIF2xPBRhBm34dYZEV0TkqGmqoWkG6U1LV/HQg",
    ] {
        let stored = PasswordHash::from_stored(stored.to_owned());
        assert!(costs_a_hash_and_is_wrong(Some(&stored)).await, "{}", stored.as_str());
    }
    assert!(costs_a_hash_and_is_wrong(None).await);
}

#[tokio::test]
async fn an_old_pepper_still_counts_and_is_replaced_and_an_unknown_one_does_not() {
    let stored = hash(&hasher_with(CHEAP, 1, &[]), "heron").await;
    let rotated = hasher_with(CHEAP, 2, &[9, 1]);
    let new = renewed(&rotated, "heron", stored.as_str()).await;
    assert!(new.as_str().contains("keyid=AgICAgIC"));
    assert_eq!(verify(&rotated, "barge", &stored).await, Verification::Wrong);
    assert_eq!(verify(&hasher_with(CHEAP, 2, &[]), "heron", &stored).await, Verification::Wrong);
    // The right name with another key, and the name taken off: the pepper is part of the hash.
    let liar = Pepper {
        id: [1; 6],
        key: Zeroizing::new([7; 32]),
    };
    let settings = HashingSettings {
        parameters: CHEAP,
        threads: 1,
        queue: 8,
        reserved: 0,
    };
    assert_eq!(
        verify(&Hasher::new(settings, liar, Vec::new()).unwrap(), "heron", &stored).await,
        Verification::Wrong
    );
    assert!(is_wrong(&rotated, "heron", &stored.as_str().replace(",keyid=AQEBAQEB", "")).await);
}

#[tokio::test]
async fn weaker_hashes_are_renewed_and_stronger_ones_kept() {
    let today = hasher_with(
        Parameters {
            memory_kib: 128,
            iterations: 3,
            parallelism: 1,
        },
        1,
        &[],
    );
    for (memory_kib, iterations, parallelism, kept) in [
        (128, 3, 1, true),
        (256, 3, 1, true),
        (128, 4, 1, true),
        (128, 3, 2, true),
        (127, 3, 1, false),
        (512, 2, 1, false),
    ] {
        let stored = hash(
            &hasher_with(
                Parameters {
                    memory_kib,
                    iterations,
                    parallelism,
                },
                1,
                &[],
            ),
            "heron",
        )
        .await;
        if kept {
            assert_eq!(verify(&today, "heron", &stored).await, RIGHT);
        } else {
            assert!(
                renewed(&today, "heron", stored.as_str())
                    .await
                    .as_str()
                    .contains("$m=128,t=3,p=1,")
            );
        }
    }
}

#[tokio::test]
async fn a_stored_hash_cannot_take_the_machine() {
    let hasher = hasher();
    let stored = hash(&hasher, "heron").await;
    for cost in [
        format!("m={},t=1", MAX_STORED_MEMORY_KIB + 1),
        "m=4294967295,t=1".to_owned(),
        "m=64,t=4294967295".to_owned(),
        format!("m={MAX_STORED_MEMORY_KIB},t=17"),
    ] {
        assert!(is_wrong(&hasher, "heron", &stored.as_str().replace("m=64,t=2", &cost)).await);
    }
}

/// Made by argon2-cffi 25.1.0 (the reference implementation in C), without a pepper.
#[tokio::test]
async fn argon2_hashes_of_other_programs_are_taken_over() {
    let hasher = hasher();
    for stored in [
        "$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$b7ay7HqH7KHeHvvAyL6ErC3yvo2P5QMEqGJd0iT8xcM",
        "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$UmEIBvqbExvmkekN8RMqTg",
        "$argon2id$v=19$m=32768,t=3,p=2$MDEyMzQ1Njc4OWFiY2RlZg$2l/RVXGIMJ84J9OtCswqo1Xf2peC5G8B2vGQTpMIBKs",
        "$argon2i$v=19$m=64,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$3zuzMZazkjBOX2ZUa2CVqZkYijcgdy+JXpJEDfPqWrE",
    ] {
        renewed(&hasher, "argon from another library", stored).await;
        assert!(is_wrong(&hasher, "argon from another librarx", stored).await);
    }
}

/// Made by passlib 1.7.4, `pbkdf2_sha256`: default rounds; one round; no salt; 8, 64, 17 and 5 bytes of salt; 60,000
/// rounds.
#[tokio::test]
async fn passlib_hashes_are_taken_over() {
    let hasher = hasher();
    let sixty_four = "$pbkdf2-sha256$777$cg6h9H7P2dv7v1fqXYsxhlBqDYGQcg5hrFWq9X7vfY9xrvXeG4PwHoNwrvW.t3ZurXVOiZFy7n2vVQrBeC.l9A\
        $de.Z3hKpM1P.B6R7yvsQjoeDhViZGZ.cA57ytEB3S7o";
    for (password, stored) in [
        (
            "correct horse battery staple",
            "$pbkdf2-sha256$29000$FCKkNKZ0DuF8LyUkpJTyvg$.FLj5PSJyZCLZx6XnP0EIDwKy3rYsAreu/ONc4KIk7g",
        ),
        ("one round", "$pbkdf2-sha256$1$b22N8b53jpGSUkpJaQ3BeA$wBGNy0tvI6YFCqZZJVPNNRlxUw2I5AYOvgTq/fk/nsM"),
        ("no salt at all", "$pbkdf2-sha256$12345$$shxQFy/UO3VMDJyVsT4gYj4GNDNeR8BoLumKL8gbF8U"),
        ("eight bytes of salt", "$pbkdf2-sha256$1000$3dsbI8S4txY$mzzw8kG/mfU984ZndF9woyKjHEb6yeNhHhQUMTEM9/c"),
        ("sixty-four bytes", sixty_four),
        (
            "Bücherwurm Straße №1 ①ﬁ",
            "$pbkdf2-sha256$2000$gDDmnHOuFQJgDCHE.F8LYQw$Ia.YB.TUgvB94dKIt.yeULTeek2w/LsLa9XHPItWvs4",
        ),
        (
            "many rounds",
            "$pbkdf2-sha256$60000$dc6Zs5ZyzhkDoPTemzMGwJgTwphzLgWgVOp9zzmn1Jo$Ez6K8SQkAWb.zgKQIpQZdw5AFwjxG56DS7DxqYOe1ck",
        ),
    ] {
        renewed(&hasher, password, stored).await;
        for wrong in [&format!("{password} "), &password.to_uppercase()] {
            assert!(is_wrong(&hasher, wrong, stored).await);
        }
        assert!(is_wrong(&hasher, password, &stored[..stored.len() - 1]).await);
        assert!(is_wrong(&hasher, password, &format!("{stored}$")).await);
    }
}

#[tokio::test]
async fn a_legacy_hash_is_compared_as_typed_and_its_successor_after_nfkc() {
    // The password was decomposed (NFD) when passlib hashed it.
    let decomposed = "A\u{30a}ngstro\u{308}m u\u{308}ber Ko\u{308}ln";
    let stored = "$pbkdf2-sha256$2000$FqL0npM$v5baALOjkj/YF3tQHHKWnyWnZwJLrNAGLO.EtK2j1YE";
    let hasher = hasher();
    assert!(is_wrong(&hasher, "Ångström über Köln", stored).await);
    let renewed = renewed(&hasher, decomposed, stored).await;
    assert_eq!(verify(&hasher, "Ångström über Köln", &renewed).await, RIGHT);
}

#[tokio::test]
async fn a_new_password_is_checked_and_hashed_in_one_go() {
    let hasher = hasher();
    let policy = Arc::new(PasswordPolicy::default());
    let personal = vec!["ana@example.org".to_owned(), "Zoë Brandt".to_owned()];
    let choose = async |text: &str| {
        let (policy, personal) = (Arc::clone(&policy), personal.clone());
        hasher
            .check_and_hash(policy, personal, typed(text), Priority::Stranger)
            .await
            .unwrap()
    };
    assert_eq!(choose("short").await, Err(PasswordError::TooShort { min: 12 }));
    assert_eq!(choose("password1234").await, Err(PasswordError::Common));
    assert!(matches!(choose("brandt lantern moss").await, Err(PasswordError::Personal { .. })));
    assert_eq!(choose("zzzzzzzzzzzzzzzzzzzzzzzzz").await, Err(PasswordError::Weak));
    let stored = choose("heron barge lantern").await.unwrap();
    assert_eq!(verify(&hasher, "heron barge lantern", &stored).await, RIGHT);
}

#[test]
fn impossible_parameters_are_refused_at_the_start() {
    for (memory_kib, iterations, parallelism) in [
        (0, 2, 1),
        (7, 2, 1),
        (64, 0, 1),
        (64, 2, 0),
        (64, 2, 9),
        (64, 2, u32::MAX),
        (u32::MAX, 2, u32::MAX),
    ] {
        let parameters = Parameters {
            memory_kib,
            iterations,
            parallelism,
        };
        let settings = HashingSettings {
            parameters,
            ..HashingSettings::default()
        };
        assert!(matches!(Hasher::new(settings, pepper(1), Vec::new()), Err(HasherError::Parameters(_))));
    }
}
