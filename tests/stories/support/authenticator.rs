//! An authenticator for passkeys that shows whatever a story asks for: flags, counters, origins, handles.

use ciborium::Value as Cbor;
use data_encoding::BASE64URL_NOPAD;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::random;

pub const PRESENT: u8 = 0x01;
pub const VERIFIED: u8 = 0x04;
pub const BACKUP_ELIGIBLE: u8 = 0x08;
pub const BACKED_UP: u8 = 0x10;
const HAS_CREDENTIAL: u8 = 0x40;

/// One passkey, and how its authenticator and browser behave. A clone is a copy of the key.
#[derive(Clone)]
pub struct Authenticator {
    pub key: SigningKey,
    pub credential_id: Vec<u8>,
    /// The user handle, from the options of the registration.
    pub handle: Option<Vec<u8>>,
    pub flags: u8,
    /// The counter of the next signature. It counts on unless it is 0.
    pub counter: u32,
    pub aaguid: [u8; 16],
    pub transports: Vec<&'static str>,
    /// The origin that the browser tells.
    pub origin: String,
    pub rp_id: String,
    /// What the browser says that it did.
    pub ceremony: Option<&'static str>,
}

impl Authenticator {
    /// One as it is built into a laptop: bound to it, without a counter.
    pub fn new(origin: &str) -> Self {
        Self {
            key: SigningKey::from_slice(&random::<32>()).unwrap(),
            credential_id: random::<20>().to_vec(),
            handle: None,
            flags: PRESENT | VERIFIED,
            counter: 0,
            aaguid: [0; 16],
            transports: vec!["internal"],
            origin: origin.to_owned(),
            rp_id: url::Url::parse(origin).unwrap().domain().unwrap().to_owned(),
            ceremony: None,
        }
    }

    /// One that counts, from that number on.
    #[must_use]
    pub fn counting(self, counter: u32) -> Self {
        Self { counter, ..self }
    }

    /// One whose passkeys a provider syncs.
    #[must_use]
    pub fn synced(mut self) -> Self {
        self.flags |= BACKUP_ELIGIBLE | BACKED_UP;
        self
    }

    #[must_use]
    pub fn with_flags(self, flags: u8) -> Self {
        Self { flags, ..self }
    }

    /// Makes the passkey that `options` (`publicKey`) ask for: `PublicKeyCredential` in its JSON form.
    pub fn create(&mut self, options: &Value) -> Value {
        self.handle = Some(bytes(&options["user"]["id"]));
        let public = self.key.verifying_key().to_sec1_point(false);
        let coordinate = |bytes: Option<&[u8]>| Cbor::Bytes(bytes.unwrap().to_vec());
        let key = Cbor::Map(vec![
            (1.into(), 2.into()),
            (3.into(), (-7).into()),
            ((-1).into(), 1.into()),
            ((-2).into(), coordinate(public.x().map(AsRef::as_ref))),
            ((-3).into(), coordinate(public.y().map(AsRef::as_ref))),
        ]);
        let mut data = self.data(HAS_CREDENTIAL);
        data.extend(self.aaguid);
        data.extend(u16::try_from(self.credential_id.len()).unwrap().to_be_bytes());
        data.extend(&self.credential_id);
        data.extend(cbor(&key));
        let attestation = Cbor::Map(vec![
            ("fmt".into(), "none".into()),
            ("attStmt".into(), Cbor::Map(Vec::new())),
            ("authData".into(), Cbor::Bytes(data.clone())),
        ]);
        let client_data = self.client_data("webauthn.create", options);
        self.count();
        self.credential(&json!({
            "attestationObject": BASE64URL_NOPAD.encode(&cbor(&attestation)),
            "authenticatorData": BASE64URL_NOPAD.encode(&data),
            "clientDataJSON": BASE64URL_NOPAD.encode(client_data.as_bytes()),
            "transports": self.transports,
            "publicKeyAlgorithm": -7,
        }))
    }

    /// Signs the challenge of `options` (`publicKey`).
    pub fn get(&mut self, options: &Value) -> Value {
        let client_data = self.client_data("webauthn.get", options);
        let data = self.data(0);
        let signed = [&data[..], &Sha256::digest(client_data.as_bytes())].concat();
        let signature: Signature = self.key.sign(&signed);
        let mut response = json!({
            "authenticatorData": BASE64URL_NOPAD.encode(&data),
            "clientDataJSON": BASE64URL_NOPAD.encode(client_data.as_bytes()),
            "signature": BASE64URL_NOPAD.encode(signature.to_der().as_bytes()),
        });
        if let Some(handle) = &self.handle {
            response["userHandle"] = BASE64URL_NOPAD.encode(handle).into();
        }
        self.count();
        self.credential(&response)
    }

    fn count(&mut self) {
        if self.counter > 0 {
            self.counter += 1;
        }
    }

    fn credential(&self, response: &Value) -> Value {
        let id = BASE64URL_NOPAD.encode(&self.credential_id);
        json!({
            "id": id,
            "rawId": id,
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": response,
        })
    }

    fn client_data(&self, ceremony: &str, options: &Value) -> String {
        json!({
            "type": self.ceremony.unwrap_or(ceremony),
            "challenge": options["challenge"],
            "origin": self.origin,
            "crossOrigin": false,
        })
        .to_string()
    }

    fn data(&self, more: u8) -> Vec<u8> {
        let mut data = Sha256::digest(self.rp_id.as_bytes()).to_vec();
        data.push(self.flags | more);
        data.extend(self.counter.to_be_bytes());
        data
    }
}

/// What a member of options stands for.
pub fn bytes(member: &Value) -> Vec<u8> {
    BASE64URL_NOPAD.decode(member.as_str().unwrap().as_bytes()).unwrap()
}

fn cbor(value: &Cbor) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).unwrap();
    bytes
}
