// Somebody at a browser: reads pages by their words, fills in fields by their labels, presses buttons by their names.
// Whatever page comes, a visitor notices errors on the console, broken files, anything left in the browser's stores
// and a session that scripts could read.

import assert from "node:assert/strict";
import { chromium } from "playwright-core";
import { words } from "./words.js";

const locales = { en: "en-GB", de: "de-DE", fr: "fr-FR" };

/** `textSize` is what people set in their browser when they need larger text: 16 unless they do. */
export function openBrowser({ textSize = 16 } = {}) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      `--blink-settings=defaultFontSize=${textSize},defaultFixedFontSize=${(textSize * 13) / 16}`,
    ],
  });
}

export class Visitor {
  /** Someone with a browser profile of their own. `options` are Playwright's for a context. */
  static async arrive(browser, site, language = "en", options = {}) {
    const context = await browser.newContext({ locale: locales[language] ?? language, ...options });
    context.setDefaultTimeout(30_000);
    return new this(await context.newPage(), site, language, options.javaScriptEnabled ?? true);
  }

  constructor(page, site, language, scripted) {
    Object.assign(this, { page, site, language, scripted, problems: [], document: null });
    page.on("pageerror", (error) => this.problems.push(`script: ${error}`));
    page.on("requestfailed", (request) => {
      // Chromium itself asks for the icon, and the sign-in page for the options of passkeys. Either ends when the next page comes.
      const asked = ["/favicon.svg", "/login/passkey/options"].some((file) => request.url().includes(file));
      const dropped = asked && request.failure()?.errorText === "net::ERR_ABORTED";
      if (!dropped) this.problems.push(`failed: ${request.url()} ${request.failure()?.errorText}`);
    });
    page.on("console", (message) => {
      // A page answered with 422 is no error here; files that fail are told by their responses.
      const answered = message.text().startsWith("Failed to load resource");
      if (["error", "warning"].includes(message.type()) && !answered) this.problems.push(`console: ${message.text()}`);
    });
    page.on("response", (response) => {
      if (response.request().isNavigationRequest() && response.frame() === page.mainFrame()) this.document = response;
      else if (response.status() >= 400) this.problems.push(`file: ${response.status()} ${response.url()}`);
    });
  }

  t(key, args) {
    return words(this.language, key, args);
  }

  get path() {
    const { pathname, search } = new URL(this.page.url());
    return pathname + search;
  }

  get status() {
    return this.document.status();
  }

  async open(path) {
    await this.page.goto(new URL(path, this.site.url).href);
    await this.looksAround();
    return this;
  }

  /** The control with that label. */
  field(key, args) {
    return this.page.locator("main").locator("input, select").and(this.page.getByLabel(this.t(key, args)));
  }

  button(key, args) {
    return this.page.getByRole("button", { name: this.t(key, args), exact: true });
  }

  link(key, args) {
    return this.page.getByRole("link", { name: this.t(key, args) });
  }

  async fill(key, text) {
    await this.field(key).fill(text);
    return this;
  }

  /** The same by the field's name, as programs know it. */
  async type(name, text) {
    await this.page.locator(`main :is(input, textarea)[name=${name}]`).fill(text);
    return this;
  }

  /** Sends the form that posts there. */
  async send(action) {
    return this.leaves(this.page.locator(`main form[action="${action}"] button:not([type=button])`));
  }

  /** Presses the button of that name, in the page's own part if there is one, and waits for the next page. */
  async press(key, args) {
    const inside = this.page.locator("main").getByRole("button", { name: this.t(key, args), exact: true });
    return this.leaves((await inside.count()) > 0 ? inside : this.button(key, args));
  }

  async follow(key, args) {
    return this.leaves(this.link(key, args).first());
  }

  /** Clicks and waits until the page that this leads to has come. */
  async leaves(thing, act = (it) => it.click()) {
    const arrival = this.page.waitForEvent("load");
    await act(thing);
    await arrival;
    await this.looksAround();
    return this;
  }

