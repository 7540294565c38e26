// Every page in a language that is written from right to left. The language is one of an operator's: the files of the tests,
// by `locales_dir`.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { collect, desktop, misfits, phone, screenshots } from "./examine.js";
import { everyPage } from "./pages.js";
import { repository } from "./site.js";
import { ownLocales } from "./words.js";

everyPage("every page from right to left", { language: "ar", look: mirrored, settings: { ROCKET_LOCALES_DIR: ownLocales } });

async function mirrored(visitor, name) {
  const { page } = visitor;
  for (const [device, viewport] of Object.entries({ desktop, phone })) {
    await page.setViewportSize(viewport);
    const faults = [...(await misfits(page)), ...(await page.evaluate(leaning, device))];
    collect(visitor, name, faults.map((fault) => `${device}: ${fault}`));
    await page.screenshot({ path: path.join(screenshots, `${name}-${device}-ar.png`), fullPage: true });
  }
  if (name === "dev-mail") collect(visitor, name, await mail(page));
  await page.setViewportSize(desktop);
}

/** What leans the wrong way. It runs in the page. */
function leaning(device) {
  const faults = [];
  const all = (css) => [...document.querySelectorAll(css)].filter((one) => one.checkVisibility() && one.getBoundingClientRect().width > 2);
  const told = (one) => one.outerHTML.slice(0, 100);
  const inside = (one) => {
    const box = one.getBoundingClientRect();
    const style = getComputedStyle(one);
    return box.right - parseFloat(style.paddingRight) - parseFloat(style.borderRightWidth);
  };
  if (document.documentElement.dir !== "rtl") faults.push("<html> is not dir=rtl");

  // What is read begins at the right edge.
  for (const one of all("main :is(h1, h2, label:not(.check), .hint, .why, caption), main > p, main form > p")) {
    if (getComputedStyle(one).textAlign === "center" || one.closest(".empty")) continue;
    const text = document.createRange();
    text.selectNodeContents(one);
    const lines = [...text.getClientRects()].filter((box) => box.width > 1);
    const edge = Math.max(...lines.map((box) => box.right));
    if (lines.length > 0 && Math.abs(edge - inside(one)) > 2) faults.push(`does not begin at the right edge: ${told(one)}`);
  }
  for (const one of all("main label[for]")) {
    const control = document.getElementById(one.htmlFor);
    if (control && Math.abs(one.getBoundingClientRect().right - control.closest(".field").getBoundingClientRect().right) > 2) {
      faults.push(`a label is not above the right end of its field: ${told(one)}`);
    }
  }
  const pairs = [[".bar .brand", ".bar nav"], [".check input", ".check"]];
  if (device === "desktop") pairs.push([".settings > .side", ".settings > .pane"], ["thead th:first-child", "thead th:last-child"], [".facts dt", ".facts dd"]);
  for (const [first, second] of pairs) {
    const [one] = all(first);
    const [other] = all(second);
    const wraps = one && other && one.getBoundingClientRect().bottom <= other.getBoundingClientRect().top;
    if (one && other && !wraps && one.getBoundingClientRect().left <= other.getBoundingClientRect().left) faults.push(`${first} is not to the right of ${second}`);
  }

  // Arrows that point back or on.
  for (const one of all("span")) {
    if (/^[←→]$/.test(one.textContent) && getComputedStyle(one).scale !== "-1 1") faults.push(`an arrow points the wrong way: ${told(one.parentElement)}`);
  }

  // Addresses, codes and passwords are written from left to right in every language.
  for (const one of all("input:is([type=email], [type=password], .code)")) {
    if (getComputedStyle(one).direction !== "ltr") faults.push(`is typed from right to left: ${told(one)}`);
  }
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const { data, parentElement } = texts.currentNode;
    const alone = /^\s*(\S+@\S+\.\w+|https?:\S+)\s*$/.test(data) && parentElement.tagName !== "OPTION";
    if (alone && getComputedStyle(parentElement).direction !== "ltr") faults.push(`an address reads from right to left: ${told(parentElement)}`);
  }
  return faults;
}

/** The HTML version of a mail: a webmail shows what is in its body, in a page that has a direction of its own. */
async function mail(page) {
  const frame = await page.locator("iframe").elementHandle();
  return (await frame.contentFrame()).evaluate(() => {
    const directions = (css) => [...document.querySelectorAll(css)].map((one) => getComputedStyle(one).direction);
    const faults = [];
    if (document.documentElement.dir !== "rtl") faults.push("the mail's <html> is not dir=rtl");
    if (document.querySelector("body > div").dir !== "rtl") faults.push("the mail's text has no direction without <html>");
    if (directions("h1")[0] !== "rtl") faults.push("the mail's title is not written from right to left");
    if (directions(".code").some((direction) => direction !== "ltr") || directions(".code").length === 0) faults.push("the mail's code is written from right to left");
    const links = [...document.querySelectorAll("a")].filter((one) => /^https?:/.test(one.textContent));
    if (links.length === 0 || links.some((one) => getComputedStyle(one).direction !== "ltr")) faults.push("the mail's link is written from right to left");
    return faults;
  });
}

test("the stylesheet says start and end, not left and right", () => {
  const css = readFileSync(path.join(repository, "static/app.css"), "utf8");
  const lines = css.split("\n").filter((line) => !line.includes("[dir=rtl]"));
  const physical = lines.filter((line) => /(margin|padding|border)-(left|right)|text-align: (left|right)|float:|[\s;{](left|right): \S+[;}]/.test(line));
  assert.deepEqual(physical, []);
  // Two sides of a shorthand that differ say left and right, too.
  const whole = css.replace(/\([^()]*\)/g, (inside) => inside.replaceAll(" ", ""));
  const shorthands = [...whole.matchAll(/(margin|padding|inset):((?: [^\s;}]+){4})\s*[;}]/g)].map(([rule, , sides]) => [rule, sides.trim().split(" ")]);
  const uneven = shorthands.filter(([, [, right, , left]]) => right !== left);
  assert.deepEqual(uneven.map(([rule]) => rule), []);
});
