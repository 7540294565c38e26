//! How strongly a session is proven: the methods of its authentication (`amr`, RFC 8176), separated by blanks.

/// The password alone.
pub const PASSWORD: &str = "pwd";
/// The password and a code of an authenticator app.
pub const PASSWORD_AND_TOTP: &str = "pwd otp mfa";
/// The password and a recovery code.
pub const PASSWORD_AND_RECOVERY_CODE: &str = "pwd kba mfa";
/// The password, in a browser where the second factor was given earlier.
pub const PASSWORD_AND_REMEMBERED_BROWSER: &str = "pwd mfa";

/// The methods that are a second factor.
const SECOND: [&str; 4] = ["otp", "kba", "hwk", "swk"];

pub(in crate::accounts) use crate::accounts::lookup::standing::is_multi_factor;

/// Whether the factors themselves were given, as a sensitive action needs it: for level 2 a remembered browser is not enough.
#[must_use]
pub fn is_given(methods: &str) -> bool {
    !is_multi_factor(methods) || methods.split(' ').any(|method| SECOND.contains(&method))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remembered_browser_is_no_proof_for_a_sensitive_action() {
        for (methods, multi, given) in [
            (PASSWORD, false, true),
            (PASSWORD_AND_TOTP, true, true),
            (PASSWORD_AND_RECOVERY_CODE, true, true),
            (PASSWORD_AND_REMEMBERED_BROWSER, true, false),
            ("hwk mfa", true, true),
            ("mfax", false, true),
        ] {
            assert_eq!((is_multi_factor(methods), is_given(methods)), (multi, given), "{methods}");
        }
    }
}
