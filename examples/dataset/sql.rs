//! The statements, one text for both databases. Each row has a number `n` and four dice `a`, `b`, `c`, `d` (`Dice`).
//! Parameters are the first and the last number, the dice of the first, and the time.

/// One of 32 letters, selected by the die divided by `$by`.
macro_rules! letter {
    ($die:literal, $by:literal) => {
        concat!("substr('abcdefghijklmnopqrstuvwxyz234567', CAST(", $die, " / ", $by, " % 32 + 1 AS INTEGER), 1)")
    };
}

/// Six letters of a die. A seventh could be only one of two.
macro_rules! letters {
    ($die:literal) => {
        concat!(
            letter!($die, "1"),
            " || ",
            letter!($die, "32"),
            " || ",
            letter!($die, "1024"),
            " || ",
            letter!($die, "32768"),
            " || ",
            letter!($die, "1048576"),
            " || ",
            letter!($die, "33554432")
        )
    };
}

/// An id of 26 letters. It contains the whole first die, so all ids differ.
macro_rules! id {
    ($first:literal, $second:literal, $third:literal, $fourth:literal) => {
        concat!(
            letters!($first),
            " || ",
            letter!($first, "1073741824"),
            " || ",
            letters!($second),
            " || ",
            letter!($second, "1073741824"),
            " || ",
            letters!($third),
            " || ",
            letters!($fourth)
        )
    };
}

/// The numbers and dice of the rows.
macro_rules! numbers {
    () => {
        "
        WITH RECURSIVE
        numbers (n, a, b, c, d) AS (
            SELECT CAST($1 AS BIGINT), CAST($3 AS BIGINT), CAST($4 AS BIGINT), CAST($5 AS BIGINT), CAST($6 AS BIGINT)
            UNION ALL
            SELECT n + 1,
                a * 48271 % 2147483647,
                b * 69621 % 2147483647,
                c * 16807 % 2147483647,
                d * 39373 % 2147483647
            FROM numbers
            WHERE n < CAST($2 AS BIGINT))"
    };
}

/// The status: two percent are not confirmed, and six percent are disabled, but none of the first hundred.
macro_rules! status {
    () => {
        "CASE
            WHEN n % 100 IN (1, 2) THEN 'pending'
            WHEN n > 100 AND n % 100 IN (0, 10, 20, 30, 40, 50) THEN 'disabled'
            ELSE 'active'
        END"
    };
}

/// Given names, padded to ten characters each.
macro_rules! given {
    () => {
        concat!(
            "Ana       Ben       Clara     David     Elif      Felix     Greta     Hannah    ",
            "Ivan      Jule      Kofi      Léa       Mehmet    Noémi     Oskar     Priya     ",
            "Quentin   Rosa      Søren     Thea      Uma       Viktor    Wanda     Xavier    ",
            "Yuki      Zoë       Annika    Bruno     Chen      Dilara    Emil      Fatima    ",
        )
    };
}

/// The same as in addresses.
macro_rules! given_plain {
    () => {
        concat!(
            "ana       ben       clara     david     elif      felix     greta     hannah    ",
            "ivan      jule      kofi      lea       mehmet    noemi     oskar     priya     ",
            "quentin   rosa      soeren    thea      uma       viktor    wanda     xavier    ",
            "yuki      zoe       annika    bruno     chen      dilara    emil      fatima    ",
        )
    };
}

/// Family names, padded to ten characters each.
macro_rules! family {
    () => {
        concat!(
            "Abel      Bauer     Castro    de Vries  Eriksson  Fischer   García    Hoffmann  ",
            "Ito       Jansen    Kowalski  Lindgren  Müller    Nguyen    O’Brien   Petrov    ",
            "Quinn     Rossi     Schröder  Tanaka    Ueda      van Dam   Weber     Xu        ",
            "Yilmaz    Zimmer    Andersen  Bianchi   Cohen     Dubois    Evans     Fontaine  ",
            "Gruber    Hansen    Ivanov    Jones     Keller    Lopez     Moreau    Novak     ",
        )
    };
}

/// The same as in addresses.
macro_rules! family_plain {
    () => {
        concat!(
            "abel      bauer     castro    devries   eriksson  fischer   garcia    hoffmann  ",
            "ito       jansen    kowalski  lindgren  mueller   nguyen    obrien    petrov    ",
            "quinn     rossi     schroeder tanaka    ueda      vandam    weber     xu        ",
            "yilmaz    zimmer    andersen  bianchi   cohen     dubois    evans     fontaine  ",
            "gruber    hansen    ivanov    jones     keller    lopez     moreau    novak     ",
        )
    };
}

/// One name of a list. A join with a table of names would make SQLite create the rows in the order of the names.
macro_rules! pick {
    ($names:ident, $which:literal) => {
        concat!("trim(substr('", $names!(), "', CAST(", $which, " * 10 + 1 AS INTEGER), 10))")
    };
}

