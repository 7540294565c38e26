// Every page there is, the error pages and the development mailbox included, each brought about as a visitor would.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { nothingFound } from "./examine.js";
import { startSite } from "./site.js";
import { totp } from "./totp.js";
import { openBrowser, signIn, Visitor } from "./visitor.js";

const password = "quiet-harbour-lantern-41";
const people = [
  ["Bo Lindqvist", "bo.lindqvist@example.org", "user", "active", 4],
  ["Chidi Okafor", "chidi@example.com", "user", "disabled", 30],
  ["Dana Weiß", "dana.weiss@example.de", "user", "active", 75],
  ["Émile Roche", "emile@example.fr", "admin", "active", 200],
  ["", "a.very.long.address.that.nobody.would.choose.but.somebody.has@a-rather-long-subdomain.example.museum", "user", "active", 900],
  ["Fatemeh-Sadat Hosseini-Nejad von und zu Unterschweinstetten", "fatemeh@example.net", "user", "deleting", 2000],
];

const apps = {
  ROCKET_APPS__WIKI__NAME: "Wiki",
  ROCKET_APPS__WIKI__HOSTS: "wiki.example.org",
  ROCKET_APPS__WIKI__ACCESS: "everyone",
  ROCKET_APPS__ACCOUNTING__NAME: "Unterschweinstetten municipal accounting",
  ROCKET_APPS__ACCOUNTING__HOSTS: "accounting.example.org",
  ROCKET_APPS__ACCOUNTING__ACCESS: "everyone",
  ROCKET_APPS__SHOP__NAME: "Shop",
  ROCKET_APPS__SHOP__HOSTS: "shop.example.org",
};

