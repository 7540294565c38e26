//! The test vectors of Web Authentication Level 3 (section "Test Vectors"), as the specification publishes them: fifteen keys, each
//! with a registration and an authentication. `tests/data/webauthn-level-3.json` has their values.
//!
//! We ask for user verification, for ES256 or RS256, and for pages of our own that no other page embeds. So most of them must
//! be refused here, although they are right; what is refused says why.

use std::collections::BTreeMap;

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;
use webauthn_rs::WebauthnBuilder;

use super::{Registrant, RelyingParty};
use crate::accounts::webauthn::response::{Assertion, Attestation};

const VECTORS: &str = include_str!("../../../../tests/data/webauthn-level-3.json");

/// An ES256 key (RFC 9053 section 2.1) in CBOR, before its two coordinates.
const ES256: [u8; 10] = [0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20];

const ACCEPTED: &str = "accepted";
const UNVERIFIED: &str = "The user verified bit is not set, and required by policy";
/// A page of another site had embedded the page, or the challenge is none of ours, which have 32 bytes.
const NOT_OURS: &str = "no answer";
const OTHER_KEY: &str = "another algorithm";

/// What becomes of the registration and of the authentication. We ask for no attestation, so browsers take these out; those of a
/// TPM and of Android, which the library cannot verify, do not reach us.
const EXPECTED: [(&str, &str, &str); 15] = [
    ("ES256 Credential with No Attestation", UNVERIFIED, UNVERIFIED),
    ("ES256 Credential with Self Attestation", ACCEPTED, UNVERIFIED),
    ("\"crossOrigin\"", NOT_OURS, NOT_OURS),
    ("\"topOrigin\"", NOT_OURS, NOT_OURS),
    ("very long credential ID", UNVERIFIED, ACCEPTED),
    ("Packed Attestation with ES256", ACCEPTED, ACCEPTED),
    ("ES384", UNVERIFIED, OTHER_KEY),
    ("ES512", NOT_OURS, OTHER_KEY),
    // Its modulus has 3,482 bits; the library knows those of 2,048.
    ("RS256", "The COSEKey contains invalid RSA modulus/exponent data", OTHER_KEY),
    ("Ed25519", UNVERIFIED, OTHER_KEY),
    ("Ed448", UNVERIFIED, OTHER_KEY),
    ("TPM", "The COSEKey type is not supported by this implementation", ACCEPTED),
    ("Android", "The attestation statement x5c (trust root) is not valid", UNVERIFIED),
    ("Apple", UNVERIFIED, UNVERIFIED),
    ("FIDO U2F", UNVERIFIED, UNVERIFIED),
];

#[derive(Deserialize)]
struct Vector {
    name: String,
    registration: BTreeMap<String, String>,
    authentication: BTreeMap<String, String>,
}

fn relying_party() -> RelyingParty {
    let origin = Url::parse("https://example.org").unwrap();
    let builder = WebauthnBuilder::new("example.org", &origin).unwrap();
    RelyingParty {
        id: "example.org".to_owned(),
        origin: "https://example.org".to_owned(),
        webauthn: builder.rp_name("Example").build().unwrap(),
    }
}

fn bytes(values: &BTreeMap<String, String>, name: &str) -> Vec<u8> {
    HEXLOWER.decode(values[name].as_bytes()).unwrap()
}

fn text(values: &BTreeMap<String, String>, name: &str) -> String {
    BASE64URL_NOPAD.encode(&bytes(values, name))
}

/// What the browser sends.
fn credential(vector: &Vector, response: &Value) -> String {
    let id = text(&vector.registration, "credential_id");
    json!({ "id": id, "rawId": id, "type": "public-key", "clientExtensionResults": {}, "response": response })
        .to_string()
}

/// The state of a ceremony with the challenge of the vector in place of ours.
fn state(state: &str, challenge: &[u8], values: &BTreeMap<String, String>) -> String {
    let ours = BASE64URL_NOPAD.encode(challenge);
    assert_eq!(state.matches(&ours).count(), 1);
    state.replace(&ours, &text(values, "challenge"))
}

