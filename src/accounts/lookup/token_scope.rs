//! What a personal token is for.

use std::collections::BTreeSet;

/// What a token opens: apps, or the API. Never both: an app sees the tokens that are sent to it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum TokenScope {
    AllApps,
    /// The ids of apps.
    Apps(BTreeSet<String>),
    Api(ApiScopes),
}

/// What a token may do through the API, besides what concerns the own account.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct ApiScopes {
    /// `users:read`. Counts only while the account is an admin's.
    pub read_users: bool,
    /// `users:write`. Counts only while the account is an admin's.
    pub write_users: bool,
}

impl ApiScopes {
    /// Whether it has a scope that only admins may choose.
    #[must_use]
    pub fn are_for_admins(self) -> bool {
        self.read_users || self.write_users
    }
}

pub const READ_USERS: &str = "users:read";
pub const WRITE_USERS: &str = "users:write";

#[derive(Debug, thiserror::Error)]
#[error("this is no scope of a token")]
pub struct InvalidScope;

impl TokenScope {
    /// The words in the database and in the export: `apps`, `apps wiki shop`, `api`, `api users:read`.
    #[must_use]
    pub fn stored(&self) -> String {
        let mut words = Vec::new();
        match self {
            Self::AllApps => words.push("apps"),
            Self::Apps(ids) => {
                words.push("apps");
                words.extend(ids.iter().map(String::as_str));
            }
            Self::Api(scopes) => {
                words.push("api");
                words.extend(scopes.words());
            }
        }
        words.join(" ")
    }

    #[must_use]
    pub fn opens_app(&self, id: &str) -> bool {
        match self {
            Self::AllApps => true,
            Self::Apps(ids) => ids.contains(id),
            Self::Api(_) => false,
        }
    }

    /// None: it does not open the API.
    #[must_use]
    pub fn api(&self) -> Option<ApiScopes> {
        match self {
            Self::Api(scopes) => Some(*scopes),
            Self::AllApps | Self::Apps(_) => None,
        }
    }
}

impl ApiScopes {
    #[must_use]
    pub fn words(self) -> Vec<&'static str> {
        let all = [(self.read_users, READ_USERS), (self.write_users, WRITE_USERS)];
        all.into_iter().filter(|(has, _)| *has).map(|(_, word)| word).collect()
    }
}

/// From the database (`#[sqlx(try_from = "String")]`). A word that this version does not know is an error: it could limit
/// what the token opens.
impl TryFrom<String> for TokenScope {
    type Error = InvalidScope;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let mut words = text.split(' ');
        match words.next() {
            Some("apps") => {
                let ids: BTreeSet<String> = words.map(str::to_owned).collect();
                Ok(if ids.is_empty() { Self::AllApps } else { Self::Apps(ids) })
            }
            Some("api") => {
                let mut scopes = ApiScopes::default();
                for word in words {
                    match word {
                        READ_USERS => scopes.read_users = true,
                        WRITE_USERS => scopes.write_users = true,
                        _ => return Err(InvalidScope),
                    }
                }
                Ok(Self::Api(scopes))
            }
            _ => Err(InvalidScope),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_is_read_again() {
        let apps = |ids: &[&str]| TokenScope::Apps(ids.iter().map(|id| (*id).to_owned()).collect());
        let api = |read_users, write_users| {
            TokenScope::Api(ApiScopes {
                read_users,
                write_users,
            })
        };
        for (scope, stored) in [
            (TokenScope::AllApps, "apps"),
            (apps(&["wiki"]), "apps wiki"),
            (apps(&["wiki", "shop"]), "apps shop wiki"),
            (api(false, false), "api"),
            (api(true, false), "api users:read"),
            (api(true, true), "api users:read users:write"),
        ] {
            assert_eq!(scope.stored(), stored);
            assert_eq!(TokenScope::try_from(stored.to_owned()).unwrap(), scope);
        }
        for stored in ["", "all", "api users", "api  users:read", "Apps"] {
            assert!(TokenScope::try_from(stored.to_owned()).is_err(), "{stored:?}");
        }
    }

    #[test]
    fn a_token_opens_apps_or_the_api() {
        let wiki = TokenScope::Apps(BTreeSet::from(["wiki".to_owned()]));
        assert!(wiki.opens_app("wiki") && !wiki.opens_app("shop") && wiki.api().is_none());
        assert!(TokenScope::AllApps.opens_app("shop") && TokenScope::AllApps.api().is_none());
        let api = TokenScope::Api(ApiScopes::default());
        assert!(!api.opens_app("wiki") && !api.opens_app("users:read") && api.api().is_some());
    }
}
