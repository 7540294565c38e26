//! The form that makes a token.

use std::sync::Arc;

use rocket::FromForm;

use crate::accounts::identity::display_name::DisplayName;
use crate::accounts::lookup::token_scope::{ApiScopes, READ_USERS, TokenScope, WRITE_USERS};
use crate::accounts::personal_tokens::create::{DEFAULT_DAYS, MAX_DAYS, NewToken};
use crate::accounts::sessions::reauthentication::SavedForm;
use crate::config::AppSettings;
use crate::web::field_error::FieldError;

/// The maximum length of a token's name, in characters.
const MAX_NAME: usize = 64;

#[derive(FromForm)]
pub(super) struct TokenForm<'r> {
    #[field(default = "")]
    name: &'r str,
    #[field(default = "")]
    expires_in_days: &'r str,
    #[field(default = "")]
    purpose: &'r str,
    app: Vec<&'r str>,
    scope: Vec<&'r str>,
}

impl TokenForm<'_> {
    pub(super) fn parse(&self, apps: &[Arc<AppSettings>]) -> Result<NewToken, Vec<FieldError>> {
        match (self.name(), self.days(), self.scope(apps)) {
            (Ok(name), Ok(expires_in_days), Ok(scope)) => Ok(NewToken {
                name,
                scope,
                expires_in_days,
            }),
            (name, days, scope) => Err([name.err(), days.err(), scope.err()].into_iter().flatten().collect()),
        }
    }

    fn name(&self) -> Result<DisplayName, FieldError> {
        let too_long = FieldError::counting("name", "error-token-name", "max", MAX_NAME);
        match DisplayName::parse(self.name) {
            Ok(name) if name.as_str().is_empty() => Err(FieldError::with("name", "error-token-name-missing")),
            Ok(name) if name.as_str().chars().count() <= MAX_NAME => Ok(name),
            _ => Err(too_long),
        }
    }

    fn days(&self) -> Result<u32, FieldError> {
        match self.expires_in_days.trim() {
            "" => Ok(DEFAULT_DAYS),
            days => days.parse().ok().filter(|days| (1..=MAX_DAYS).contains(days)).ok_or_else(|| {
                let max = usize::try_from(MAX_DAYS).unwrap_or_default();
                FieldError::counting("expires_in_days", "error-token-days", "max", max)
            }),
        }
    }

    /// Without a purpose it is the API. A choice that would not count is refused, so that no token opens more than meant.
    fn scope(&self, apps: &[Arc<AppSettings>]) -> Result<TokenScope, FieldError> {
        let chosen = |values: &[&str]| values.iter().any(|value| !value.is_empty());
        let unused = |field, message| Err(FieldError::with(field, message));
        match self.purpose {
            "" | "api" | "all-apps" if chosen(&self.app) => unused("app", "error-token-apps-unused"),
            "apps" | "all-apps" if chosen(&self.scope) => unused("scope", "error-token-scope-unused"),
            "all-apps" => Ok(TokenScope::AllApps),
            "apps" => {
                let known = |id: &&str| apps.iter().any(|app| app.id == **id);
                if self.app.is_empty() || !self.app.iter().all(known) {
                    return Err(FieldError::with("app", "error-token-apps"));
                }
                Ok(TokenScope::Apps(self.app.iter().map(|id| (*id).to_owned()).collect()))
            }
            "" | "api" => {
                let has = |word| self.scope.contains(&word);
                if !self.scope.iter().all(|word| [READ_USERS, WRITE_USERS].contains(word)) {
                    return Err(FieldError::with("scope", "error-token-scope"));
                }
                Ok(TokenScope::Api(ApiScopes {
                    read_users: has(READ_USERS),
                    write_users: has(WRITE_USERS),
                }))
            }
            _ => Err(FieldError::with("purpose", "error-token-purpose")),
        }
    }
}

/// What was typed and chosen.
#[derive(Default)]
pub(super) struct TypedToken {
    pub name: String,
    pub expires_in_days: String,
    pub purpose: String,
    pub apps: Vec<String>,
    pub scopes: Vec<String>,
    /// Whether the password was asked for before this page.
    pub interrupted: bool,
    /// Whether it was the button of a token.
    pub is_button: bool,
}

impl TypedToken {
    pub(super) fn saved(form: &SavedForm) -> Self {
        Self {
            name: form.field("name"),
            expires_in_days: form.field("expires_in_days"),
            purpose: form.field("purpose"),
            apps: form.values("app"),
            scopes: form.values("scope"),
            interrupted: true,
            is_button: form.fields.is_empty(),
        }
    }

    pub(super) fn of(form: &TokenForm<'_>) -> Self {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Self {
            name: form.name.to_owned(),
            expires_in_days: form.expires_in_days.to_owned(),
            purpose: form.purpose.to_owned(),
            apps: owned(&form.app),
            scopes: owned(&form.scope),
            interrupted: false,
            is_button: false,
        }
    }
}