/// The stored JSON of a new passkey, or why it is refused.
fn registered(vector: &Vector) -> Result<String, String> {
    let relying_party = relying_party();
    let who = Registrant {
        handle: &[7; 32],
        name: "ana@example.org",
        display_name: "Ana",
    };
    let ceremony = relying_party.start_registration(&who, &[]).unwrap();
    let state = state(&ceremony.state, &ceremony.challenge, &vector.registration);
    let response = json!({
        "attestationObject": text(&vector.registration, "attestationObject"),
        "clientDataJSON": text(&vector.registration, "clientDataJSON"),
    });
    let answer = Attestation::parse(&credential(vector, &response)).ok_or("no answer")?;
    assert_eq!(answer.challenge, bytes(&vector.registration, "challenge"));
    let stored = relying_party.finish_registration(&state, &answer);
    let stored = stored.map_err(|why| why.to_string())?;
    assert_eq!(stored.credential_id, bytes(&vector.registration, "credential_id"));
    Ok(stored.json)
}

/// Whether the proof is accepted from a stored passkey with the vector's key.
fn authenticated(vector: &Vector, stored: &str) -> Result<(), String> {
    let relying_party = relying_party();
    let ceremony = relying_party.start_authentication(&[]).unwrap();
    let state = state(&ceremony.state, &ceremony.challenge, &vector.authentication);
    let response = json!({
        "authenticatorData": text(&vector.authentication, "authenticatorData"),
        "clientDataJSON": text(&vector.authentication, "clientDataJSON"),
        "signature": text(&vector.authentication, "signature"),
        "userHandle": BASE64URL_NOPAD.encode(&[7; 32]),
    });
    let answer = Assertion::parse(&credential(vector, &response)).ok_or("no answer")?;
    let eligible = answer.flags.backup_eligible;
    let proof = relying_party.finish_authentication(&state, &answer, stored, eligible);
    proof.map(|_| ()).map_err(|why| why.to_string())
}

/// A stored passkey of ours with the key of the vector. None: its key is no ES256.
fn stored_with_key_of(vector: &Vector, template: &str) -> Option<String> {
    let object = bytes(&vector.registration, "attestationObject");
    let at = object.windows(ES256.len()).rposition(|part| part == ES256)? + ES256.len();
    let mut stored: Value = serde_json::from_str(template).unwrap();
    let coordinate = |from: usize| Value::from(BASE64URL_NOPAD.encode(&object[from..from + 32]));
    let key = stored.pointer_mut("/cred/cred/key/EC_EC2").unwrap();
    key["x"] = coordinate(at);
    key["y"] = coordinate(at + 35);
    stored["cred"]["cred_id"] = text(&vector.registration, "credential_id").into();
    Some(stored.to_string())
}

/// The first coordinate of the key of a stored passkey.
fn key_of(stored: &str) -> String {
    let stored: Value = serde_json::from_str(stored).unwrap();
    stored["cred"]["cred"]["key"]["EC_EC2"]["x"].as_str().unwrap().to_owned()
}

#[test]
fn the_vectors_of_the_specification_are_accepted_and_refused() {
    let vectors: Vec<Vector> = serde_json::from_str(VECTORS).unwrap();
    assert_eq!(vectors.len(), 15);
    let find = |name: &str| vectors.iter().find(|vector| vector.name.contains(name)).unwrap();
    let template = registered(find("Packed Attestation with ES256")).unwrap();
    for (name, registration, authentication) in EXPECTED {
        let vector = find(name);
        let told = registered(vector).map_or_else(|why| why, |_| ACCEPTED.to_owned());
        assert_eq!(told, registration, "registration: {name}");
        let told = stored_with_key_of(vector, &template).map_or_else(
            || OTHER_KEY.to_owned(),
            |stored| authenticated(vector, &stored).map_or_else(|why| why, |()| ACCEPTED.to_owned()),
        );
        assert_eq!(told, authentication, "authentication: {name}");
        // The signature of another key is never right.
        if let Some(mut other) = stored_with_key_of(vector, &template) {
            other = other.replace(&key_of(&other), &key_of(&template));
            assert!(name == "Packed Attestation with ES256" || authenticated(vector, &other).is_err(), "{name}");
        }
    }
}
