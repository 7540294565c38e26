//! The entries of the export: one function for each kind of row.

use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use serde_json::{Value, json};
use sqlx::{FromRow as _, Row as _};

use crate::accounts::identity::profile::Profile;
use crate::db::Row;
use crate::time::Millis;

/// A time in RFC 3339, in UTC and always with milliseconds, so that texts sort like times.
pub(super) fn moment(at: Millis) -> Value {
    Timestamp::from_millisecond(at).map_or(Value::Null, |stamp| format!("{stamp:.3}").into())
}

/// A time of the row; `null` if there is none.
pub(super) fn time(row: &Row, column: &str) -> sqlx::Result<Value> {
    let at: Option<Millis> = row.try_get(column)?;
    Ok(at.filter(|at| *at != 0).map_or(Value::Null, moment))
}

/// A text of the row; none if there is none.
pub(super) fn text(row: &Row, column: &str) -> sqlx::Result<Option<String>> {
    row.try_get(column)
}

pub(super) fn account(row: &Row) -> sqlx::Result<Value> {
    let mut account = Profile::from_row(row)?.exported();
    let others = json!({
        "id": text(row, "id")?,
        "address": text(row, "email")?,
        "user_name": text(row, "user_name")?,
        "role": text(row, "role")?,
        "status": text(row, "status")?,
        "signed_up_at": time(row, "created_at")?,
        "confirmed_at": time(row, "confirmed_at")?,
        "last_seen_at": time(row, "last_seen_at")?,
        "password_changed_at": time(row, "password_changed_at")?,
        "deletion_at": time(row, "deletion_at")?,
    });
    account.extend(others.as_object().cloned().unwrap_or_default());
    Ok(account.into())
}

pub(super) fn session(row: &Row) -> sqlx::Result<Value> {
    Ok(json!({
        "signed_in_at": time(row, "at")?,
        "last_seen_at": time(row, "last_seen_at")?,
        "identity_confirmed_at": time(row, "authenticated_at")?,
        "methods": text(row, "methods")?,
        "kept": row.try_get::<i64, _>("remember")? == 1,
        "ends_at": time(row, "expires_at")?,
        "browser": text(row, "user_agent")?,
        "client_address": text(row, "client_ip")?,
        "wrong_passwords": row.try_get::<i64, _>("failed_reauths")?,
        "unsaved_form": text(row, "saved_form")?,
    }))
}

pub(super) fn known_browser(row: &Row) -> sqlx::Result<Value> {
    Ok(json!({ "signed_in_at": time(row, "last_seen_at")? }))
}

pub(super) fn remembered_browser(row: &Row) -> sqlx::Result<Value> {
    Ok(json!({
        "device": text(row, "device")?,
        "place": text(row, "masked_ip")?,
        "since": time(row, "created_at")?,
        "ends_at": time(row, "expires_at")?,
    }))
}

pub(super) fn second_factor(row: &Row) -> sqlx::Result<Value> {
    Ok(json!({
        "kind": "totp",
        "since": time(row, "created_at")?,
        "recovery_codes_left": row.try_get::<i64, _>("codes_left")?,
        "wrong_codes_in_a_row": row.try_get::<i64, _>("wrong_codes")?,
    }))
}

pub(super) fn personal_token(row: &Row) -> sqlx::Result<Value> {
    Ok(json!({
        "name": text(row, "name")?,
        "opens": text(row, "scope")?,
        "made_at": time(row, "created_at")?,
        "ends_at": time(row, "expires_at")?,
        "last_used_at": time(row, "last_used_at")?,
        "place": text(row, "last_used_ip")?,
    }))
}

pub(super) fn passkey(row: &Row) -> sqlx::Result<Value> {
    let is = |column: &str| Ok::<_, sqlx::Error>(row.try_get::<i64, _>(column)? == 1);
    Ok(json!({
        "name": text(row, "name")?,
        "credential_id": BASE64URL_NOPAD.encode(&row.try_get::<Vec<u8>, _>("credential_id")?),
        "transports": text(row, "transports")?,
        "maker": text(row, "aaguid")?.filter(|aaguid| !aaguid.is_empty()),
        "signatures": row.try_get::<i64, _>("counter")?,
        "can_be_synced": is("backup_eligible")?,
        "synced": is("synced")?,
        "added_at": time(row, "created_at")?,
        "last_used_at": time(row, "last_used_at")?,
    }))
}

pub(super) fn membership(row: &Row) -> sqlx::Result<Value> {
    Ok(json!({
        "name": text(row, "group_name")?,
        "added_at": time(row, "added_at")?,
    }))
}

pub(super) fn hidden_app(row: &Row) -> sqlx::Result<Value> {
    Ok(json!({
        "app": text(row, "app_id")?,
        "hidden_at": time(row, "hidden_at")?,
    }))
}

pub(super) fn happened(row: &Row) -> sqlx::Result<Value> {
    Ok(json!({
        "at": time(row, "at")?,
        "event": text(row, "event")?,
        "device": text(row, "device")?,
        "place": text(row, "masked_ip")?,
    }))
}

pub(super) fn mail(row: &Row) -> sqlx::Result<Value> {
    Ok(json!({
        "asked_at": time(row, "at")?,
        "purpose": text(row, "kind")?,
        "recipient": text(row, "recipient")?,
        "language": text(row, "locale")?,
        "status": text(row, "status")?,
        "tries": row.try_get::<i64, _>("attempts")?,
        "finished_at": time(row, "finished_at")?,
        "device": text(row, "device")?,
        "place": text(row, "masked_ip")?,
    }))
}

pub(super) fn mailed_link(row: &Row) -> sqlx::Result<Value> {
    Ok(json!({
        "purpose": text(row, "purpose")?,
        "address": text(row, "email")?,
        "made_at": time(row, "created_at")?,
        "ends_at": ends_at(row)?,
        "used_at": time(row, "used_at")?,
    }))
}

/// When a link expires; `null` if it was revoked, because its expiry then lies before its creation.
pub(super) fn ends_at(row: &Row) -> sqlx::Result<Value> {
    let (made, ends): (Millis, Millis) = (row.try_get("created_at")?, row.try_get("expires_at")?);
    if ends < made {
        Ok(Value::Null)
    } else {
        time(row, "expires_at")
    }
}

pub(super) fn earlier_address(row: &Row) -> sqlx::Result<Value> {
    Ok(json!({
        "address": text(row, "old_email")?,
        "changed_at": time(row, "changed_at")?,
    }))
}

pub(super) fn sign_up(row: &Row) -> sqlx::Result<Value> {
    Ok(json!({
        "address": text(row, "email")?,
        "asked_at": time(row, "asked_at")?,
        "next": text(row, "next")?,
    }))
}
