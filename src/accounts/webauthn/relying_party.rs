//! Vestibule as a relying party of WebAuthn: the options that browsers get, and the verification of what authenticators
//! answer. The only file that names `webauthn-rs`, besides that of the answers.
//!
//! What `webauthn-rs` 0.6 does not do as we need it is done here (docs/passkeys.md has the list): it asks for keys that
//! cannot be found without an address, forgets transports, knows user handles of 16 bytes alone, and refuses a key that
//! has begun to sync. The counter is not its business here, but that of the statement that stores it (`verify.rs`).

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};
use url::Url;
use webauthn_rs::prelude::{DiscoverableAuthentication, Passkey, PasskeyRegistration, Uuid};
use webauthn_rs::{Webauthn, WebauthnBuilder};

use crate::accounts::webauthn::response::{Assertion, Attestation, Flags};
use crate::config::{Config, RunMode};

/// COSE algorithms, in the order in which authenticators choose: ES256, RS256. Both are verified by `webauthn-rs`; Ed25519
/// (-8) and ML-DSA (-48) are not.
const ALGORITHMS: [i64; 2] = [-7, -257];

/// The host and the origin that passkeys are bound to.
pub struct RelyingParty {
    id: String,
    origin: String,
    webauthn: Webauthn,
}

/// A challenge, and what is needed to verify its answer.
pub(in crate::accounts) struct StartedCeremony {
    /// The argument of `navigator.credentials` in its JSON form.
    pub(in crate::accounts) options: Value,
    pub(in crate::accounts) challenge: Vec<u8>,
    pub(in crate::accounts) state: String,
}

/// The account that a passkey is made for.
pub(in crate::accounts) struct Registrant<'a> {
    pub(in crate::accounts) handle: &'a [u8],
    /// The address, by which authenticators list their passkeys.
    pub(in crate::accounts) name: &'a str,
    /// Not empty.
    pub(in crate::accounts) display_name: &'a str,
}

/// A passkey as browsers name it in lists.
pub(in crate::accounts) struct Descriptor {
    pub(in crate::accounts) credential_id: Vec<u8>,
    /// Separated by blanks.
    pub(in crate::accounts) transports: String,
}

/// A passkey that was just made and verified.
pub(in crate::accounts) struct VerifiedCredential {
    pub(in crate::accounts) credential_id: Vec<u8>,
    pub(in crate::accounts) json: String,
    pub(in crate::accounts) counter: i64,
    pub(in crate::accounts) flags: Flags,
}

/// Why an answer is wrong, for the log.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(in crate::accounts) struct WrongAnswer(String);

impl RelyingParty {
    /// None: there can be no passkeys, because the public URL has an IP address instead of a host name (WebAuthn section
    /// 5.1.3: an RP id is a domain). In development those of this machine are replaced by `localhost`.
    #[must_use]
    pub fn of(config: &Config) -> Option<Self> {
        let origin = config.public_url.origin();
        let local = local_origin(&Url::parse(origin).ok()?);
        let is_local = config.mode == RunMode::Development && config.public_url.is(&local);
        let url = Url::parse(if is_local { &local } else { origin }).ok()?;
        // Lower case, without port, as ASCII: what browsers compare.
        let id = url.domain()?.to_owned();
        let builder = WebauthnBuilder::new(&id, &url).ok()?.rp_name(&config.site.name);
        Some(Self {
            webauthn: builder.build().ok()?,
            origin: url.origin().ascii_serialization(),
            id,
        })
    }

    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The only origin whose pages can use passkeys.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Asks for a new passkey: one that can be found without an address, with user verification, and not on a device that
    /// has one of these.
    pub(in crate::accounts) fn start_registration(
        &self,
        who: &Registrant<'_>,
        exclude: &[Descriptor],
    ) -> Option<StartedCeremony> {
        let excluded = exclude.iter().map(|passkey| passkey.credential_id.clone()).collect();
        let (options, state) = self
            .webauthn
            .start_passkey_registration(Uuid::nil(), who.name, who.display_name, Some(excluded))
            .ok()?;
        let mut options = serde_json::to_value(options).ok()?;
        let asked = options.get_mut("publicKey")?;
        // It knows handles of 16 bytes alone.
        *asked.get_mut("user")?.get_mut("id")? = BASE64URL_NOPAD.encode(who.handle).into();
        // It asks for "discouraged": such a key signs nobody in whose address is not known.
        let selection = asked.get_mut("authenticatorSelection")?.as_object_mut()?;
        selection.insert("residentKey".to_owned(), "required".into());
        selection.insert("requireResidentKey".to_owned(), true.into());
        let members = asked.as_object_mut()?;
        let parameters = ALGORITHMS.map(|alg| json!({ "type": "public-key", "alg": alg }));
        members.insert("pubKeyCredParams".to_owned(), parameters.to_vec().into());
        members.insert("excludeCredentials".to_owned(), descriptors(exclude));
        StartedCeremony::new(options, &state)
    }