  async shows(key, args) {
    await this.says(this.t(key, args));
    return this;
  }

  async says(text) {
    const seen = await this.page.locator("body").innerText();
    assert.ok(seen.includes(text), `${this.path} does not say “${text}” but:\n${seen}`);
  }

  async heading() {
    return (await this.page.locator("h1").innerText()).trim();
  }

  at(path) {
    assert.equal(this.path, path);
    return this;
  }

  /** What must hold on every page. */
  async looksAround() {
    const here = await this.page.evaluate(() => ({
      lang: document.documentElement.lang,
      cookie: document.cookie,
      local: Object.keys(localStorage),
      session: Object.keys(sessionStorage),
      headings: document.querySelectorAll("h1").length,
    }));
    // Where scripts are off, no promise is ever kept.
    const databases = this.scripted ? await this.page.evaluate(() => indexedDB.databases()) : [];
    assert.equal(here.lang, this.language, `the language of ${this.path}`);
    assert.equal(here.cookie, "", `cookies that scripts can read on ${this.path}`);
    assert.deepEqual([here.local, here.session, databases], [[], [], []], `stores on ${this.path}`);
    assert.equal(here.headings, 1, `headings of ${this.path}`);
    const { problems } = this;
    this.problems = [];
    assert.deepEqual(problems, [], `problems on ${this.path}`);
    const headers = await this.document.allHeaders();
    assert.match(headers["content-security-policy"] ?? "", /default-src 'none'/);
    assert.equal(headers.server, undefined);
  }

  /** The page that says what is wrong: told first, in the title too, and by focus. */
  async toldOf(...fields) {
    const told = await this.page.evaluate(() => ({
      title: document.title,
      focus: document.activeElement.className,
      links: [...document.querySelectorAll(".errors a")].map((link) => link.getAttribute("href").slice(1)),
      invalid: [...document.querySelectorAll("main [aria-invalid=true]")].map((field) => field.id),
      described: [...document.querySelectorAll("main [aria-invalid=true]")].every((field) =>
        field.getAttribute("aria-describedby").split(" ").every((id) => document.getElementById(id)?.textContent.trim()),
      ),
      passwords: [...document.querySelectorAll("input[type=password]")].map((field) => field.value).join(""),
    }));
    assert.equal(this.status, 422);
    assert.ok(told.title.startsWith(this.t("title-error")), told.title);
    assert.equal(told.focus, "errors");
    assert.deepEqual(told.links, fields);
    assert.deepEqual(told.invalid, fields);
    assert.ok(told.described);
    assert.equal(told.passwords, "", "a password is never sent back");
    return this;
  }

  async cookies() {
    const cookies = await this.page.context().cookies();
    // The port that the site is reached at is a part of their names.
    return Object.fromEntries(cookies.map((cookie) => [cookie.name.replace(/_\d+$/, ""), cookie]));
  }

  async isSignedIn() {
    return (await this.cookies()).vestibule_session !== undefined;
  }

  async leave() {
    await this.page.context().close();
  }
}

/** Signs up and confirms by the mailed link, as quickly as a person with one browser can. */
export async function join(visitor, { email, password, name = "" }) {
  await visitor.open("/signup");
  await visitor.fill("field-name", name);
  await visitor.fill("field-email", email);
  await visitor.fill("field-password", password);
  await visitor.press("sign-up");
  const { link } = await visitor.site.mailTo(email);
  await visitor.open(link);
  await visitor.press("confirm-button");
  assert.ok(await visitor.isSignedIn());
  return visitor;
}

export async function signIn(visitor, { email, password, next = "" }) {
  await visitor.open(`/login${next && `?next=${encodeURIComponent(next)}`}`);
  await visitor.fill("field-email", email);
  await visitor.fill("field-password", password);
  await visitor.press("sign-in");
  return visitor;
}
