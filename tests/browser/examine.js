// A close look at one page: accessible (WCAG 2.2 AA), valid, never wider than its window. Pictures of it go to
// target/screenshots.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { HtmlValidate, FileSystemConfigLoader } from "html-validate";
import { repository } from "./site.js";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const validator = new HtmlValidate(new FileSystemConfigLoader());
export const screenshots = path.join(repository, "target/screenshots");
export const desktop = { width: 1280, height: 800 };
export const phone = { width: 320, height: 640 };
mkdirSync(screenshots, { recursive: true });

// One page's faults shall not hide the next one's.
let collected = [];

/** Notes faults of a page. */
export function collect(visitor, name, faults) {
  collected.push(...faults.map((fault) => `${name} (${visitor.path}, ${visitor.language}): ${fault}`));
}

/** Fails when anything was found since the last time: for `afterEach`. */
export function nothingFound() {
  const found = collected;
  collected = [];
  if (found.length > 0) assert.fail(`${found.length} faults\n${found.join("\n")}`);
}

/** Everything about the page that the visitor sees. */
export async function examine(visitor, name) {
  const { page } = visitor;
  const faults = [...(await invalid(await visitor.document.text(), name))];
  await page.mouse.move(0, 0);
  for (const [device, viewport] of Object.entries({ desktop, phone })) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      faults.push(...(await barriers(page)).map((fault) => `${device}, ${colorScheme}: ${fault}`));
      await framesPainted(page);
      await page.screenshot({ path: path.join(screenshots, `${name}-${device}-${colorScheme}.png`), fullPage: true });
    }
    faults.push(...(await misfits(page)).map((fault) => `${device}: ${fault}`));
  }
  await page.setViewportSize(desktop);
  await page.emulateMedia({ colorScheme: "light" });
  collect(visitor, name, faults);
}

/** Only whether everything fits: in a language with longer words, on a phone, or with large text, on a desktop. */
export async function fits(visitor, name, { large = false } = {}) {
  const { page } = visitor;
  await page.setViewportSize(large ? desktop : phone);
  collect(visitor, name, await misfits(page));
  const file = `${name}-${large ? "large" : "phone"}-${visitor.language}.png`;
  await page.screenshot({ path: path.join(screenshots, file), fullPage: true });
  await page.setViewportSize(desktop);
}

/** What axe-core finds, as sentences. */
export async function barriers(page) {
  await page.evaluate(axe);
  const found = await page.evaluate((runOnly) => globalThis.axe.run(document, { runOnly, resultTypes: ["violations"], iframes: false }), tags);
  return found.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.html} (${node.failureSummary})`));
}

/** What is wrong with the HTML as it was sent. */
export async function invalid(html, name) {
  const report = await validator.validateString(html, path.join(import.meta.dirname ?? ".", `${name}.html`));
  return report.results.flatMap((result) =>
    result.messages.map(({ ruleId, message, line, column }) => `${ruleId}: ${message} (${line}:${column})`),
  );
}

/** A frame (the HTML version in the development mailbox) is painted only once it is in sight. */
async function framesPainted(page) {
  for (const frame of await page.locator("iframe").all()) {
    await frame.scrollIntoViewIfNeeded();
    await page.waitForTimeout(500);
  }
  await page.evaluate(() => scrollTo(0, 0));
}

/** What sticks out of the window, and short words that are broken in two. */
export async function misfits(page) {
  return page.evaluate(() => {
    const faults = [];
    const root = document.scrollingElement;
    if (root.scrollWidth > root.clientWidth) {
      const wide = [...document.body.querySelectorAll("*")].filter((one) => {
        const { left, right } = one.getBoundingClientRect();
        return right > root.clientWidth + 1 || left < -1;
      });
      const blamed = wide.filter((one) => ![...one.children].some((child) => wide.includes(child)));
      const told = blamed.slice(0, 5).map((one) => one.outerHTML.slice(0, 120));
      faults.push(`scrolls sideways, ${root.scrollWidth} of ${root.clientWidth}: ${told.join(" | ")}`);
    }
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const broken = new Set();
    while (texts.nextNode()) {
      for (const word of texts.currentNode.data.matchAll(/\p{L}{2,12}(?![^\s.,:!?])/gu)) {
        const before = texts.currentNode.data[word.index - 1];
        if (before !== undefined && !/\s/.test(before)) continue;
        const range = document.createRange();
        range.setStart(texts.currentNode, word.index);
        range.setEnd(texts.currentNode, word.index + word[0].length);
        if (new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size > 1) broken.add(word[0]);
      }
    }
    if (broken.size > 0) faults.push(`breaks words: ${[...broken].slice(0, 5).join(", ")}`);
    return faults;
  });
}
