// Signs people with a passkey into the site, alone or after their password, confirms who they are by one, or adds one. The page says which, and has the
// words. Without this file everything else on the page works.
const box = document.getElementById("passkey");
const words = box.dataset;
const button = box.querySelector("button");
const told = box.querySelector("p");
const Passkeys = typeof PublicKeyCredential === "undefined" ? {} : PublicKeyCredential;
const jsonBody = (value) => ({ headers: { "Content-Type": "application/json" }, body: JSON.stringify(value) });
// The page's form that carries the proof; a page for a sign-in has none.
const carrier = button.form;
// The server awaits an answer for five minutes.
const patience = 270_000;
// What the first step of a sign-in knows, and the second does not ask again.
const step = { second_factor: words.use === "second-factor", next: words.next || undefined };
let waiting;
let askedAt = 0;

const say = (text) => {
  told.textContent = text;
  told.hidden = text === "";
};

// What went wrong, for a person. Browsers do not say why no passkey was used.
const reason = (error) => {
  if (error.name === "NotAllowedError" || error.name === "AbortError") return words.nothing;
  if (error.name === "InvalidStateError") return words.already ?? words.nothing;
  return error.name === "Error" ? error.message : words.failed;
};

const post = async (path, body) => {
  const answer = await fetch(path, { method: "POST", redirect: "manual", ...body });
  if (answer.type === "opaqueredirect") {
    location.assign("/login/confirm?next=" + encodeURIComponent(location.pathname));
    return;
  }
  const content = await answer.json().catch(() => ({}));
  if (answer.ok || content.location) return content;
  if (content.unknown_credential) await Passkeys.signalUnknownCredential?.(content.unknown_credential).catch(() => {});
  throw Error(content.message ?? (answer.status === 429 ? words.limited : words.failed));
};

const options = async () => {
  const asked = words.use === "add"
    ? await post("/account/passkeys/options", { body: new URLSearchParams(new FormData(carrier)) })
    : await post("/login/passkey/options", jsonBody({ confirm: words.use === "confirm", ...step }));
  askedAt = performance.now();
  // The first step is over: back to the password.
  if (asked?.location) location.assign(asked.location);
  return asked?.publicKey;
};

const send = async (credential) => {
  if (carrier) {
    carrier.elements.namedItem("credential").value = JSON.stringify(credential);
    carrier.submit();
    return;
  }
  const ticked = (id) => document.getElementById(id)?.checked ?? false;
  const proof = { credential, remember: ticked("remember"), remember_browser: ticked("remember_browser"), ...step };
  const answer = await post("/login/passkey", jsonBody(proof));
  if (answer === undefined) return;
  if (answer.user) await Passkeys.signalCurrentUserDetails?.(answer.user).catch(() => {});
  location.assign(answer.location);
};

const use = async (event) => {
  event?.preventDefault();
  say("");
  waiting?.abort();
  waiting = undefined;
  try {
    const publicKey = await options();
    if (publicKey === undefined) return;
    const credential = words.use === "add"
      ? await navigator.credentials.create({ publicKey: Passkeys.parseCreationOptionsFromJSON(publicKey) })
      : await navigator.credentials.get({ publicKey: Passkeys.parseRequestOptionsFromJSON(publicKey) });
    await send(credential);
  } catch (error) {
    say(reason(error));
  }
};

// The browser offers passkeys beside the field for the address. Nobody has asked for that, so nobody is told of a failure
// until a passkey is chosen.
const offer = async () => {
  waiting?.abort();
  const own = new AbortController();
  waiting = own;
  let credential;
  try {
    const publicKey = Passkeys.parseRequestOptionsFromJSON(await options());
    if (own.signal.aborted) return;
    credential = await navigator.credentials.get({ publicKey, mediation: "conditional", signal: own.signal });
  } catch {
    if (waiting === own) waiting = undefined;
    return;
  }
  // Chosen too late: the browser asks once more.
  if (performance.now() - askedAt > patience) return use();
  waiting = undefined;
  await send(credential).catch((error) => say(reason(error)));
};

if (Passkeys.parseCreationOptionsFromJSON && Passkeys.parseRequestOptionsFromJSON) {
  box.hidden = false;
  button.addEventListener("click", use);
  if (words.use === "sign-in" && (await Passkeys.isConditionalMediationAvailable?.())) {
    addEventListener("focus", () => waiting && performance.now() - askedAt > patience && offer());
    offer();
  }
  // Browsers offer what was removed, and an old name, until they are told.
  if (words.user) {
    const account = { rpId: words.rp, userId: words.user };
    const allAcceptedCredentialIds = words.accepted.split(" ").filter(Boolean);
    Passkeys.signalAllAcceptedCredentials?.({ ...account, allAcceptedCredentialIds }).catch(() => {});
    const { name, display: displayName } = words;
    Passkeys.signalCurrentUserDetails?.({ ...account, name, displayName }).catch(() => {});
  }
} else {
  const missing = document.getElementById("passkey-missing");
  if (missing) missing.hidden = false;
}
