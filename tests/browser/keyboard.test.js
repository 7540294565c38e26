// The whole way from signing up to signing out with nothing but a keyboard (WCAG 2.1.1, 2.4.3, 2.4.7).

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startSite } from "./site.js";
import { openBrowser, Visitor } from "./visitor.js";

const password = "quiet-harbour-lantern-41";

/** Someone who never touches a mouse. */
class Typist extends Visitor {
  /** Goes on with Tab until the focus is on what has that name, and sees where it is at each step. */
  async tabTo(name) {
    const passed = [];
    for (let steps = 0; steps < 60; steps++) {
      await this.page.keyboard.press("Tab");
      const here = await this.page.evaluate(() => {
        const focused = document.activeElement;
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(focused);
        const box = focused.getBoundingClientRect();
        const label = focused.labels?.[0]?.firstChild?.textContent ?? focused.getAttribute("aria-label") ?? focused.textContent;
        return {
          tag: focused.tagName,
          name: label.replace(/\s+/g, " ").trim(),
          marked: (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none",
          inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
        };
      });
      if (here.tag === "BODY") continue;
      assert.ok(here.marked, `the focus on “${here.name}” (${this.path}) cannot be seen`);
      assert.ok(here.inside, `the focus on “${here.name}” (${this.path}) is outside the window`);
      if (here.name === name) return;
      passed.push(here.name);
    }
    assert.fail(`Tab never reaches “${name}” on ${this.path}, only ${passed.join(" · ")}`);
  }

  async types(key, text) {
    await this.tabTo(this.t(key).trim());
    await this.page.keyboard.press("ControlOrMeta+A");
    await this.page.keyboard.type(text);
  }

  async enters(key) {
    if (key) await this.tabTo(this.t(key));
    await this.leaves(this.page.keyboard, (keyboard) => keyboard.press("Enter"));
  }
}

describe("by keyboard alone", () => {
  let browser, site;
  before(async () => {
    browser = await openBrowser();
    site = await startSite();
  });
  after(async () => {
    await browser?.close();
    await site?.stop();
  });

  for (const language of ["en", "de"]) {
    test(`from signing up to signing out (${language})`, async () => {
      const email = `typist.${language}@example.org`;
      const typist = await Typist.arrive(browser, site, language);
      await typist.open("/");
      await typist.page.keyboard.press("Tab");
      const first = await typist.page.evaluate(() => document.activeElement.getAttribute("href"));
      assert.equal(first, "#main", "the first stop leads past the header");

      await typist.enters("sign-up");
      await typist.types("field-email", "not an address");
      await typist.types("field-password", password);
      await typist.enters();
      await typist.toldOf("email");

      // From the summary, where the focus is, Tab leads to the entry and Enter to the field.
      await typist.page.keyboard.press("Tab");
      await typist.page.keyboard.press("Enter");
      assert.equal(await typist.page.evaluate(() => document.activeElement.id), "email");
      await typist.page.keyboard.press("ControlOrMeta+A");
      await typist.page.keyboard.type(email);
      await typist.types("field-password", password);
      await typist.enters();
      typist.at("/signup/sent");

      const { code } = await site.mailTo(email);
      await typist.types("field-code", code);
      await typist.enters("confirm-button");
      assert.ok(await typist.isSignedIn());

      await typist.open("/account");
      await typist.types("field-name", "Typist");
      await typist.enters("save");
      await typist.shows("flash-saved");
      await typist.enters("sign-out");
      assert.equal(await typist.isSignedIn(), false);

      await typist.open("/login");
      await typist.types("field-email", email);
      await typist.types("field-password", password);
      await typist.tabTo(typist.t("password-show-label"));
      await typist.page.keyboard.press("Space");
      assert.equal(await typist.page.locator("#password").getAttribute("type"), "text");
      await typist.page.keyboard.press("Space");
      await typist.page.keyboard.press("Tab");
      await typist.page.keyboard.press("Space");
      assert.ok(await typist.field("field-remember").isChecked());
      await typist.enters("sign-in");
      assert.ok(await typist.isSignedIn());
      await typist.enters("sign-out");
      assert.equal(await typist.isSignedIn(), false);
      await typist.leave();
    });
  }
});
