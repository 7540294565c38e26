// What the pages say, read from the same files that the pages are made of.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { FluentBundle, FluentResource } from "@fluent/bundle";
import { repository } from "./site.js";

/** Languages that are there for the tests alone: a `locales_dir`. */
export const ownLocales = path.join(repository, "tests/browser/locales");
const rightToLeft = ["ar"];
const bundles = new Map();

function bundle(language) {
  if (!bundles.has(language)) {
    const made = new FluentBundle(language, { useIsolating: rightToLeft.includes(language) });
    const folders = [path.join(repository, "locales", language), path.join(ownLocales, language)].filter((folder) => existsSync(folder));
    for (const folder of folders) {
      for (const file of readdirSync(folder).filter((name) => name.endsWith(".ftl"))) {
        const errors = made.addResource(new FluentResource(readFileSync(path.join(folder, file), "utf8")));
        if (errors.length > 0) throw errors[0];
      }
    }
    bundles.set(language, made);
  }
  return bundles.get(language);
}

/** The message of that key in that language, or in English where it lacks it. A key that is missing ends the test. */
export function words(language, key, args = {}) {
  const speaks = [language, "en"].map(bundle).find((one) => one.getMessage(key)?.value);
  if (!speaks) throw new Error(`locales/${language} has no ${key}`);
  return speaks.formatPattern(speaks.getMessage(key).value, args);
}
