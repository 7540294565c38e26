//! `/.well-known/jwks.json`: the public keys that tokens are signed with (RFC 7517 section 5).

use std::sync::Arc;

use rocket::http::Header;
use rocket::serde::json::Json;
use rocket::{Responder, Route, State, get, routes};

use jsonwebtoken::jwk::JwkSet;

use crate::accounts::app::App;
use crate::accounts::error::ServiceError;
use crate::web::error::Error;

/// Long enough to spare requests, and far shorter than the time for which a new key is published before it signs.
const CACHED: &str = "public, max-age=300";

pub fn routes() -> Vec<Route> {
    routes![keys]
}

#[derive(Responder)]
struct Published {
    set: Json<JwkSet>,
    cached: Header<'static>,
}

#[get("/.well-known/jwks.json")]
async fn keys(app: &State<Arc<App>>) -> Result<Published, Error> {
    let keys = app.key_pairs.published().await.map_err(ServiceError::from)?;
    Ok(Published {
        set: Json(keys),
        cached: Header::new("Cache-Control", CACHED),
    })
}