/// Addresses are in lower case, as the app stores them. The users signed up within the last two years. Half a percent
/// of them are from one school and signed up one after the other.
macro_rules! people {
    () => {
        concat!(
            numbers!(),
            ",
        named AS (
            SELECT n, a, b, c, d,
                ",
            pick!(given, "(a % 32)"),
            " AS given,
                ",
            pick!(given_plain, "(a % 32)"),
            " AS given_plain,
                ",
            pick!(family, "(b / 32 % 40)"),
            " AS family,
                ",
            pick!(family_plain, "(b / 32 % 40)"),
            " AS family_plain
            FROM numbers),
        people AS (
            SELECT n, a, b, c, d,
                ",
            id!("a", "b", "c", "d"),
            " AS id,
                CASE b % 20
                    WHEN 0 THEN ''
                    WHEN 1 THEN ''
                    WHEN 2 THEN lower(given || ' ' || family)
                    WHEN 3 THEN upper(given_plain || ' ' || family_plain)
                    WHEN 4 THEN given
                    ELSE given || ' ' || family
                END AS display_name,
                CASE
                    WHEN n <= 100 THEN 'user' || n || '@example.org'
                    ELSE CASE c % 4
                        WHEN 0 THEN given_plain || '.' || family_plain || n
                        WHEN 1 THEN substr(given_plain, 1, 1) || family_plain || n
                        WHEN 2 THEN given_plain || n
                        ELSE family_plain || '_' || given_plain || n
                    END || '@' || CASE
                        WHEN d % 63072000 >= 62756640 THEN 'school.example'
                        WHEN d % 6 = 0 THEN 'example.com'
                        WHEN d % 6 = 1 THEN 'example.net'
                        WHEN d % 6 = 2 THEN 'mail.example.org'
                        WHEN d % 6 = 3 THEN 'post.example.net'
                        WHEN d % 6 = 4 THEN 'students.example.com'
                        ELSE 'example.org'
                    END
                END AS email,
                ",
            status!(),
            " AS status,
                CAST($7 AS BIGINT) AS now,
                CAST($7 AS BIGINT) - d % 63072000 * 1000 - c % 1000 AS created_at
            FROM named)"
        )
    };
}

/// A name as the app folds it, as far as these names need it.
macro_rules! folded {
    ($name:literal) => {
        concat!(
            "lower(replace(replace(replace(replace(replace(replace(replace(",
            $name,
            ", 'é', 'e'), 'ë', 'e'), 'í', 'i'), 'ö', 'o'), 'ø', 'o'), 'ü', 'u'), '’', ''''))"
        )
    };
}

/// Further parameters: how many users there are for each admin, and the hash.
pub const USERS: &str = concat!(
    people!(),
    "
        INSERT INTO users
            (id, email, display_name, sort_name, role, status, password_hash, locale, created_at, confirmed_at, last_seen_at,
             user_name)
        SELECT id, email, display_name,
            ",
    folded!("CASE display_name WHEN '' THEN email ELSE display_name END"),
    ",
            CASE WHEN n % CAST($8 AS BIGINT) = 3 AND status = 'active' THEN 'admin' ELSE 'user' END,
            status,
            $9,
            CASE d % 3 WHEN 0 THEN 'en' WHEN 1 THEN 'de' END,
            created_at,
            CASE WHEN status <> 'pending' THEN created_at END,
            CASE WHEN status <> 'pending' THEN created_at + (now - created_at) / 1000 * (a % 1000) ELSE 0 END,
            CASE WHEN status <> 'pending' THEN 'user-' || n END
        FROM people"
);

/// Sign-ups that are not confirmed, of the last six days: older ones would be deleted. A further parameter is a hash
/// that belongs to no browser.
pub const SIGN_UPS: &str = concat!(
    people!(),
    "
        INSERT INTO sign_ups (user_id, email, browser_hash, asked_at)
        SELECT id, email, $8, now - a % 518400000
        FROM people
        WHERE status = 'pending'"
);

/// One session for each active user, last used within the last 6 days and begun within the 14 days before.
pub const SESSIONS: &str = concat!(
    numbers!(),
    "
        INSERT INTO sessions
            (id, user_id, created_at, last_seen_at, authenticated_at, methods, remember, expires_at, user_agent, client_ip, login_id)
        SELECT ",
    id!("d", "c", "b", "a"),
    ", ",
    id!("a", "b", "c", "d"),
    ",
            CAST($7 AS BIGINT) - a % 518400000 - b % 1209600000,
            CAST($7 AS BIGINT) - a % 518400000,
            CAST($7 AS BIGINT) - a % 518400000 - b % 1209600000,
            'pwd',
            1,
            CAST($7 AS BIGINT) - a % 518400000 - b % 1209600000 + 2592000000,
            'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
            '192.0.2.' || (b % 250),
            ",
    id!("d", "c", "b", "a"),
    "
        FROM numbers
        WHERE n % 100 > 2"
);

/// Sessions of 30 days that were revoked within the last 20 days.
pub const REVOKED: &str = concat!(
    numbers!(),
    "
        INSERT INTO revoked_tokens (id, expires_at, revoked_at, reason)
        SELECT ",
    id!("a", "b", "c", "d"),
    ",
            CAST($7 AS BIGINT) - a % 1728000000 + 2592000000,
            CAST($7 AS BIGINT) - a % 1728000000,
            'signed_out'
        FROM numbers"
);
