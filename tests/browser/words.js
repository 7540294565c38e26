// What the pages say, read from the same files that the pages are made of.

import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { FluentBundle, FluentResource } from "@fluent/bundle";
import { repository } from "./site.js";

const bundles = new Map();

function bundle(language) {
  if (!bundles.has(language)) {
    const made = new FluentBundle(language, { useIsolating: false });
    const folder = path.join(repository, "locales", language);
    for (const file of readdirSync(folder).filter((name) => name.endsWith(".ftl"))) {
      const errors = made.addResource(new FluentResource(readFileSync(path.join(folder, file), "utf8")));
      if (errors.length > 0) throw errors[0];
    }
    bundles.set(language, made);
  }
  return bundles.get(language);
}

/** The message of that key in that language. A key that is missing ends the test. */
export function words(language, key, args = {}) {
  const message = bundle(language).getMessage(key);
  if (!message?.value) throw new Error(`locales/${language} has no ${key}`);
  return bundle(language).formatPattern(message.value, args);
}
