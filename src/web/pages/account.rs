//! `/account`: name and language.

pub mod activity;
pub mod delete;
pub mod email;
pub mod export;
pub mod password;
pub mod sessions;

use crate::accounts::settings::profile;
use std::sync::Arc;

use rocket::{FromForm, Route, State, get, post, routes};
use serde_json::json;

use crate::accounts::app::App;
use crate::accounts::identity::client::Client;
use crate::accounts::identity::display_name::DisplayName;
use crate::accounts::identity::profile::Profile;
use crate::i18n::Language;
use crate::web::cookies::{Jar, Name};
use crate::web::error::Error;
use crate::web::forms::{echo, name_error};
use crate::web::guards::CurrentUser;
use crate::web::page::{FieldError, Flash, Page, Redirect};
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
    page(&user).with("values", &user.profile)
}

fn page(user: &CurrentUser) -> Page {
    Page::new("account").with("joined_at", user.joined_at)
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
    // "As the browser says" means it on this browser too.
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
        page(user)
            .with("values", json!({ "display_name": echo(self.display_name), "locale": echo(self.locale) }))
            .with_errors(errors)
    }
}
