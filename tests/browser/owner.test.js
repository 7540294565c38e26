// What the owner of an account does with it, in two browsers, by the words on the pages in each language.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startSite } from "./site.js";
import { join, openBrowser, signIn, Visitor } from "./visitor.js";

const password = "quiet-harbour-lantern-41";
const another = "velvet-compass-orchard-77";
const name = { site: "Example Co" };

describe("looking after one's account", () => {
  let browser, site;
  before(async () => {
    browser = await openBrowser();
    site = await startSite({ ROCKET_THROTTLE__ENABLED: "false" });
  });
  after(async () => {
    await browser?.close();
    await site?.stop();
  });

  const mail = (visitor, email, purpose) => site.mailTo(email, { subject: visitor.t(`mail-${purpose}-subject`, name) });
  const rest = (email) => site.sql("UPDATE sessions SET authenticated_at = 1 WHERE user_id = (SELECT id FROM users WHERE email = ?)", [[email]]);

  for (const language of ["en", "de"]) {
    test(`a forgotten password (${language})`, async () => {
      const email = `ana.${language}@example.org`;
      const ana = await join(await Visitor.arrive(browser, site, language), { email, password });
      await ana.press("sign-out");
      await ana.leaves(ana.page.locator('main a[href^="/forgot-password"]').first());
      await ana.type("email", email);
      await ana.send("/forgot-password");
      await ana.shows("flash-password-reset-requested");

      const { link } = await mail(ana, email, "password-reset");
      await ana.open(link);
      ana.at("/reset-password");
      await ana.type("password", "short");
      await ana.send("/reset-password");
      await ana.toldOf("password");
      await ana.type("password", another);
      await ana.send("/reset-password");
      assert.equal(ana.path.split("?")[0], "/login");
      await ana.shows("flash-password-set");
      assert.equal(await ana.isSignedIn(), false);
      await mail(ana, email, "password-changed");
      await ana.open(link);
      assert.equal(ana.status, 200, "a second click is told kindly");

      await signIn(ana, { email, password });
      await ana.shows("error-sign-in");
      await signIn(ana, { email, password: another });
      assert.ok(await ana.isSignedIn());
      await ana.leave();
    });

    test(`another browser, seen and signed out (${language})`, async () => {
      const email = `bo.${language}@example.org`;
      const bo = await join(await Visitor.arrive(browser, site, language), { email, password });
      const elsewhere = await Visitor.arrive(browser, site, language);
      await signIn(elsewhere, { email, password });
      assert.ok(await elsewhere.isSignedIn());
      const { link } = await mail(bo, email, "new-device");
      assert.ok(link.includes("/not-me/"));

      await bo.open("/account/sessions");
      await bo.leaves(bo.page.locator('main form[action$="/end"] button').last());
      await bo.shows("flash-session-ended");
      await elsewhere.open("/account");
      assert.equal(elsewhere.path, "/login?next=%2Faccount");

      await bo.open("/account/activity");
      await bo.shows("event-session-ended");
      await bo.shows("event-signed-in");
      await bo.leave();
      await elsewhere.leave();
    });

    test(`another address, and the old one again (${language})`, async () => {
      const [old, fresh] = [`chidi.${language}@example.org`, `chidi.new.${language}@example.org`];
      const chidi = await join(await Visitor.arrive(browser, site, language), { email: old, password });
      await chidi.open("/account/email");
      await rest(old);
      await chidi.type("email", fresh);
      await chidi.send("/account/email");
      assert.equal(chidi.path, "/login/confirm?next=%2Faccount%2Femail");
      await chidi.type("password", "not-my-password-at-all");
      await chidi.send("/login/confirm");
      await chidi.toldOf("password");
      await chidi.type("password", password);
      await chidi.send("/login/confirm");
      chidi.at("/account/email");
      await chidi.shows("draft-not-saved");
      assert.equal(await chidi.page.locator("main input[name=email]").inputValue(), fresh, "what was typed is not lost");
      await chidi.send("/account/email");
      await chidi.shows("flash-email-change-requested");

      await chidi.open((await mail(chidi, fresh, "email-change")).link);
      await chidi.says(fresh);
      await chidi.leaves(chidi.page.locator("main form button"));
      await chidi.shows("flash-email-changed");
      await chidi.open("/account/email");
      await chidi.says(fresh);

      const owner = await Visitor.arrive(browser, site, language);
      await owner.open((await mail(chidi, old, "email-changed")).link);
      await owner.leaves(owner.page.locator("main form button"));
      await owner.shows("flash-email-restored");
      await chidi.open("/account");
      assert.equal(chidi.path, "/login?next=%2Faccount");
      await owner.open((await mail(owner, old, "password-reset")).link);
      await owner.type("password", another);
      await owner.send("/reset-password");
      await signIn(owner, { email: old, password: another });
      await owner.open("/account/email");
      await owner.says(old);
      await chidi.leave();
      await owner.leave();
    });

    test(`another password, leaving, and staying after all (${language})`, async () => {
      const email = `dana.${language}@example.org`;
      const dana = await join(await Visitor.arrive(browser, site, language), { email, password });
      await dana.open("/account/password");
      await dana.type("current_password", "not-my-password-at-all");
      await dana.type("password", another);
      await dana.send("/account/password");
      await dana.toldOf("current_password");
      await dana.type("current_password", password);
      await dana.type("password", another);
      await dana.send("/account/password");
      await dana.shows("flash-password-changed");

      await dana.open("/account/delete");
      await dana.send("/account/delete");
      assert.equal(dana.path.split("?")[0], "/login");
      await dana.shows("flash-deletion-requested", { days: 14 });
      await mail(dana, email, "deletion-requested");
      await signIn(dana, { email, password: another });
      dana.at("/account/delete");
      await dana.open("/account/sessions");
      dana.at("/account/delete");
      await dana.send("/account/delete/undo");
      await dana.shows("flash-deletion-undone");
      await mail(dana, email, "deletion-undone");
      dana.at("/account");
      await dana.leave();
    });
  }
});
