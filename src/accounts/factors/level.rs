//! How strongly a session is proven: the methods of its authentication (`amr`, RFC 8176), separated by blanks.

/// The password alone.
pub const PASSWORD: &str = "pwd";
/// The password and a code of an authenticator app.
pub const PASSWORD_AND_TOTP: &str = "pwd otp mfa";
/// The password and a recovery code.
pub const PASSWORD_AND_RECOVERY_CODE: &str = "pwd kba mfa";
/// The password, in a browser where the second factor was given earlier.
pub const PASSWORD_AND_REMEMBERED_BROWSER: &str = "pwd mfa";

/// A code or a link in a mail: another channel than the browser (`mca`). RFC 8176 has no nearer method.
pub const MAILED_CODE: &str = "mca";
/// The same, in a browser where the second factor was given earlier.
pub const MAILED_CODE_AND_REMEMBERED_BROWSER: &str = "mca mfa";

pub(in crate::accounts) use crate::accounts::lookup::standing::is_multi_factor;

/// The methods that are a second factor.
const SECOND: [&str; 4] = ["otp", "kba", "hwk", "swk"];

/// The password, and then a passkey, whose methods these are.
#[must_use]
pub fn password_and(passkey: &str) -> String {
    format!("{PASSWORD} {passkey}")
}

/// The methods of a session in which further ones were given.
#[must_use]
pub fn raised(methods: &str, by: &str) -> String {
    let mut all: Vec<&str> = Vec::new();
    for method in methods.split(' ').chain(by.split(' ')) {
        if method != "mfa" && !all.contains(&method) {
            all.push(method);
        }
    }
    if is_multi_factor(methods) || is_multi_factor(by) {
        all.push("mfa");
    }
    all.join(" ")
}

/// The methods of a session whose account has no second factor any more: it is of level 1, as any other would be.
#[must_use]
pub fn lowered(methods: &str) -> String {
    let methods: Vec<&str> = methods.split(' ').filter(|method| *method != "mfa").collect();
    if methods.contains(&PASSWORD) {
        PASSWORD.to_owned()
    } else {
        methods.join(" ")
    }
}

/// The methods of a half sign-in that is completed: its first factor instead of the password.
#[must_use]
pub fn begun_with(first: &str, methods: &str) -> String {
    match methods.strip_prefix(PASSWORD) {
        Some(rest) => format!("{first}{rest}"),
        None => methods.to_owned(),
    }
}

/// Whether the factors themselves were given, as a sensitive action needs it: for level 2 a remembered browser is not enough,
/// and a mailed code is never.
#[must_use]
pub fn is_given(methods: &str) -> bool {
    if methods.split(' ').any(|method| method == MAILED_CODE) {
        return false;
    }
    !is_multi_factor(methods) || methods.split(' ').any(|method| SECOND.contains(&method))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_are_raised_by_a_factor_and_lowered_without_one() {
        for (before, by, after) in [
            ("pwd", "hwk mfa", "pwd hwk mfa"),
            ("pwd", "otp mfa", PASSWORD_AND_TOTP),
            ("hwk mfa", "otp mfa", "hwk otp mfa"),
            ("hwk", "hwk mfa", "hwk mfa"),
            (PASSWORD_AND_TOTP, "swk mfa", "pwd otp swk mfa"),
        ] {
            assert_eq!(raised(before, by), after);
        }
        for (before, after) in [
            ("pwd hwk mfa", "pwd"),
            (PASSWORD_AND_REMEMBERED_BROWSER, "pwd"),
            ("pwd", "pwd"),
            ("swk mfa", "swk"),
        ] {
            assert_eq!(lowered(before), after);
        }
    }

    #[test]
    fn a_session_names_the_factor_that_it_began_with() {
        assert_eq!(begun_with(PASSWORD, PASSWORD_AND_TOTP), PASSWORD_AND_TOTP);
        assert_eq!(begun_with(MAILED_CODE, PASSWORD_AND_TOTP), "mca otp mfa");
        assert_eq!(begun_with(MAILED_CODE, PASSWORD_AND_RECOVERY_CODE), "mca kba mfa");
        assert_eq!(begun_with(MAILED_CODE, "hwk mfa"), "hwk mfa");
    }

    #[test]
    fn a_remembered_browser_is_no_proof_for_a_sensitive_action() {
        for (methods, multi, given) in [
            (PASSWORD, false, true),
            (PASSWORD_AND_TOTP, true, true),
            (PASSWORD_AND_RECOVERY_CODE, true, true),
            (PASSWORD_AND_REMEMBERED_BROWSER, true, false),
            ("hwk mfa", true, true),
            ("mfax", false, true),
            (MAILED_CODE, false, false),
            (MAILED_CODE_AND_REMEMBERED_BROWSER, true, false),
            ("mca otp mfa", true, false),
        ] {
            assert_eq!((is_multi_factor(methods), is_given(methods)), (multi, given), "{methods}");
        }
    }
}
