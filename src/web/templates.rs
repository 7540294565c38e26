//! The templates of pages, as they were loaded last.

use std::sync::Arc;

use parking_lot::RwLock;
use tera::{Context, Tera};

/// About as long as a page is.
const PAGE_BYTES: usize = 8 * 1024;

/// Rocket loads the templates, and in debug builds loads them again when one changes. They are rendered here: on its own
/// way it would copy everything that a page shows twice.
#[derive(Clone, Default)]
pub struct Templates(Arc<RwLock<Arc<Tera>>>);

impl Templates {
    /// Takes over what was loaded.
    pub fn load(&self, engine: &Tera) {
        *self.0.write() = Arc::new(engine.clone());
    }

    /// Renders a page.
    ///
    /// # Errors
    /// When there is no such template, or it fails.
    pub fn render(&self, name: &str, context: &Context) -> tera::Result<Vec<u8>> {
        let engine = Arc::clone(&self.0.read());
        let mut page = Vec::with_capacity(PAGE_BYTES);
        engine.render_to(name, context, &mut page)?;
        Ok(page)
    }
}