    pub(in crate::accounts) fn finish_registration(
        &self,
        state: &str,
        answer: &Attestation,
    ) -> Result<VerifiedCredential, WrongAnswer> {
        let state: PasskeyRegistration = serde_json::from_str(state).map_err(wrong)?;
        let passkey = self
            .webauthn
            .finish_passkey_registration(&answer.credential, &state)
            .map_err(wrong)?;
        let stored = serde_json::to_value(&passkey).map_err(wrong)?;
        let flag = |name: &str| stored["cred"][name].as_bool().unwrap_or_default();
        Ok(VerifiedCredential {
            credential_id: passkey.cred_id().clone(),
            counter: stored["cred"]["counter"].as_i64().unwrap_or_default(),
            flags: Flags {
                backup_eligible: flag("backup_eligible"),
                backed_up: flag("backup_state"),
            },
            json: stored.to_string(),
        })
    }

    /// Asks for a proof: by one of these passkeys, or by any if there are none.
    pub(in crate::accounts) fn start_authentication(&self, allow: &[Descriptor]) -> Option<StartedCeremony> {
        let (options, state) = self.webauthn.start_discoverable_authentication().ok()?;
        let mut options = serde_json::to_value(options).ok()?;
        // How the browser asks is the page's choice.
        options.as_object_mut()?.remove("mediation");
        let asked = options.get_mut("publicKey")?.as_object_mut()?;
        asked.insert("allowCredentials".to_owned(), descriptors(allow));
        asked.remove("extensions");
        StartedCeremony::new(options, &state)
    }

    /// Verifies a proof by a stored passkey. Returns the counter of the authenticator.
    pub(in crate::accounts) fn finish_authentication(
        &self,
        state: &str,
        answer: &Assertion,
        credential: &str,
        backup_eligible: bool,
    ) -> Result<i64, WrongAnswer> {
        let state: DiscoverableAuthentication = serde_json::from_str(state).map_err(wrong)?;
        let mut stored: Value = serde_json::from_str(credential).map_err(wrong)?;
        let key = stored["cred"]
            .as_object_mut()
            .ok_or_else(|| wrong("the stored passkey is none"))?;
        // Compared by the statement that stores it: this copy may be old.
        key.insert("counter".to_owned(), 0.into());
        // It may turn on, when the provider begins to sync, which the library refuses here; it never turns off.
        key.insert("backup_eligible".to_owned(), (backup_eligible || answer.flags.backup_eligible).into());
        let passkey: Passkey = serde_json::from_value(stored).map_err(wrong)?;
        let proof = self
            .webauthn
            .finish_discoverable_authentication_v2(&answer.credential, state, &passkey)
            .map_err(wrong)?;
        Ok(proof.counter().into())
    }
}

/// The same scheme and port at `localhost`.
fn local_origin(url: &Url) -> String {
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://localhost{port}", url.scheme())
}

fn wrong(error: impl fmt::Display) -> WrongAnswer {
    WrongAnswer(format!("{error}"))
}

fn descriptors(of: &[Descriptor]) -> Value {
    let descriptor = |passkey: &Descriptor| {
        let transports: Vec<&str> = passkey.transports.split_ascii_whitespace().collect();
        let id = BASE64URL_NOPAD.encode(&passkey.credential_id);
        if transports.is_empty() {
            json!({ "type": "public-key", "id": id })
        } else {
            json!({ "type": "public-key", "id": id, "transports": transports })
        }
    };
    of.iter().map(descriptor).collect()
}

impl StartedCeremony {
    fn new(mut options: Value, state: &impl serde::Serialize) -> Option<Self> {
        // Browsers take `null` for a value.
        remove_nulls(&mut options);
        let challenge = BASE64URL_NOPAD
            .decode(options["publicKey"]["challenge"].as_str()?.as_bytes())
            .ok()?;
        Some(Self {
            challenge,
            state: serde_json::to_string(state).ok()?,
            options,
        })
    }
}

fn remove_nulls(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|_, member| !member.is_null());
            members.values_mut().for_each(remove_nulls);
        }
        Value::Array(entries) => entries.iter_mut().for_each(remove_nulls),
        _ => {}
    }
}

#[cfg(test)]
mod vectors;
