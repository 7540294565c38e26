// The QR code of the authenticator app, read from the screen as a phone reads it: in light and dark, on a small screen, and
// where a pixel of the page is two of the screen. `zbarimg` is the strictest of the readers that were tried.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, describe, test } from "node:test";
import { startSite } from "./site.js";
import { join, openBrowser, Visitor } from "./visitor.js";

const account = { email: "ana.ferreira@example.org", password: "quiet-harbour-lantern-41" };

describe("the QR code", () => {
  let browser, site;
  before(async () => {
    browser = await openBrowser();
    site = await startSite({ ROCKET_THROTTLE__ENABLED: "false", ROCKET_SITE__NAME: "Café: Ü & Söhne 100%" });
  });
  after(async () => {
    await browser?.close();
    await site?.stop();
  });

  for (const [name, options] of [
    ["in light", { colorScheme: "light" }],
    ["in dark", { colorScheme: "dark" }],
    ["on a phone", { colorScheme: "dark", viewport: { width: 320, height: 640 } }],
    ["on a fine screen", { colorScheme: "dark", deviceScaleFactor: 2 }],
  ]) {
    test(`is read ${name}`, async () => {
      const email = account.email.replace("ana", name.replaceAll(" ", "-"));
      const ana = await join(await Visitor.arrive(browser, site, "en", options), { ...account, email });
      await ana.open("/account/two-factor");
      const uri = await ana.link("two-factor-same-device").getAttribute("href");
      const screen = await ana.page.screenshot({ fullPage: true });
      const read = execFileSync("zbarimg", ["--quiet", "--raw", "-"], {
        input: screen,
        encoding: "utf8",
        stdio: ["pipe", "pipe", "ignore"],
      });
      assert.equal(read.trim(), uri);
      await ana.leave();
    });
  }
});
