// The main job from end to end, as a person does it: by the words on the pages, in each language.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { mailFrom, startSite } from "./site.js";
import { join, openBrowser, signIn, Visitor } from "./visitor.js";

const password = "quiet-harbour-lantern-41";
const other = { en: "de", de: "en" };

describe("the journey", () => {
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
    // Every page of it keeps nothing in the browser's stores, and no cookie that scripts can read.
    // ASVS 3.3.4, 14.3.3
    test(`from the front page to signing out (${language})`, async () => {
      const email = `ana.${language}@example.org`;
      const ana = await Visitor.arrive(browser, site, language);
      await ana.open("/");
      await ana.follow("sign-up");

      // Wrong at first: what was typed stays, but for the password.
      await ana.fill("field-name", "Ana Ferreira");
      await ana.fill("field-email", "ana@");
      await ana.fill("field-password", "short");
      await ana.press("sign-up");
      await ana.toldOf("email", "password");
      assert.equal(await ana.field("field-name").inputValue(), "Ana Ferreira");
      assert.equal(await ana.field("field-email").inputValue(), "ana@");
      await ana.shows("error-email-invalid");

      await ana.fill("field-email", email);
      await ana.fill("field-password", password);
      await ana.press("sign-up");
      ana.at("/signup/sent");
      await ana.says(email);

      // The mail, as it lies in the development mailbox.
      await site.mailTo(email);
      await ana.follow("dev-mailbox-title");
      await ana.leaves(ana.page.getByRole("row", { name: email }).getByRole("link"));
      const mail = mailFrom(site.url, await ana.page.locator("pre").innerText());
      assert.match(mail.code, /^[A-Z0-9]{4}-[A-Z0-9]{4}$/);

      // Looking at the link does nothing yet. In this browser it asks for no password.
      await ana.open(mail.link);
      await ana.says(email);
      assert.equal(await ana.page.locator("input[name=password]").count(), 0);
      assert.equal(await ana.isSignedIn(), false);
      await ana.press("confirm-button");
      assert.ok(await ana.isSignedIn());
      await ana.shows("flash-welcome");
      await ana.open(mail.link);
      await ana.shows("confirm-already-signed-in");

      // The account: another name and the other language.
      await ana.open("/account");
      assert.equal(await ana.field("field-name").inputValue(), "Ana Ferreira");
      await ana.fill("field-name", "Ana F. 🚪");
      await ana.field("field-language").selectOption(other[language]);
      ana.language = other[language];
      await ana.leaves(ana.page.locator("main form button"));
      await ana.shows("flash-saved");
      assert.equal(await ana.heading(), ana.t("settings-profile"));
      assert.equal(await ana.field("field-name").inputValue(), "Ana F. 🚪");
      ana.language = language;
      await ana.leaves(ana.page.locator(`footer button[value=${language}]`));
      assert.equal(await ana.field("field-language").inputValue(), language);

      await ana.press("sign-out");
      assert.equal(await ana.isSignedIn(), false);
      await ana.shows("flash-signed-out");

      // In again, to stay; first with a slip.
      await ana.open("/account");
      ana.at("/login?next=%2Faccount");
      await ana.fill("field-email", email);
      await ana.fill("field-password", "not-my-password-at-all");
      await ana.field("field-remember").check();
      await ana.press("sign-in");
      await ana.toldOf();
      await ana.shows("error-sign-in");
      assert.equal(await ana.field("field-email").inputValue(), email);
      assert.ok(await ana.field("field-remember").isChecked());
      await ana.fill("field-password", password);
      await ana.press("sign-in");
      ana.at("/account");
      const { vestibule_session: session } = await ana.cookies();
      assert.ok(session.httpOnly && session.sameSite === "Lax" && session.path === "/");
      assert.ok(session.expires > Date.now() / 1000 + 86_400, "the cookie outlives the browser");

      await ana.press("sign-out");
      await ana.leave();
    });
  }

  test("without “keep me signed in” the cookie ends with the browser", async () => {
    const bo = await join(await Visitor.arrive(browser, site), { email: "bo@example.org", password });
    await bo.press("sign-out");
    await signIn(bo, { email: "bo@example.org", password });
    const { vestibule_session: session } = await bo.cookies();
    assert.equal(session.expires, -1);
    await bo.leave();
  });

  test("the typed code does as the link does", async () => {
    const chidi = await Visitor.arrive(browser, site);
    await chidi.open("/signup?next=%2Faccount%3Ftab%3D1");
    await chidi.fill("field-email", "chidi@example.org");
    await chidi.fill("field-password", password);
    await chidi.press("sign-up");
    const { code } = await site.mailTo("chidi@example.org");
    await chidi.press("confirm-button");
    await chidi.toldOf("code");
    await chidi.fill("field-code", "AAAA-AAAA");
    await chidi.press("confirm-button");
    await chidi.toldOf("code");
    await chidi.fill("field-code", ` ${code.toLowerCase().replace("-", " ")} `);
    await chidi.press("confirm-button");
    assert.ok(await chidi.isSignedIn());
    chidi.at("/account?tab=1");
    await chidi.leave();
  });

  test("in another browser the link asks for a password, and that one counts", async () => {
    const email = "dana@example.org";
    const stranger = await Visitor.arrive(browser, site);
    await stranger.open("/signup");
    await stranger.fill("field-email", email);
    await stranger.fill("field-password", "the-stranger-knows-this-1");
    await stranger.press("sign-up");
    const { link } = await site.mailTo(email);

    const dana = await Visitor.arrive(browser, site);
    await dana.open(link);
    await dana.shows("confirm-password-why");
    await dana.fill("field-password", "short");
    await dana.press("confirm-button");
    await dana.toldOf("password");
    await dana.fill("field-password", password);
    await dana.press("confirm-button");
    assert.equal(await dana.isSignedIn(), false);
    assert.equal(dana.path.split("?")[0], "/login");
    assert.equal(await dana.field("field-email").inputValue(), email);
    await dana.fill("field-password", password);
    await dana.press("sign-in");
    assert.ok(await dana.isSignedIn());

    await signIn(stranger, { email, password: "the-stranger-knows-this-1" });
    assert.equal(await stranger.isSignedIn(), false);
    await stranger.shows("error-sign-in");
    await dana.leave();
    await stranger.leave();
  });

  test("an administrator finds people in the list", async () => {
    const now = Date.now();
    await site.sql(
      `INSERT INTO users (id, email, display_name, sort_name, role, status, created_at, confirmed_at, last_seen_at)
       VALUES (?, ?, ?, ?, 'user', ?, ?, ?, ?)`,
      Array.from({ length: 120 }, (_, n) => {
        const name = `Person ${String(n).padStart(3, "0")}`;
        const then = now - (n + 1) * 3_600_000;
        return [`person-${n}`, `person${n}@example.net`, name, name.toLowerCase(), n % 4 ? "active" : "disabled", then, then, then];
      }),
    );
    const admin = await join(await Visitor.arrive(browser, site), { email: "root@example.org", password, name: "Root" });
    await admin.open("/users");
    assert.equal(admin.status, 403);
    await admin.shows("error-page-403-title");

    await site.command("user", "grant", "root@example.org", "admin");
    await admin.open("/account");
    await admin.follow("nav-users");
    const names = () => admin.page.locator("tbody th a").allInnerTexts();
    assert.equal((await names())[0], "Root", "newest first");
    const first = await names();

    await admin.follow("paging-next");
    const second = await names();
    assert.equal(second.filter((name) => first.includes(name)).length, 0);
    await admin.follow("paging-previous");
    assert.deepEqual(await names(), first);

    await admin.fill("users-search", "person 01");
    await admin.press("search-button");
    assert.deepEqual(new Set(await names()), new Set(Array.from({ length: 10 }, (_, n) => `Person 01${n}`)));
    await admin.follow("users-name");
    assert.equal((await names())[0], "Person 010");
    await admin.follow("users-name");
    assert.equal((await names())[0], "Person 019");
    await admin.leaves(admin.page.locator(".pills").getByRole("link", { name: admin.t("status-disabled"), exact: true }));
    assert.deepEqual(new Set(await names()), new Set(["Person 012", "Person 016"]));
    assert.ok(admin.path.includes("q="), "a filter keeps the search");

    await admin.leaves(admin.page.getByRole("link", { name: "Person 012" }));
    assert.equal(await admin.heading(), "Person 012");
    await admin.says("person12@example.net");
    await admin.open("/users?q=nobody-is-called-this");
    await admin.shows("users-none-found");
    await admin.follow("users-show-all");
    admin.at("/users");

    await admin.press("sign-out");
    await admin.open("/users");
    admin.at("/login?next=%2Fusers");
    await admin.leave();
  });

  test("an address that is taken is answered like any other", async () => {
    const { link } = await site.mailTo("bo@example.org");
    const eve = await Visitor.arrive(browser, site);
    await eve.open("/signup");
    await eve.fill("field-email", "bo@example.org");
    await eve.fill("field-password", password);
    await eve.press("sign-up");
    eve.at("/signup/sent");
    const { text } = await site.mailTo("bo@example.org", { subject: eve.t("mail-email-taken-subject", { site: "Example Co" }) });
    assert.ok(text.includes(`${site.url}/login`));
    await eve.open(link);
    await eve.shows("confirm-already");
    await eve.leave();
  });
});
