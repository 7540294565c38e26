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
use crate::accounts::settings::profile::DisplayName;
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
struct Profile<'r> {
    #[field(default = "")]
    display_name: &'r str,
    #[field(default = "")]
    locale: &'r str,
}

#[get("/account")]
fn show(user: CurrentUser) -> Page {
    let language = user.language.map_or("", Language::code);
    page(&user, &user.display_name, language)
}

fn page(user: &CurrentUser, name: &str, language: &str) -> Page {
    Page::new("account")
        .with("joined_at", user.joined_at)
        .with("values", json!({ "display_name": name, "locale": language }))
}

#[post("/account", data = "<form>")]
async fn save(
    client: Client,
    jar: Jar<'_>,
    app: &State<Arc<App>>,
    form: UserForm<CurrentUser, Profile<'_>>,
) -> Result<Redirect, Error> {
    let UserForm { user, fields: form } = form;
    let language = match form.locale {
        "" => Ok(None),
        code => Language::from_code(code)
            .map(Some)
            .ok_or(FieldError::with("locale", "error-locale-unknown")),
    };
    match (DisplayName::parse(form.display_name), language) {
        (Ok(name), Ok(language)) => {
            profile::change_profile(app, &client, &user, &name, language).await?;
            // "As the browser says" means it on this browser too.
            if language.is_none() {
                jar.remove(Name::Language);
            }
            Ok(Redirect::to("/account").with_flash(Flash::Saved))
        }
        (name, language) => {
            let problems = name.err().map(name_error).into_iter().chain(language.err()).collect();
            let page = page(&user, &echo(form.display_name), &echo(form.locale));
            Err(page.with_errors(problems).into())
        }
    }
}