/** Brings every page about, as a visitor would, and looks at each. */
export function everyPage(title, { language, look, textSize, settings = {} }) {
  describe(title, () => {
    let browser, site;
    before(async () => {
      browser = await openBrowser({ textSize });
      site = await startSite({ ROCKET_THROTTLE__ENABLED: "false", ...apps, ...settings });
    });
    after(async () => {
      await browser?.close();
      await site?.stop();
    });
    afterEach(nothingFound);
    const arrive = () => Visitor.arrive(browser, site, language);

    // Every page is valid HTML.
    // ASVS 3.7.1
    test("signing up and confirming", async () => {
      const ana = await arrive();
      await look(await ana.open("/"), "home");
      await look(await ana.open("/dev/mailbox"), "dev-mailbox-empty");
      await look(await ana.open("/signup"), "signup");
      await ana.fill("field-email", "ana@");
      await ana.press("sign-up");
      await look(await ana.toldOf("email", "password"), "signup-error");
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

      await site.sql("UPDATE email_tokens SET expires_at = 1");
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
      await look(await ana.open("/login?next=%2Faccount"), "login");
      await ana.press("sign-in");
      await look(ana, "login-error");
      await signIn(ana, { email: "ana@example.org", password: "this-is-not-it-at-all" });
      await look(ana, "login-failed");
      await signIn(ana, { email: "ana@example.org", password });
      await look(await ana.open("/account"), "account");
      await ana.fill("field-name", "A".repeat(500));
      await ana.press("save");
      await look(await ana.toldOf("display_name"), "account-error");
      await look(await ana.open("/"), "home-signed-in");
      await look(await ana.open(`/continue?host=shop.example.org&state=${"A".repeat(43)}.0.Lw`), "continue-no-access");
      await look(await ana.open("/logout"), "logout");
      await look(await ana.open("/users"), "error-page-403");
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
      await look(await ana.open("/users"), "users");
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

    test("groups", async () => {
      const ana = await arrive();
      await signIn(ana, { email: "ana@example.org", password });
      await look(await ana.open("/groups"), "groups-none");
      await ana.send("/groups");
      await look(await ana.toldOf("name"), "groups-error");
      await ana.type("name", "staff");
      await ana.type("description", "Those who work here, in the office as well as at home, and all who are paid by the hour");
      await ana.send("/groups");
      await look(ana, "group-created");
      await ana.type("email", "nobody@example.org");
      await ana.send("/groups/staff/members");
      await look(await ana.toldOf("email"), "group-error");
      await site.sql("INSERT INTO memberships (user_id, group_name, added_at) SELECT id, 'staff', 1 FROM users WHERE status <> 'pending'");
      await site.sql("INSERT INTO groups (name, description, created_at) VALUES (?, '', 1)", [["a-rather-long-name.that-nobody_would_choose-but.somebody-has-0123"]]);
      await look(await ana.open("/groups"), "groups");
      await look(await ana.open("/groups/staff"), "group");
      await look(await ana.follow("paging-next"), "group-second");
      await look(await ana.open("/account"), "account-in-a-group");
      await look(await ana.open("/users?group=staff"), "users-of-a-group");
      await ana.leaves(ana.page.locator("tbody th a").first());
      await look(ana, "user-in-a-group");
      await ana.open("/groups/staff");
      await site.sql("UPDATE sessions SET authenticated_at = 1");
      await ana.send("/groups/staff/delete");
      await ana.type("password", password);
      await ana.send("/login/confirm");
      await look(ana, "group-not-pressed");
      await ana.leave();
    });

    test("passkeys at an IP address, and in the database", async () => {
      const ana = await arrive();
      await signIn(ana, { email: "ana@example.org", password });
      await look(await ana.open("/account/passkeys"), "passkeys-elsewhere");
      const row = `INSERT INTO passkeys (id, user_id, credential_id, credential, transports, name, aaguid, counter, backup_eligible, synced, created_at, last_used_at)
        SELECT ?1, id, CAST(?1 AS BLOB), '{}', '', ?2, '', 0, ?3, ?4, 1700000000000, ?5 FROM users WHERE email = 'ana@example.org'`;
      await site.sql(row, [
        ["a", "Unterschweinstetten municipal password manager", 1, 1, 1_700_000_000_000],
        ["b", "Security key", 0, 0, 0],
        ["c", "Phone", 1, 0, 1_700_000_000_000],
      ]);
      await look(await ana.open("/account/passkeys"), "passkeys");
      await ana.page.locator("details").first().locator("summary").click();
      await ana.page.locator("details").first().locator("input[name=name]").fill("");
      await ana.leaves(ana.page.locator("details").first().locator("button"));
      await look(ana, "passkeys-name-error");
      await site.sql("DELETE FROM passkeys");
      await ana.leave();
    });

    test("tokens and user names", async () => {
      const ana = await arrive();
      await signIn(ana, { email: "ana@example.org", password });
      await look(await ana.open("/account/tokens"), "tokens-none");
      await ana.send("/account/tokens");
      await look(await ana.toldOf("name"), "tokens-error");
      await ana.type("name", "The calendar on the old phone that is in the kitchen, for us all");
      await ana.send("/account/tokens");
      await look(ana, "tokens-new");
      await site.sql("UPDATE personal_tokens SET last_used_at = 1, last_used_ip = '2001:db8:1::/48', scope = 'apps wiki accounting'");
      await look(await ana.open("/account/tokens"), "tokens");
      await site.sql("UPDATE personal_tokens SET expires_at = 1, scope = 'api users:read users:write'");
      await look(await ana.open("/account/tokens"), "tokens-expired");
      await site.sql("UPDATE sessions SET authenticated_at = 1");
      await ana.press("tokens-revoke");
      await ana.type("password", password);
      await ana.send("/login/confirm");
      await look(ana, "tokens-not-revoked");
      await ana.leave();
    });

    test("a second factor", async () => {
      const una = await arrive();
      const email = "una@example.org";
      await una.open("/signup");
      await una.fill("field-email", email);
      await una.fill("field-password", password);
      await una.press("sign-up");
      await una.open((await site.mailTo(email)).link);
      await una.press("confirm-button");
      await look(await una.open("/account/security"), "account-security");
      await look(await una.open("/account/two-factor"), "two-factor");
      const picture = una.page.locator("img.qr");
      assert.ok(await picture.evaluate((image) => image.complete && image.naturalWidth > 0), "the picture is shown");
      await una.send("/account/two-factor/enable");
      await look(await una.toldOf("code"), "two-factor-error");
      const secret = await una.page.locator("main code").last().innerText();
      await una.type("code", totp(secret));
      await una.send("/account/two-factor/enable");
      await look(una, "two-factor-codes");
      const codes = (await una.page.locator("main pre").innerText()).trim().split("\n");
      assert.equal(codes.length, 10);
      const download = una.page.waitForEvent("download");
      await una.link("two-factor-download").click();
      assert.equal((await download).suggestedFilename(), "recovery-codes.txt");
      await look(await una.open("/account/two-factor"), "two-factor-on");
      await una.press("sign-out");
      await signIn(una, { email, password });
      await look(una, "login-two-factor");
      await una.send("/login/two-factor");
      await look(await una.toldOf("code"), "login-two-factor-error");
      await una.follow("login-two-factor-by-recovery-code");
      await look(una, "login-two-factor-recovery");
      await una.type("code", codes[0]);
      await una.page.locator("#remember_browser").check();
      await una.send("/login/two-factor");
      await look(await una.open("/account/sessions"), "account-sessions-remembered");
      await look(await una.open("/account/security"), "account-security-on");
      await site.sql("UPDATE sessions SET authenticated_at = 1");
      await una.open("/account/two-factor");
      await look(una, "login-confirm-code");
      await una.send("/login/confirm");
      await look(await una.toldOf("password", "code"), "login-confirm-code-error");
      await site.command("user", "reset-factors", email);
      const announced = { subject: una.t("mail-factor-reset-requested-subject", { site: "Example Co" }) };
      const { link } = await site.mailTo(email, announced);
      await look(await una.open(link), "factors-stop");
      await una.press("factors-stop-button");
      await look(await una.open(link), "factors-stop-used");
      await una.leave();
    });

    test("apps", async () => {
      const ana = await arrive();
      await signIn(ana, { email: "ana@example.org", password });
      await look(await ana.open("/apps"), "apps");
      await look(await ana.open("/apps/new"), "app-new");
      await ana.send("/apps/new");
      await look(await ana.toldOf("id", "hosts"), "app-error");
      await ana.type("id", "blog");
      await ana.type("name", "The blog of all who work here, and of some who do not");
      await ana.type("hosts", "blog.example.org\na-rather-long-name.that-nobody-would-choose-but.somebody-has-0123.example.org");
      await ana.send("/apps/new");
      await look(ana, "app-created");
      await look(await ana.open("/apps/blog/setup"), "app-setup");
      await look(await ana.open("/apps/wiki"), "app-of-the-settings");
      await ana.open("/");
      await ana.send("/apps/wiki/hide");
      await look(ana, "home-hidden");
      await ana.leave();
    });

    test("a forgotten password", async () => {
      const ana = await arrive();
      await look(await ana.open("/forgot-password"), "forgot-password");
      await ana.send("/forgot-password");
      await look(await ana.toldOf("email"), "forgot-password-error");
      await ana.type("email", "ana@example.org");
      await ana.send("/forgot-password");
      await look(ana, "forgot-password-asked");
      const reset = { subject: ana.t("mail-password-reset-subject", { site: "Example Co" }) };
      const { link } = await site.mailTo("ana@example.org", reset);
      await look(await ana.open(link), "reset-password");
      await ana.send("/reset-password");
      await look(await ana.toldOf("password"), "reset-password-error");
      await site.sql("UPDATE email_tokens SET expires_at = 1");
      await look(await ana.open(link), "reset-password-expired");
      assert.equal(ana.status, 410);
      await site.sql("UPDATE email_tokens SET used_at = 1");
      await look(await ana.open(link), "reset-password-used");
      await ana.leave();
    });

    test("settings", async () => {
      const other = await arrive();
      await signIn(other, { email: "ana@example.org", password });
      const ana = await arrive();
      await signIn(ana, { email: "ana@example.org", password });
      for (const section of ["email", "password", "sessions", "activity", "delete"]) {
        await look(await ana.open(`/account/${section}`), `account-${section}`);
      }
      await ana.open("/account/email");
      await ana.type("email", "ana@");
      await ana.send("/account/email");
      await look(await ana.toldOf("email"), "account-email-error");
      await ana.open("/account/password");
      await ana.send("/account/password");
      await look(await ana.toldOf("current_password", "password"), "account-password-error");

      await ana.open("/account/email");
      await site.sql("UPDATE sessions SET authenticated_at = 1");
      await ana.type("email", "ana.ferreira@example.net");
      await ana.send("/account/email");
      await look(ana, "login-confirm");
      await ana.send("/login/confirm");
      await look(await ana.toldOf("password"), "login-confirm-error");
      await ana.type("password", password);
      await ana.send("/login/confirm");
      await look(ana, "account-email-draft");
      await ana.send("/account/email");
      await look(ana, "account-email-asked");
      const subject = (purpose) => ({ subject: ana.t(`mail-${purpose}-subject`, { site: "Example Co" }) });
      const { link } = await site.mailTo("ana.ferreira@example.net", subject("email-change"));
      await look(await ana.open(link), "account-email-confirm");
      await ana.leaves(ana.page.locator("main form button"));
      await look(ana, "account-email-changed");
      const undo = await site.mailTo("ana@example.org", subject("email-changed"));
      await look(await ana.open(undo.link), "account-email-undo");
      const notice = await site.mailTo("ana@example.org", subject("new-device"));
      await look(await ana.open(notice.link), "not-me-answered");
      await site.sql("UPDATE email_tokens SET used_at = NULL, expires_at = 4102444800000, email = 'ana.ferreira@example.net' WHERE purpose = 'not_me'");
      await look(await ana.open(notice.link), "not-me");
      assert.equal(ana.status, 200);
      await site.sql("UPDATE email_tokens SET expires_at = 1");
      await look(await ana.open(undo.link), "account-email-undo-expired");
      await look(await ana.open(notice.link), "not-me-expired");

      const leaver = await arrive();
      await leaver.open("/signup");
      await leaver.fill("field-email", "leaver@example.org");
      await leaver.fill("field-password", password);
      await leaver.press("sign-up");
      await leaver.open((await site.mailTo("leaver@example.org")).link);
      await leaver.press("confirm-button");
      await leaver.open("/account/delete");
      await leaver.send("/account/delete");
      await look(leaver, "signed-out-leaving");
      await signIn(leaver, { email: "leaver@example.org", password });
      await look(leaver, "account-leaving");
      await leaver.leave();
      await other.leave();
      await ana.leave();
    });

    test("errors", async () => {
      const lost = await arrive();
      await look(await lost.open("/there-is-nothing-here"), "error-page-404");
      assert.equal(lost.status, 404);
      await look(await lost.open(`/confirm-email/${"A".repeat(43)}`), "error-page-404-link");
      await lost.open("/signup");
      await lost.page.locator("#display_name").evaluate((field) => (field.value = "A".repeat(3_000_000)));
      await lost.press("sign-up");
      assert.equal(lost.status, 413);
      await look(lost, "error-page-413");
      await lost.leave();
    });
  });
}
