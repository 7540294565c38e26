// Passkeys in real Chromium, with the virtual authenticators of its DevTools. The site is at `localhost`: an IP address has
// no passkeys.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { barriers, examine, nothingFound } from "./examine.js";
import { startSite } from "./site.js";
import { join, openBrowser, signIn, Visitor } from "./visitor.js";

const password = "quiet-harbour-lantern-41";
const page = "/account/passkeys";

/** What a laptop has built in. One "internal" per page at most. */
const laptop = {
  protocol: "ctap2",
  ctap2Version: "ctap2_1",
  transport: "internal",
  hasResidentKey: true,
  hasUserVerification: true,
  isUserVerified: true,
};

/** The authenticator of a visitor's page. It stays when the page changes, as long as the session is kept open. */
async function authenticator(visitor, options = laptop) {
  const devtools = await visitor.page.context().newCDPSession(visitor.page);
  await devtools.send("WebAuthn.enable", {});
  const { authenticatorId } = await devtools.send("WebAuthn.addVirtualAuthenticator", { options });
  const send = (method, parameters = {}) => devtools.send(`WebAuthn.${method}`, { authenticatorId, ...parameters });
  return {
    send,
    /** Whether somebody touches it at once. */
    touched: (enabled) => send("setAutomaticPresenceSimulation", { enabled }),
    credentials: async () => (await send("getCredentials")).credentials,
    /** The next event of that name. */
    next: (name) =>
      Promise.race([
        new Promise((resolve) => devtools.once(`WebAuthn.${name}`, resolve)),
        pause(10_000).then(() => assert.fail(`no ${name} came`)),
      ]),
  };
}

/** Opens the sign-in page, whose field waits for a passkey that nobody gives. */
async function waits(visitor, path) {
  const asked = visitor.page.waitForResponse((answer) => answer.url().endsWith("/login/passkey/options"));
  await visitor.open(path);
  await asked;
  await pause(300);
}

/** The answers of our own that a script got are no broken files. */
function refused(visitor) {
  visitor.problems = visitor.problems.filter((problem) => !problem.includes("/login/passkey"));
}

