//! What a browser sends after a ceremony: the JSON form of `PublicKeyCredential` (WebAuthn section 5.1). Members that are not
//! known are ignored.

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use serde::Deserialize;
use webauthn_rs::prelude::{PublicKeyCredential, RegisterPublicKeyCredential};

/// The length of a challenge at most, in bytes.
const MAX_CHALLENGE: usize = 64;

/// The known ways to reach an authenticator (WebAuthn section 5.8.4). Others are not stored.
const TRANSPORTS: [&str; 6] = ["usb", "nfc", "ble", "smart-card", "hybrid", "internal"];

/// Where the authenticator data has its flags (WebAuthn section 6.1).
const FLAGS: usize = 32;
const BACKUP_ELIGIBLE: u8 = 0x08;
const BACKED_UP: u8 = 0x10;
const HAS_CREDENTIAL: u8 = 0x40;
/// Where it has the AAGUID, if it has a credential.
const AAGUID: std::ops::Range<usize> = 37..53;

/// Whether a passkey may be synced to other devices, and whether it is.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Flags {
    pub backup_eligible: bool,
    pub backed_up: bool,
}

impl Flags {
    fn of(authenticator_data: &[u8]) -> Self {
        let flags = authenticator_data.get(FLAGS).copied().unwrap_or_default();
        Self {
            backup_eligible: flags & BACKUP_ELIGIBLE != 0,
            backed_up: flags & BACKED_UP != 0,
        }
    }
}

/// The answer to a request for a proof. Nothing of it is verified yet.
pub struct Assertion {
    pub(in crate::accounts) credential: PublicKeyCredential,
    pub(in crate::accounts) challenge: Vec<u8>,
    pub(in crate::accounts) flags: Flags,
}

/// The answer to a request for a new passkey. Nothing of it is verified yet.
pub struct Attestation {
    pub(in crate::accounts) credential: RegisterPublicKeyCredential,
    pub(in crate::accounts) challenge: Vec<u8>,
    /// Separated by blanks.
    pub(in crate::accounts) transports: String,
    /// In lower-case hexadecimal; empty: the authenticator does not say. Nothing proves it.
    pub(in crate::accounts) aaguid: String,
}

impl Assertion {
    #[must_use]
    pub fn parse(json: &str) -> Option<Self> {
        let credential: PublicKeyCredential = serde_json::from_str(json).ok()?;
        Some(Self {
            challenge: challenge(&credential.response.client_data_json)?,
            flags: Flags::of(&credential.response.authenticator_data),
            credential,
        })
    }

    pub(in crate::accounts) fn credential_id(&self) -> &[u8] {
        &self.credential.raw_id
    }

    /// None: the passkey was chosen from a list, and cannot be found without one.
    pub(in crate::accounts) fn user_handle(&self) -> Option<&[u8]> {
        self.credential.get_user_unique_id()
    }
}

impl Attestation {
    #[must_use]
    pub fn parse(json: &str) -> Option<Self> {
        let credential: RegisterPublicKeyCredential = serde_json::from_str(json).ok()?;
        let Extra { response } = serde_json::from_str(json).ok()?;
        let transports: Vec<&str> = TRANSPORTS
            .into_iter()
            .filter(|known| response.transports.iter().any(|named| named == known))
            .collect();
        Some(Self {
            challenge: challenge(&credential.response.client_data_json)?,
            transports: transports.join(" "),
            aaguid: aaguid(response.authenticator_data.as_deref().unwrap_or_default()),
            credential,
        })
    }
}

/// The members that `webauthn-rs` does not read, or forgets.
#[derive(Deserialize)]
struct Extra {
    response: ExtraResponse,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ExtraResponse {
    #[serde(default)]
    transports: Vec<String>,
    authenticator_data: Option<String>,
}

/// The challenge in the client data (WebAuthn section 5.8.1). None also if a page of another site has embedded ours: no page of
/// ours may be, and `webauthn-rs` asks that of new keys alone.
fn challenge(client_data: &[u8]) -> Option<Vec<u8>> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct ClientData {
        challenge: String,
        #[serde(default)]
        cross_origin: Option<bool>,
        top_origin: Option<String>,
    }
    let data: ClientData = serde_json::from_slice(client_data).ok()?;
    if data.cross_origin == Some(true) || data.top_origin.is_some() {
        return None;
    }
    let challenge = BASE64URL_NOPAD.decode(data.challenge.as_bytes()).ok()?;
    (challenge.len() <= MAX_CHALLENGE).then_some(challenge)
}

fn aaguid(authenticator_data: &str) -> String {
    let data = BASE64URL_NOPAD.decode(authenticator_data.as_bytes()).unwrap_or_default();
    let told = data.get(FLAGS).filter(|flags| *flags & HAS_CREDENTIAL != 0);
    let aaguid = told
        .and_then(|_| data.get(AAGUID))
        .filter(|aaguid| aaguid.iter().any(|byte| *byte != 0));
    aaguid.map(|aaguid| HEXLOWER.encode(aaguid)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_maker_is_read_from_the_authenticator_data() {
        let mut data = vec![0; 55];
        data[FLAGS] = HAS_CREDENTIAL;
        data[AAGUID].copy_from_slice(&[0xab; 16]);
        let of = |data: &[u8]| aaguid(&BASE64URL_NOPAD.encode(data));
        assert_eq!(of(&data), "ab".repeat(16));
        data[FLAGS] = 0;
        assert_eq!(of(&data), "");
        assert_eq!(of(&[HAS_CREDENTIAL; 40]), "");
        assert_eq!(of(&[0; 55]), "");
        assert_eq!(aaguid("no base64 at all"), "");
    }

    #[test]
    fn flags_are_read_and_missing_ones_are_off() {
        let flags = |byte: u8| {
            let mut data = vec![0; 37];
            data[FLAGS] = byte;
            let Flags {
                backup_eligible,
                backed_up,
            } = Flags::of(&data);
            (backup_eligible, backed_up)
        };
        assert_eq!(flags(0x05), (false, false));
        assert_eq!(flags(0x0d), (true, false));
        assert_eq!(flags(0x1d), (true, true));
        assert_eq!(flags(0x15), (false, true));
        assert_eq!(Flags::of(&[]), Flags::default());
    }

    #[test]
    fn what_is_no_credential_is_refused() {
        for json in ["", "{}", "[]", "null", "{\"id\":1}", &"[".repeat(20_000)] {
            assert!(Assertion::parse(json).is_none() && Attestation::parse(json).is_none(), "{json:.20}");
        }
        let client_data = |text: &str| challenge(text.as_bytes());
        assert_eq!(client_data("{\"challenge\":\"AAEC\",\"more\":[]}"), Some(vec![0, 1, 2]));
        assert_eq!(client_data("{\"challenge\":\"AAEC=\"}"), None);
        assert_eq!(client_data("{\"challenge\":\"AAEC\",\"crossOrigin\":false}"), Some(vec![0, 1, 2]));
        assert_eq!(client_data("{\"challenge\":\"AAEC\",\"crossOrigin\":true}"), None);
        assert_eq!(client_data("{\"challenge\":\"AAEC\",\"topOrigin\":\"https://example.com\"}"), None);
        assert_eq!(client_data(&format!("{{\"challenge\":\"{}\"}}", "A".repeat(400))), None);
    }
}
