// Every page, by daylight and at night, on a desktop and on a phone.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { barriers, examine, invalid, nothingFound } from "./examine.js";
import { everyPage } from "./pages.js";
import { startSite } from "./site.js";
import { join, openBrowser, signIn, Visitor } from "./visitor.js";

const password = "quiet-harbour-lantern-41";

everyPage("every page", { language: "en", look: examine });

describe("other houses", () => {
  let browser;
  before(async () => {
    browser = await openBrowser();
  });
  after(() => browser?.close());
  afterEach(nothingFound);

  test("sign-up is closed", async () => {
    const site = await startSite({ ROCKET_SIGNUP: "closed", ROCKET_SITE__LINKS__CONTACT: "mailto:help@example.org" });
    try {
      const newcomer = await Visitor.arrive(browser, site);
      await examine(await newcomer.open("/"), "home-closed");
      await examine(await newcomer.open("/signup"), "signup-closed");
      await examine(await newcomer.open("/login"), "login-closed");
    } finally {
      await site.stop();
    }
  });

  test("too many tries", async () => {
    const site = await startSite();
    try {
      const hasty = await Visitor.arrive(browser, site);
      for (let tries = 0; tries < 30 && hasty.document?.status() !== 429; tries++) {
        await signIn(hasty, { email: "ana@example.org", password: "not-the-right-one" });
      }
      assert.equal(hasty.status, 429);
      assert.ok(Number((await hasty.document.allHeaders())["retry-after"]) > 0);
      await examine(hasty, "error-page-429");
    } finally {
      await site.stop();
    }
  });

  test("a form from elsewhere", async () => {
    const [site, elsewhere] = await Promise.all([startSite(), startSite()]);
    try {
      const ana = await join(await Visitor.arrive(browser, site), { email: "ana@example.org", password });
      const page = `<!doctype html><html lang="en"><title>Win</title><h1>Win</h1><form method="post" action="${site.url}/logout"><button>Go</button></form>`;
      await ana.page.route(`${elsewhere.url}/win`, (route) => route.fulfill({ contentType: "text/html", body: page }));
      await ana.page.goto(`${elsewhere.url}/win`);
      await ana.leaves(ana.page.locator("button"));
      assert.equal(ana.status, 403);
      await examine(ana, "error-page-403-elsewhere");
      await ana.open("/account");
      ana.at("/account");
    } finally {
      await Promise.all([site.stop(), elsewhere.stop()]);
    }
  });

  test("mails, as the person who gets them sees them", async () => {
    const site = await startSite({ ROCKET_THROTTLE__ENABLED: "false" });
    try {
      for (const language of ["en", "de"]) {
        const ana = await Visitor.arrive(browser, site, language);
        for (const [name, mail] of Object.entries(await everyMail(browser, site, language))) {
          await ana.open(mail.path);
          const html = await ana.page.locator("iframe").getAttribute("srcdoc");
          assert.deepEqual(await invalid(html, `mail-${name}`), [], `mail-${name}`);
          const reader = await browser.newPage({ viewport: { width: 320, height: 640 } });
          await reader.setContent(html);
          // The colours are the same in every language.
          for (const colorScheme of language === "en" ? ["light", "dark"] : ["light"]) {
            await reader.emulateMedia({ colorScheme });
            // A mail has no landmarks: its reader has.
            const found = (await barriers(reader)).filter((fault) => !/^(region|landmark-one-main):/.test(fault));
            assert.deepEqual(found, [], `mail-${name}, ${colorScheme}`);
            await reader.screenshot({ path: `../../target/screenshots/mail-${name}-${language}-${colorScheme}.png`, fullPage: true });
          }
          assert.ok(await reader.evaluate(() => document.scrollingElement.scrollWidth <= innerWidth));
          await reader.close();
        }
        await ana.leave();
      }
    } finally {
      await site.stop();
    }
  });
});

/** Brings every mail about that people get, in a language. */
async function everyMail(browser, site, language) {
  const at = (who, host) => `${who}.${language}@example.${host}`;
  const [email, next, another] = [at("ana", "org"), at("ana", "net"), at("bo", "org")];
  const ana = await join(await Visitor.arrive(browser, site, language), { email, password });
  const bo = await join(await Visitor.arrive(browser, site, language), { email: another, password });
  const told = (purpose, address) => site.mailTo(address, { subject: ana.t(`mail-${purpose}-subject`, { site: "Example Co" }) });
  const sends = async (visitor, page, fields) => {
    await visitor.open(page);
    for (const [name, text] of Object.entries(fields)) await visitor.type(name, text);
    await visitor.send(page);
  };
  const mails = { "confirm-email": await told("confirm-email", email) };

  await sends(bo, "/account/password", { current_password: password, password: `${password}-new` });
  mails["password-changed"] = await told("password-changed", another);
  // The site is at an IP address, where none can be added; the mails of passkeys have the same parts.
  const row = `INSERT INTO passkeys (id, user_id, credential_id, credential, transports, name, aaguid, counter, backup_eligible, synced, created_at, last_used_at)
    SELECT ?1 || id, id, CAST(?1 || id AS BLOB), '{}', '', 'Phone', '', 0, 0, 0, 1, 0 FROM users WHERE email = ?2`;
  await site.sql(row, [["a", another], ["b", another]]);
  await bo.open("/account/passkeys");
  await bo.leaves(bo.button("passkeys-remove").first());
  mails["passkey-removed"] = await told("passkey-removed", another);
  await bo.press("passkeys-remove");
  mails["two-factor-disabled"] = await told("two-factor-disabled", another);
  await sends(bo, "/account/delete", {});
  mails["deletion-requested"] = await told("deletion-requested", another);
  await signIn(bo, { email: another, password: `${password}-new` });
  await bo.press("leaving-keep");
  mails["deletion-undone"] = await told("deletion-undone", another);

  await sends(ana, "/account/email", { email: another });
  mails["email-change-taken"] = await told("email-change-taken", another);
  await sends(ana, "/account/email", { email: next });
  mails["email-change"] = await told("email-change", next);
  await ana.open(mails["email-change"].link);
  await ana.press("email-confirm-button");
  mails["email-changed"] = await told("email-changed", email);
  await ana.open(mails["email-changed"].link);
  await ana.press("email-undo-button");
  mails["email-restored"] = await told("email-restored", next);
  mails["reset-needed"] = await told("password-reset", email);
  await ana.leave();

  const stranger = await Visitor.arrive(browser, site, language);
  await signIn(stranger, { email: another, password: `${password}-new` });
  mails["new-device"] = await told("new-device", another);
  await stranger.press("sign-out");
  await sends(stranger, "/forgot-password", { email: another });
  mails["password-reset"] = await told("password-reset", another);
  await sends(stranger, "/signup", { email: another, password });
  mails["email-taken"] = await told("email-taken", another);
  await site.command("user", "disable", another);
  await sends(stranger, "/forgot-password", { email: another });
  mails["password-reset-disabled"] = await told("password-reset-disabled", another);
  await stranger.leave();
  await bo.leave();
  return mails;
}