describe("passkeys", () => {
  let browser, site;
  before(async () => {
    browser = await openBrowser();
    site = await startSite({ ROCKET_THROTTLE__ENABLED: "false" }, { host: "localhost" });
  });
  after(async () => {
    await browser?.close();
    await site?.stop();
  });

  afterEach(nothingFound);

  const arrive = async (language = "en", options = {}) => Visitor.arrive(browser, site, language, options);

  /** Somebody with an account and a passkey on a device of their own. */
  const withPasskey = async (email, language = "en") => {
    const visitor = await join(await arrive(language), { email, password, name: "Ana Ferreira" });
    const device = await authenticator(visitor);
    await visitor.open(page);
    await visitor.press("passkeys-add");
    await visitor.shows("flash-passkey-added");
    visitor.at("/account/two-factor");
    const codes = (await visitor.page.locator("main pre").innerText()).trim().split("\n");
    assert.equal(codes.length, 10);
    if (email.startsWith("ana")) await examine(visitor, "passkeys-codes");
    await visitor.open(page);
    return { visitor, device, codes };
  };

  /** Signs out, and types the password while nobody touches the device. */
  const typesPassword = async ({ visitor, device }, email, next) => {
    await device.touched(false);
    if (await visitor.isSignedIn()) await visitor.press("sign-out");
    await signIn(visitor, { email, password, next });
  };

  test("one is made, and signs in by the button, beside the field, and where an identity is confirmed", async () => {
    const { visitor: ana, device } = await withPasskey("ana@example.org");
    const [credential, ...others] = await device.credentials();
    assert.deepEqual(others, []);
    assert.ok(credential.isResidentCredential);
    assert.equal(credential.rpId, "localhost");
    assert.equal(credential.userName, "ana@example.org");
    assert.equal(credential.userDisplayName, "Ana Ferreira");
    assert.equal(Buffer.from(credential.userHandle, "base64").length, 32);
    await ana.shows("passkeys-first-name");
    await examine(ana, "passkeys-here");

    // The button. Nobody touches the device until it is pressed, so the request of the field waits, and is aborted.
    await device.touched(false);
    await ana.press("sign-out");
    await waits(ana, "/login?next=%2Faccount%2Fsessions");
    await examine(ana, "login-passkey");
    await device.touched(true);
    await ana.press("login-passkey");
    ana.at("/account/sessions");
    await ana.shows("flash-signed-in");

    // The field: who touches the device at once is in before anything is typed.
    await device.touched(false);
    await ana.press("sign-out");
    await ana.open("/signup");
    await device.touched(true);
    const arrived = ana.page.waitForURL("**/account");
    await ana.page.goto(`${site.url}/login`);
    await arrived;
    await ana.page.waitForLoadState("load");
    assert.ok(await ana.isSignedIn());

    await site.sql("UPDATE sessions SET authenticated_at = authenticated_at - 700000");
    await ana.open("/account/email");
    ana.at("/login/confirm?next=%2Faccount%2Femail");
    await examine(ana, "login-confirm-passkey");
    await ana.press("login-confirm-passkey");
    ana.at("/account/email");
    await ana.leave();
  });

  test("after the password it is the second step, and the browser can be remembered", async () => {
    const email = "gil@example.org";
    const gil = await withPasskey(email);
    const { visitor, device } = gil;
    await typesPassword(gil, email, "/account/sessions");
    visitor.at("/login/two-factor?next=%2Faccount%2Fsessions");
    await visitor.shows("login-two-factor-text-passkey");
    await examine(visitor, "login-two-factor-passkey");
    assert.equal(await visitor.isSignedIn(), false);
    await visitor.page.locator("#remember_browser").check();
    await device.touched(true);
    await visitor.press("login-two-factor-passkey");
    visitor.at("/account/sessions");
    await visitor.shows("flash-signed-in");
    await typesPassword(gil, email);
    visitor.at("/account");
    // Sensitive actions ask all the same.
    await visitor.open("/account/email");
    visitor.at("/login/confirm?next=%2Faccount%2Femail");
    await examine(visitor, "login-confirm-passkey-alone");
    await device.touched(true);
    await visitor.press("login-confirm-passkey");
    visitor.at("/account/email");
    await visitor.leave();
  });

  test("in the second step nobody else's does, a recovery code does, and who comes too late starts again", async () => {
    const hal = await withPasskey("hal@example.org");
    const ivy = await withPasskey("ivy@example.org", "de");
    const [own] = await ivy.device.credentials();
    const [foreign] = await hal.device.credentials();
    await ivy.device.send("removeCredential", { credentialId: own.credentialId });
    await ivy.device.send("addCredential", { credential: { ...foreign, credentialId: own.credentialId } });
    const { visitor } = ivy;
    await typesPassword(ivy, "ivy@example.org");
    await ivy.device.touched(true);
    await visitor.button("login-two-factor-passkey").click();
    await visitor.page.getByRole("alert").filter({ hasText: visitor.t("error-passkey") }).waitFor();
    assert.deepEqual(await barriers(visitor.page), []);
    refused(visitor);
    assert.equal(await visitor.isSignedIn(), false);
    // Untouched, or the sign-in page that follows would be answered as well.
    await ivy.device.touched(false);
    await site.sql("UPDATE half_sign_ins SET expires_at = 1");
    const back = visitor.page.waitForURL("**/login");
    await visitor.button("login-two-factor-passkey").click();
    await back;
    refused(visitor);
    await visitor.looksAround();
    await visitor.shows("flash-sign-in-over");
    await typesPassword(ivy, "ivy@example.org");
    await visitor.follow("login-two-factor-by-recovery-code");
    await examine(visitor, "login-two-factor-recovery-passkey");
    await visitor.type("code", ivy.codes[0]);
    await visitor.send("/login/two-factor");
    assert.ok(await visitor.isSignedIn());
    await hal.visitor.leave();
    await visitor.leave();
  });

  test("the device is not asked twice, and forgets what is removed", async () => {
    const { visitor: bo, device } = await withPasskey("bo@example.org");
    await bo.button("passkeys-add").click();
    await bo.page.getByRole("alert").filter({ hasText: bo.t("passkeys-already") }).waitFor();
    const gone = device.next("credentialDeleted");
    await bo.press("passkeys-remove");
    await bo.shows("flash-passkey-removed");
    await gone;
    assert.deepEqual(await device.credentials(), []);
    await bo.leave();
  });

  test("a new name reaches the device", async () => {
    const { visitor: cy, device } = await withPasskey("cy@example.org");
    await cy.open("/account");
    await cy.fill("field-name", "Cy Young");
    await cy.press("save");
    const updated = device.next("credentialUpdated");
    await cy.open(page);
    await updated;
    assert.equal((await device.credentials())[0].userDisplayName, "Cy Young");
    await cy.leave();
  });

  test("one that is not known any more is forgotten when it is tried", async () => {
    const { visitor: di, device } = await withPasskey("di@example.org");
    await device.touched(false);
    await di.press("sign-out");
    await site.sql("DELETE FROM passkeys WHERE user_id = (SELECT id FROM users WHERE email = 'di@example.org')");
    await waits(di, "/login");
    await device.touched(true);
    const gone = device.next("credentialDeleted");
    await di.button("login-passkey").click();
    await di.page.getByRole("alert").filter({ hasText: di.t("error-passkey") }).waitFor();
    await gone;
    refused(di);
    assert.equal(await di.isSignedIn(), false);
    await di.leave();
  });

  for (const language of ["en", "de", "fr"]) {
    test(`without one, and without a finger that is known, the page says so (${language})`, async () => {
      const visitor = await arrive(language);
      const device = await authenticator(visitor);
      await visitor.open("/login");
      await visitor.button("login-passkey").click();
      await visitor.page.getByRole("alert").filter({ hasText: visitor.t("passkey-nothing") }).waitFor();
      assert.deepEqual(await barriers(visitor.page), []);
      const email = `${language}@example.org`;
      await join(visitor, { email, password });
      await device.send("setUserVerified", { isUserVerified: false });
      await visitor.open(page);
      await visitor.button("passkeys-add").click();
      await visitor.page.getByRole("alert").filter({ hasText: visitor.t("passkey-nothing") }).waitFor();
      for (const colorScheme of ["light", "dark"]) {
        await visitor.page.emulateMedia({ colorScheme });
        assert.deepEqual(await barriers(visitor.page), [], colorScheme);
      }
      await visitor.leave();
    });
  }

  test("somebody else's does not confirm an identity", async () => {
    const { visitor: eve, device: eves } = await withPasskey("eve@example.org");
    const { visitor: fay, device: fays } = await withPasskey("fay@example.org");
    // Eve's key, on Fay's device in the place of Fay's.
    const [own] = await fays.credentials();
    const [foreign] = await eves.credentials();
    await fays.send("removeCredential", { credentialId: own.credentialId });
    await fays.send("addCredential", { credential: { ...foreign, credentialId: own.credentialId } });
    await site.sql("UPDATE sessions SET authenticated_at = authenticated_at - 700000");
    await fay.open("/account/email");
    await fay.press("login-confirm-passkey");
    assert.equal(fay.status, 422);
    await fay.shows("error-passkey-confirm");
    await eve.leave();
    await fay.leave();
  });

  // ASVS 3.7.5
  test("with JavaScript off a sentence says what is missing, and the rest works", async () => {
    const plain = await arrive("en", { javaScriptEnabled: false });
    await plain.open("/login");
    await plain.shows("login-passkey-script");
    assert.equal(await plain.button("login-passkey").count(), 0);
    await join(plain, { email: "plain@example.org", password });
    await plain.open(page);
    await plain.shows("passkeys-script");
    await plain.press("sign-out");
    await signIn(plain, { email: "plain@example.org", password });
    assert.ok(await plain.isSignedIn());
    await plain.press("sign-out");
    // With one that was added elsewhere, a recovery code is asked for.
    const row = `INSERT INTO passkeys (id, user_id, credential_id, credential, transports, name, aaguid, counter, backup_eligible, synced, created_at, last_used_at)
      SELECT id, id, CAST(id AS BLOB), '{}', '', 'Phone', '', 0, 0, 0, 1, 0 FROM users WHERE email = 'plain@example.org'`;
    await site.sql(row);
    await signIn(plain, { email: "plain@example.org", password });
    await plain.shows("login-two-factor-script");
    assert.equal(await plain.button("login-two-factor-passkey").count(), 0);
    await plain.follow("login-two-factor-by-recovery-code");
    await plain.field("field-recovery-code").fill("0");
    await plain.leave();
  });
});
