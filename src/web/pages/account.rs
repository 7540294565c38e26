//! `/account`: display name and language.

pub mod activity;
pub mod delete;
pub mod email;
pub mod export;
pub mod passkeys;
pub mod password;
pub mod security;
pub mod sessions;
pub mod tokens;
pub mod two_factor;

use crate::accounts::settings::profile;
use std::sync::Arc;

use rocket::{FromForm, Route, State, get, post, routes};
use schemars::JsonSchema;
use serde::Serialize;

use crate::accounts::app::App;
use crate::accounts::identity::client::Client;
use crate::accounts::identity::display_name::DisplayName;
use crate::accounts::identity::profile::Profile;
use crate::i18n::Language;
use crate::time::Millis;
use crate::web::cookies::{Jar, Name};
use crate::web::error::Error;
use crate::web::field_error::FieldError;
use crate::web::flash::Flash;
use crate::web::forms::{echo, name_error};
use crate::web::guards::CurrentUser;
use crate::web::page::{Page, PageContext, Visitors};
use crate::web::redirect::Redirect;
use crate::web::user_form::UserForm;

pub fn routes() -> Vec<Route> {
    routes![show, save]
}

#[derive(FromForm)]
struct ProfileForm<'r> {
    #[field(default = "")]
    display_name: &'r str,
    #[field(default = "")]
    locale: &'r str,
}

#[get("/account")]
fn show(user: CurrentUser) -> Page {
    let profile = &user.profile;
    page(&user, profile.display_name.as_str(), profile.locale.as_deref().unwrap_or_default())
}

/// Display name and language of the account, and the form that changes them.
#[derive(Serialize, JsonSchema)]
pub struct AccountContext {
    /// When the account's address was confirmed, in Unix milliseconds.
    joined_at: Millis,
    /// The values of the fields: what is stored, or what was typed.
    values: TypedProfile,
}

impl PageContext for AccountContext {
    const TEMPLATE: &'static str = "account";
    const FIELDS: &'static [&'static str] = &["display_name", "locale"];
    const VISITORS: Visitors = Visitors::SignedIn;

    fn examples() -> Vec<Self> {
        let example = |display_name: &str, locale: &str| Self {
            joined_at: 1_700_000_000_000,
            values: TypedProfile {
                display_name: display_name.to_owned(),
                locale: locale.to_owned(),
            },
        };
        vec![example("", ""), example("Ada", "en")]
    }
}

#[derive(Serialize, JsonSchema)]
struct TypedProfile {
    display_name: String,
    /// The code of the chosen language; empty if the browser decides.
    locale: String,
}

fn page(user: &CurrentUser, display_name: &str, locale: &str) -> Page {
    Page::of(&AccountContext {
        joined_at: user.joined_at,
        values: TypedProfile {
            display_name: display_name.to_owned(),
            locale: locale.to_owned(),
        },
    })
}

#[post("/account", data = "<form>")]
async fn save(
    client: Client,
    jar: Jar<'_>,
    app: &State<Arc<App>>,
    form: UserForm<CurrentUser, ProfileForm<'_>>,
) -> Result<Redirect, Error> {
    let UserForm { user, fields: form } = form;
    let profile = form.parse().map_err(|errors| form.again(&user, errors))?;
    profile::change_profile(app, &client, &user, &profile).await?;
    // The user lets the browser decide, so the choice in this browser's cookie is deleted as well.
    if profile.locale.is_none() {
        jar.remove(Name::Language);
    }
    Ok(Redirect::to("/account").with_flash(Flash::Saved))
}

impl ProfileForm<'_> {
    fn parse(&self) -> Result<Profile, Vec<FieldError>> {
        let locale = match self.locale {
            "" => Ok(None),
            code => Language::from_code(code)
                .map(|language| Some(language.code().to_owned()))
                .ok_or(FieldError::with("locale", "error-locale-unknown")),
        };
        match (DisplayName::parse(self.display_name), locale) {
            (Ok(display_name), Ok(locale)) => Ok(Profile { display_name, locale }),
            (name, locale) => Err(name.err().map(name_error).into_iter().chain(locale.err()).collect()),
        }
    }

    fn again(&self, user: &CurrentUser, errors: Vec<FieldError>) -> Page {
        page(user, &echo(self.display_name), &echo(self.locale)).with_errors(errors)
    }
}
