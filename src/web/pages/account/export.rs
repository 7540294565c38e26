//! `/account/export`: everything held about a person, as a file.

use std::sync::Arc;

use rocket::http::{Header, Method};
use rocket::response::stream::TextStream;
use rocket::{Responder, Route, State, get, routes};

use crate::accounts::{Accounts, Client};
use crate::web::error::Error;
use crate::web::guards::Reauthenticated;
use crate::web::request_info::RequestInfo;

pub fn routes() -> Vec<Route> {
    routes![download]
}

/// A file to be kept, not shown.
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
    story: &RequestInfo,
    accounts: &State<Arc<Accounts>>,
) -> Result<Download<TextStream![String]>, Error> {
    // Whoever asks with HEAD takes nothing along.
    if story.method != Method::Head {
        accounts.record_export(&client, &user).await?;
    }
    let mut export = accounts.export(&user).await?;
    let name = format!("attachment; filename=\"vestibule-{}.json\"", export.day());
    let text = TextStream! {
        loop {
            match export.next().await {
                Ok(Some(piece)) => yield piece,
                Ok(None) => break,
                // What has left cannot be called back. Without its end the file is no JSON, so nobody takes it for whole.
                Err(trouble) => {
                    tracing::error!(%trouble, "an export broke off");
                    break;
                }
            }
        }
    };
    Ok(Download {
        text,
        disposition: Header::new("Content-Disposition", name),
    })
}
