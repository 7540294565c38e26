// Everything works with JavaScript off.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startSite } from "./site.js";
import { join, openBrowser, signIn, Visitor } from "./visitor.js";

const account = { email: "plain@example.org", password: "quiet-harbour-lantern-41", name: "Plain" };

describe("with JavaScript off", () => {
  let browser, site;
  before(async () => {
    browser = await openBrowser();
    site = await startSite();
  });
  after(async () => {
    await browser?.close();
    await site?.stop();
  });

  // ASVS 3.7.5
  test("from signing up to signing out", async () => {
    const plain = await Visitor.arrive(browser, site, "en", { javaScriptEnabled: false });
    await plain.open("/signup");
    await plain.press("sign-up");
    await plain.toldOf("email", "password");
    await join(plain, account);

    await plain.open("/account");
    await plain.fill("field-name", "Plainer");
    await plain.press("save");
    await plain.shows("flash-saved");
    plain.language = "de";
    await plain.leaves(plain.page.locator("footer button[value=de]"));
    assert.equal(await plain.heading(), plain.t("settings-profile"));
    await plain.press("sign-out");

    await signIn(plain, { ...account, next: "/users" });
    assert.equal(plain.status, 403);
    await site.command("user", "grant", account.email, "admin");
    await plain.open("/users");
    await plain.fill("users-search", "plain");
    await plain.press("search-button");
    await plain.leaves(plain.page.getByRole("link", { name: "Plainer" }));
    assert.equal(await plain.heading(), "Plainer");
    await plain.open("/logout");
    await plain.press("sign-out");
    assert.equal(await plain.isSignedIn(), false);
    await plain.leave();
  });

  test("the first visit is small", async () => {
    for (const path of ["/", "/signup", "/login"]) {
      const newcomer = await Visitor.arrive(browser, site);
      const sizes = new Map();
      newcomer.page.on("requestfinished", async (request) => {
        const { responseBodySize, responseHeadersSize } = await request.sizes();
        sizes.set(request.url(), responseBodySize + responseHeadersSize);
      });
      await newcomer.open(path);
      // Some browsers without a window ask for no icon.
      const icon = new URL(await newcomer.page.locator("link[rel=icon]").getAttribute("href"), site.url);
      const answer = await fetch(icon);
      assert.ok(answer.ok);
      const body = await answer.arrayBuffer();
      if (!sizes.has(icon.href)) sizes.set(icon.href, body.byteLength);
      const total = [...sizes.values()].reduce((sum, size) => sum + size);
      assert.ok(sizes.size >= 3 && total < 20_000, `${path}: ${total} bytes in ${[...sizes].join(", ")}`);
      for (const url of sizes.keys()) assert.equal(new URL(url, site.url).origin, site.url);
      await newcomer.leave();
    }
  });
});
