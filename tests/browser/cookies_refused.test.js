// Chromium that blocks all cookies is told so; and what happened is told first, by title and focus.

import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { chromium } from "playwright-core";
import { barriers } from "./examine.js";
import { repository, startSite } from "./site.js";
import { join, openBrowser, Visitor } from "./visitor.js";
import { words } from "./words.js";

const account = { email: "ana@example.org", password: "quiet-harbour-lantern-41" };

/** Chromium as its settings make it with "Block all cookies". */
async function blockingBrowser(folder) {
  await mkdir(path.join(folder, "Default"), { recursive: true });
  const preferences = { profile: { default_content_setting_values: { cookies: 2 } } };
  await writeFile(path.join(folder, "Default", "Preferences"), JSON.stringify(preferences));
  return chromium.launchPersistentContext(folder, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--no-first-run"],
    locale: "en-GB",
    viewport: { width: 320, height: 640 },
  });
}

describe("cookies", () => {
  let browser, site, folder, blocking;
  before(async () => {
    site = await startSite({ ROCKET_THROTTLE__ENABLED: "false" });
    browser = await openBrowser();
    await (await join(await Visitor.arrive(browser, site), account)).leave();
    folder = await mkdtemp(path.join(tmpdir(), "vestibule-profile-"));
    blocking = await blockingBrowser(folder);
  });
  after(async () => {
    await blocking?.close();
    await browser?.close();
    await site?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test("Chromium that blocks them says why nobody is signed in", async () => {
    const page = await blocking.newPage();
    const leaves = async (action) => Promise.all([page.waitForEvent("load"), page.locator(`main form[action="${action}"] button:not([type=button])`).click()]);
    const sees = async (name) => {
      for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme });
        assert.deepEqual(await barriers(page), [], `${name}, ${colorScheme}`);
        await page.screenshot({ path: path.join(repository, `target/screenshots/${name}-phone-${colorScheme}.png`), fullPage: true });
      }
      return page.locator("body").innerText();
    };
    await page.goto(`${site.url}/account`);
    await page.fill("#email", account.email);
    await page.fill("#password", account.password);
    await leaves("/login");
    assert.ok((await sees("cookies-refused-login")).includes(words("en", "cookies-refused-title")));
    assert.ok((await page.title()).startsWith(words("en", "cookies-refused-title")));
    assert.equal(await page.evaluate(() => document.activeElement.className), "errors");

    await page.goto(`${site.url}/forgot-password`);
    await page.fill("#email", account.email);
    await leaves("/forgot-password");
    const told = await sees("cookies-refused-forgot");
    assert.ok(told.includes(words("en", "sent-title")) && told.includes(words("en", "flash-password-reset-requested")), told);

    const { link } = await site.mailTo(account.email, { subject: words("en", "mail-password-reset-subject", { site: "Example Co" }) });
    await page.goto(link);
    assert.ok((await sees("cookies-refused-reset")).includes(words("en", "reset-lost-cookies")));

    await page.goto(`${site.url}/signup`);
    await page.fill("#email", "bo@example.org");
    await page.fill("#password", account.password);
    await leaves("/signup");
    assert.ok((await sees("cookies-refused-signup")).includes(words("en", "cookies-refused-title")));
    await page.close();
  });

  test("what happened is told first, without a script", async () => {
    const ana = await Visitor.arrive(browser, site, "en", { javaScriptEnabled: false });
    await ana.open("/login");
    await ana.fill("field-email", account.email);
    await ana.fill("field-password", account.password);
    await ana.press("sign-in");
    ana.at("/account");
    await ana.fill("field-name", "Ana");
    await ana.press("save");
    assert.ok((await ana.page.title()).startsWith(ana.t("flash-saved")), await ana.page.title());
    assert.equal(await ana.page.locator(":focus").innerText(), ana.t("flash-saved"));
    await ana.leave();
  });
});
