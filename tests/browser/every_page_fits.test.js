// Whether every page fits when words are longer or larger.

import { fits } from "./examine.js";
import { everyPage } from "./pages.js";

everyPage("every page in German, on a phone", { language: "de", look: fits });

everyPage("every page in French, on a phone", { language: "fr", look: fits });

// Text of four times the usual size; WCAG 1.4.4 asks for twice.
everyPage("every page in German, with large text", {
  language: "de",
  look: (visitor, name) => fits(visitor, name, { large: true }),
  textSize: 64,
});
