// Every page there is, error pages and the development mailbox included, each brought about as a visitor would.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { barriers, examine, fits, invalid, nothingFound } from "./examine.js";
import { startSite } from "./site.js";
import { join, openBrowser, signIn, Visitor } from "./visitor.js";

const password = "quiet-harbour-lantern-41";
const people = [
  ["Bo Lindqvist", "bo.lindqvist@example.org", "user", "active", 4],
  ["Chidi Okafor", "chidi@example.com", "user", "disabled", 30],
  ["Dana Weiß", "dana.weiss@example.de", "user", "active", 75],
  ["Émile Roche", "emile@example.fr", "admin", "active", 200],
  ["", "a.very.long.address.that.nobody.would.choose.but.somebody.has@a-rather-long-subdomain.example.museum", "user", "active", 900],
  ["Fatemeh-Sadat Hosseini-Nejad von und zu Unterschweinstetten", "fatemeh@example.net", "user", "deleting", 2000],
];

// Text of four times the usual size; WCAG 1.4.4 asks for twice.
const large = (visitor, name) => fits(visitor, name, { large: true });
const runs = [
  { title: "every page", language: "en", look: examine },
  { title: "every page in German, on a phone", language: "de", look: fits },
  { title: "every page in German, with large text", language: "de", look: large, textSize: 64 },
];

