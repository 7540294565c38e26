//! `/account/export`: all data about the user, as a file.

use crate::accounts::settings::export::{self, Export};
use std::sync::Arc;

use rocket::http::{Header, Method};
use rocket::response::stream::TextStream;
use rocket::{Responder, Route, State, get, routes};

use crate::accounts::app::App;
use crate::accounts::identity::client::Client;
use crate::web::error::Error;
use crate::web::guards::Reauthenticated;
use crate::web::request_info::RequestInfo;

pub fn routes() -> Vec<Route> {
    routes![download]
}

/// A file that the browser saves and does not show.
#[derive(Responder)]
#[response(content_type = "json")]
struct Download<S> {
    text: S,
    disposition: Header<'static>,
}

#[get("/account/export")]
async fn download(
    user: Reauthenticated,
    client: Client,
    request: &RequestInfo,
    app: &State<Arc<App>>,
) -> Result<Download<TextStream![String]>, Error> {
    // A `HEAD` downloads nothing, so no export is recorded.
    if request.method != Method::Head {
        export::record_export(app, &client, &user).await?;
    }
    let export = export::export(app, &user).await?;
    let name = format!("attachment; filename=\"vestibule-{}.json\"", export.day());
    Ok(Download {
        text: pieces(export),
        disposition: Header::new("Content-Disposition", name),
    })
}

fn pieces(mut export: Export) -> TextStream![String] {
    TextStream! {
        loop {
            match export.next().await {
                Ok(Some(piece)) => yield piece,
                Ok(None) => break,
                // The status was sent before. A truncated file is invalid JSON, so no program takes it for complete.
                Err(error) => {
                    tracing::error!(%error, "an export broke off");
                    break;
                }
            }
        }
    }
}
