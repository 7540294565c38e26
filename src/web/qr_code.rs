//! A QR code as a picture in the page: an SVG in a `data:` URL, which the `Content-Security-Policy` permits for images.
//!
//! It is black on white with four white modules around it (ISO/IEC 18004 section 9.1), also on a dark page: without them some
//! readers see nothing.

use std::fmt::Write as _;

use fast_qr::{ECL, QRBuilder};

/// The white modules on each side.
const QUIET: usize = 4;

/// The picture of a text. None: the text is too long for a QR code.
#[must_use]
pub fn data_url(text: &str) -> Option<String> {
    let code = QRBuilder::new(text).ecl(ECL::L).build().ok()?;
    let whole = code.size + 2 * QUIET;
    // One line of strokes for each row: `h` draws, `m` moves. No blanks, which no URL may have.
    let mut strokes = String::new();
    for row in 0..code.size {
        let _ = write!(strokes, "M{QUIET},{}.5", row + QUIET);
        let modules: Vec<bool> = code[row].iter().map(|module| module.value()).collect();
        for run in modules.chunk_by(|one, other| one == other) {
            let _ = if run[0] {
                write!(strokes, "h{}", run.len())
            } else {
                write!(strokes, "m{},0", run.len())
            };
        }
    }
    Some(format!(
        "data:image/svg+xml,%3Csvg%20xmlns='http://www.w3.org/2000/svg'%20viewBox='0,0,{whole},{whole}'%20shape-rendering='crispEdges'%3E\
         %3Cpath%20fill='%23fff'%20d='M0,0h{whole}v{whole}H0z'/%3E%3Cpath%20stroke='%23000'%20d='{strokes}'/%3E%3C/svg%3E"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_is_small_and_has_its_white_margin() {
        let uri =
            |account: &str| format!("otpauth://totp/Vestibule:{account}?secret={}&issuer=Vestibule", "A".repeat(32));
        let usual = data_url(&uri("ana%40example.org")).unwrap();
        assert!(usual.len() < 6_000, "{}", usual.len());
        assert!(
            usual
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && !b"<>\"`{}|\\^#".contains(&byte))
        );
        // Version 5 has 37 modules a side.
        assert!(usual.contains("viewBox='0,0,45,45'"), "{usual}");
        assert!(usual.contains("d='M4,4.5h7"), "{usual}");
        assert!(!usual.contains("M0,0.5") && usual.contains("M4,40.5h7"));
        // The longest address that there is.
        assert!(data_url(&uri(&"a".repeat(254))).unwrap().len() < 20_000);
        assert_eq!(data_url(&"a".repeat(3_000)), None);
    }
}
