// The same with the types that openapi-typescript has generated: `journey.js URL ADDRESS PASSWORD`.
import createClient from "openapi-fetch";
import { execFileSync } from "node:child_process";
import type { paths } from "./api.js";

const [baseUrl, email, password] = process.argv.slice(2) as [string, string, string];
const mailed = process.env.MAILED as string;

function expect(holds: boolean, what: unknown): asserts holds {
    if (!holds) {
        throw new Error(JSON.stringify(what));
    }
}

const api = createClient<paths>({ baseUrl });
const registered = await api.POST("/api/v1/registration", { body: { email, password, display_name: "Ty" } });
expect(registered.data?.email === email, registered.error);
const code = execFileSync("python3", [mailed, baseUrl, email], { encoding: "utf8" }).trim();
const confirmed = await api.POST("/api/v1/registration/confirm", { body: { email, password, code } });
expect(confirmed.response.status === 204, confirmed.error);
const refused = await api.POST("/api/v1/login", { body: { email, password: "wrong" } });
expect(refused.error?.type === "urn:problem-type:vestibule:sign-in-refused", refused.error);
const signedIn = await api.POST("/api/v1/login", { body: { email, password } });
expect(signedIn.data !== undefined, signedIn.error);
const refreshed = await api.POST("/api/v1/token/refresh", { body: { refresh_token: signedIn.data.refresh_token } });
expect(refreshed.data !== undefined, refreshed.error);
const headers = { Authorization: `${refreshed.data.token_type} ${refreshed.data.access_token}` };
const me = await api.GET("/api/v1/me", { headers });
expect(me.data?.display_name === "Ty", me.error);
const out = await api.POST("/api/v1/logout", { headers });
expect(out.response.status === 204, out.error);
const nobody = await api.GET("/api/v1/me", { headers });
expect(nobody.error?.type === "urn:problem-type:vestibule:token-refused", nobody.error);
console.log("   the TypeScript client signed up, in and out");
