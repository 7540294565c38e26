// Links in mails, opened from a webmail that shows them in a sandboxed frame.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { startSite } from "./site.js";
import { join, openBrowser, Visitor } from "./visitor.js";

const password = "quiet-harbour-lantern-41";
const another = "velvet-compass-orchard-77";

/** What webmails allow the frame of a mail. */
const sandboxes = ["allow-popups allow-popups-to-escape-sandbox", "allow-popups", "allow-popups allow-forms allow-same-origin"];

describe("a webmail that shows mails in a sandboxed frame", () => {
  let browser, site, webmail;
  before(async () => {
    browser = await openBrowser();
    site = await startSite({ ROCKET_THROTTLE__ENABLED: "false" });
    webmail = createServer((request, answer) => {
      const { searchParams: asked } = new URL(request.url, "http://webmail.example");
      const mail = `<a target="_blank" href="${asked.get("link")}">the link</a>`;
      answer.writeHead(200, { "content-type": "text/html" });
      answer.end(`<title>Inbox</title><iframe sandbox="${asked.get("sandbox")}" srcdoc='${mail}'></iframe>`);
    }).listen(0, "127.0.0.1");
    await once(webmail, "listening");
  });
  after(async () => {
    webmail?.close();
    await browser?.close();
    await site?.stop();
  });

  /** The window that a link opens, once its page is there. */
  async function opened(context, sandbox, link) {
    const inbox = await context.newPage();
    // Another site: the name of the host is another.
    const query = new URLSearchParams({ sandbox, link });
    await inbox.goto(`http://localhost:${webmail.address().port}/?${query}`);
    const popup = context.waitForEvent("page");
    await inbox.frameLocator("iframe").getByText("the link").click();
    const page = await popup;
    await page.waitForLoadState();
    return page;
  }

  async function shows(page, path) {
    await page.waitForURL((url) => url.pathname === path || url.protocol === "chrome-error:");
    assert.equal(new URL(page.url()).pathname, path, await page.locator("body").innerText());
    assert.equal(await page.locator("h1").count(), 1, page.url());
  }

  for (const [nth, sandbox] of sandboxes.entries()) {
    const email = (name) => `${name}${nth}@example.org`;
    const mayPost = sandbox !== "allow-popups";

    test(`its links open their pages (${sandbox})`, async () => {
      const ana = await Visitor.arrive(browser, site, "en");
      await ana.open("/signup");
      await ana.fill("field-email", email("ana"));
      await ana.fill("field-password", password);
      await ana.press("sign-up");
      const { link } = await site.mailTo(email("ana"));
      const context = ana.page.context();
      const confirm = await opened(context, sandbox, link);
      await shows(confirm, new URL(link).pathname);
      if (mayPost) {
        await confirm.locator("main form button").click();
        await shows(confirm, "/account");
      }
      await ana.leave();

      const bo = await join(await Visitor.arrive(browser, site, "en"), { email: email("bo"), password });
      const from = bo.page.context();
      for (const [path, to] of [["/login", "/account"], ["/signup", "/account"], ["/forgot-password", "/forgot-password"]]) {
        await shows(await opened(from, sandbox, site.url + path), to);
      }
      await bo.open("/account/password");
      await bo.fill("field-current-password", password);
      await bo.fill("field-new-password", another);
      await bo.press("change-password-button");
      const notice = await site.mailTo(email("bo"), { subject: bo.t("mail-password-changed-subject", { site: "Example Co" }) });
      await shows(await opened(from, sandbox, notice.link), new URL(notice.link).pathname);
      await bo.open("/account/email");
      await bo.fill("field-new-email", email("new"));
      await bo.press("email-button");
      const change = await site.mailTo(email("new"));
      const changing = await opened(from, sandbox, change.link);
      await shows(changing, new URL(change.link).pathname);
      await bo.press("sign-out");
      await shows(await opened(from, sandbox, change.link), "/login");
      await shows(await opened(from, sandbox, `${site.url}/login`), "/login");

      await bo.open("/forgot-password");
      await bo.fill("field-email", email("bo"));
      await bo.press("forgot-button");
      const reset = await site.mailTo(email("bo"), { subject: bo.t("mail-password-reset-subject", { site: "Example Co" }) });
      const setting = await opened(from, sandbox, reset.link);
      await shows(setting, "/reset-password");
      if (mayPost) {
        await setting.locator("#password").fill(password);
        await setting.locator("main form button").last().click();
        await shows(setting, "/login");
      }
      await bo.leave();
    });
  }
});
