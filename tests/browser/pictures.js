// The pictures of the README, taken in Chromium from the program as it is: bin/pictures.

import path from "node:path";
import { repository, startSite } from "./site.js";
import { join, openBrowser, Visitor } from "./visitor.js";

const password = "quiet-harbour-lantern-41";
const ana = { email: "ana@example.org", password, name: "Ana Ferreira" };
const desktop = { width: 960, height: 616 };
const phone = { width: 360, height: 616 };
// Days ago: made, seen.
const people = [
  ["Bo Lindqvist", "bo.lindqvist@example.org", "active", 4, 1],
  ["Chidi Okafor", "chidi@example.com", "disabled", 30, 21],
  ["Dana Weiß", "dana.weiss@example.de", "active", 75, 2],
  ["Émile Roche", "emile@example.fr", "active", 200, 12],
  ["Fatemeh Hosseini", "fatemeh@example.net", "active", 212, 6],
  ["Grace Mwangi", "grace@example.org", "active", 340, 3],
];

const browser = await openBrowser();
const site = await startSite({ ROCKET_THROTTLE__ENABLED: "false" });
try {
  await take("/signup", "sign-up-on-a-phone", { viewport: phone });
  await take("/login", "sign-in");
  const visitor = await join(await Visitor.arrive(browser, site, "en", { viewport: desktop, colorScheme: "dark" }), ana);
  await shoot(await visitor.open("/account"), "account-in-the-dark");

  const day = 86_400_000;
  const now = Date.now();
  const rows = people.map(([name, email, status, made, seen]) => [email, email, name, name.toLowerCase(), status, now - made * day, now - seen * day]);
  await site.sql(
    `INSERT INTO users (id, email, display_name, sort_name, role, status, created_at, confirmed_at, last_seen_at)
     VALUES (?1, ?2, ?3, ?4, 'user', ?5, ?6, ?6, ?7)`,
    rows,
  );
  await site.command("user", "grant", ana.email, "admin");
  await visitor.page.emulateMedia({ colorScheme: "light" });
  await shoot(await visitor.open("/users"), "user-list");
} finally {
  await browser.close();
  await site.stop();
}

async function take(page, name, options = {}) {
  const visitor = await Visitor.arrive(browser, site, "en", { viewport: desktop, ...options });
  await shoot(await visitor.open(page), name);
  await visitor.leave();
}

async function shoot({ page }, name) {
  await page.screenshot({ path: path.join(repository, "docs/pictures", `${name}.png`) });
}