for (const { title, language, look, textSize } of runs) {
  describe(title, () => {
    let browser, site;
    before(async () => {
      browser = await openBrowser({ textSize });
      site = await startSite({ ROCKET_THROTTLE__ENABLED: "false" });
    });
    after(async () => {
      await browser?.close();
      await site?.stop();
    });
    afterEach(nothingFound);
    const arrive = () => Visitor.arrive(browser, site, language);

    test("signing up and confirming", async () => {
      const ana = await arrive();
      await look(await ana.open("/"), "home", { image: "home" });
      await look(await ana.open("/dev/mailbox"), "dev-mailbox-empty");
      await look(await ana.open("/signup"), "signup", { image: "signup" });
      await ana.fill("field-email", "ana@");
      await ana.press("sign-up");
      await look(await ana.toldOf("email", "password"), "signup-error", { image: "signup-error" });
      await ana.fill("field-name", "Ana Ferreira");
      await ana.fill("field-email", "ana@example.org");
      await ana.fill("field-password", password);
      await ana.press("sign-up");
      await look(ana, "signup-sent");
      await ana.press("confirm-button");
      await look(await ana.toldOf("code"), "signup-sent-error");

      const elsewhere = await arrive();
      await look(await elsewhere.open("/signup/sent"), "signup-sent-elsewhere");
      await elsewhere.press("send-again");
      await look(elsewhere, "signup-sent-elsewhere-error");

      const mail = await site.mailTo("ana@example.org");
      await look(await ana.open("/dev/mailbox"), "dev-mailbox");
      await look(await ana.open(mail.path), "dev-mail");
      await look(await elsewhere.open(mail.link), "confirm-elsewhere");
      await elsewhere.press("confirm-button");
      await look(await elsewhere.toldOf("password"), "confirm-elsewhere-error");

      await site.sql("UPDATE mailed_tokens SET expires_at = 1");
      await look(await elsewhere.open(mail.link), "confirm-expired");
      assert.equal(elsewhere.status, 410);
      await elsewhere.press("confirm-send-new");
      await look(elsewhere, "confirm-sent-anew");
      const again = await site.mailTo("ana@example.org");
      await look(await ana.open(again.link), "confirm");
      await ana.press("confirm-button");
      await look(ana, "account-welcome");
      await look(await ana.open(again.link), "confirm-already-signed-in");
      await look(await elsewhere.open(again.link), "confirm-already");
      await elsewhere.leave();
      await ana.leave();
    });

    test("signing in, the account, signing out", async () => {
      const ana = await arrive();
      await look(await ana.open("/login?next=%2Faccount"), "login", { image: "login" });
      await ana.press("sign-in");
      await look(ana, "login-error");
      await signIn(ana, { email: "ana@example.org", password: "this-is-not-it-at-all" });
      await look(ana, "login-failed");
      await signIn(ana, { email: "ana@example.org", password });
      await look(await ana.open("/account"), "account", { image: "account" });
      await ana.fill("field-name", "A".repeat(500));
      await ana.press("save");
      await look(await ana.toldOf("display_name"), "account-error");
      await look(await ana.open("/"), "home-signed-in");
      await look(await ana.open("/logout"), "logout");
      await look(await ana.open("/users"), "error-403");
      await ana.press("sign-out");
      await look(ana, "signed-out");
      await ana.leave();
    });

    test("the user list", async () => {
      const day = 86_400_000;
      const now = Date.now();
      await site.sql(
        `INSERT INTO users (id, email, display_name, sort_name, role, status, created_at, confirmed_at, last_seen_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        [
          ...people.map(([name, email, role, status, days]) => [name, email, role, status, days]),
          ...Array.from({ length: 60 }, (_, n) => [`Person ${n}`, `person${n}@example.net`, "user", "active", 300 + n]),
        ].map(([name, email, role, status, days]) => [
          email, email, name, (name || email).toLowerCase(), role, status, now - days * day, now - days * day, now - (days * day) / 2,
        ]),
      );
      await site.command("user", "grant", "ana@example.org", "admin");
      const waiting = await arrive();
      await waiting.open("/signup");
      await waiting.fill("field-email", "waiting@example.org");
      await waiting.fill("field-password", password);
      await waiting.press("sign-up");
      await waiting.leave();

      const ana = await arrive();
      await signIn(ana, { email: "ana@example.org", password });
      await look(await ana.open("/users"), "users", { image: "users" });
      await look(await ana.follow("paging-next"), "users-second");
      await look(await ana.open("/users?q=example.org&status=active&sort=name"), "users-found");
      await look(await ana.open("/users?q=nobody-is-called-this"), "users-none-found");
      await look(await ana.open("/users?status=disabled&role=admin"), "users-none-filtered");
      for (const [who, name] of [["Bo Lindqvist", "user"], ["Fatemeh-Sadat", "user-long"], ["waiting@", "user-pending"]]) {
        await ana.open(`/users?q=${encodeURIComponent(who)}`);
        await ana.leaves(ana.page.locator("tbody th a").first());
        await look(ana, name);
      }
      await ana.leave();
    });

    test("errors", async () => {
      const lost = await arrive();
      await look(await lost.open("/there-is-nothing-here"), "error-404");
      assert.equal(lost.status, 404);
      await look(await lost.open(`/confirm-email/${"A".repeat(43)}`), "error-404-link");
      await lost.open("/signup");
      await lost.page.locator("#display_name").evaluate((field) => (field.value = "A".repeat(3_000_000)));
      await lost.press("sign-up");
      assert.equal(lost.status, 413);
      await look(lost, "error-413");
      await lost.leave();
    });
  });
}

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
      await examine(hasty, "error-429");
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
      await examine(ana, "error-403-elsewhere");
      await ana.open("/account");
      ana.at("/account");
    } finally {
      await Promise.all([site.stop(), elsewhere.stop()]);
    }
  });

  test("mails, as the person who gets them sees them", async () => {
    const site = await startSite();
    try {
      for (const language of ["en", "de"]) {
        const email = `ana.${language}@example.org`;
        const ana = await join(await Visitor.arrive(browser, site, language), { email, password });
        await ana.press("sign-out");
        await ana.open("/signup");
        await ana.fill("field-email", email);
        await ana.fill("field-password", password);
        await ana.press("sign-up");
        const taken = await site.mailTo(email, { subject: ana.t("mail-address-taken-subject", { site: "Example Co" }) });
        const confirm = await site.mailTo(email, { subject: ana.t("mail-confirm-subject", { site: "Example Co" }) });
        for (const [name, mail] of Object.entries({ taken, confirm })) {
          await ana.open(mail.path);
          const html = await ana.page.locator("iframe").getAttribute("srcdoc");
          assert.deepEqual(await invalid(html, `mail-${name}`), [], `mail-${name}`);
          const reader = await browser.newPage({ viewport: { width: 320, height: 640 } });
          await reader.setContent(html);
          for (const colorScheme of ["light", "dark"]) {
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
