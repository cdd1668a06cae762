// openid-client, a certified client of OpenID Connect.

import * as oidc from "openid-client";
import { browse, enter, given, step } from "./steps.mjs";

const smtp = "openid profile email offline_access https://outlook.office.com/SMTP.Send";

// discover reads the discovery document of the tenant for a client and the way
// in which it proves itself.
const discover = (client, auth) => oidc.discovery(new URL(given.authority + "/v2.0"), client, undefined, auth);

// sent is an authorization request, and what of it is checked in the answer.
async function sent(config, more = {}) {
  const verifier = oidc.randomPKCECodeVerifier();
  const checks = { pkceCodeVerifier: verifier, expectedNonce: oidc.randomNonce(), expectedState: oidc.randomState() };
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri: given.callback,
    scope: smtp,
    login_hint: given.mailbox,
    nonce: checks.expectedNonce,
    state: checks.expectedState,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    ...more,
  });
  return { at: await browse(url), checks };
}

function told(tokens) {
  const { iss, aud, preferred_username, nonce } = tokens.claims() ?? {};
  return {
    issuer: iss && iss === given.authority + "/v2.0",
    audience: aud && aud === given.client,
    who: preferred_username,
    nonce: nonce && "as sent",
    scopes: tokens.scope?.split(" "),
    refresh: Boolean(tokens.refresh_token),
  };
}

const post = () => oidc.ClientSecretPost(given.secret);

async function codeFlow(auth, more) {
  const config = await discover(given.client, auth);
  const { at, checks } = await sent(config, more);
  return { config, tokens: await oidc.authorizationCodeGrant(config, at, checks) };
}

const kept = {};

await step("code, PKCE, nonce; secret in the form", async () => {
  Object.assign(kept, await codeFlow(post()));
  return told(kept.tokens);
});
await step("code, PKCE, nonce; secret in the header", async () => told((await codeFlow(oidc.ClientSecretBasic(given.secret))).tokens));
await step("refresh", async () => told(await oidc.refreshTokenGrant(kept.config, kept.tokens.refresh_token)));
await step("user info", async () => {
  const { tokens, config } = await codeFlow(post(), { scope: "openid profile email" });
  const { sub, ...rest } = await oidc.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
  return rest;
});
await step("code and ID token together", async () => {
  const config = await discover(given.client, post());
  oidc.useCodeIdTokenResponseType(config); // which wants the code's hash in the ID token
  const { at, checks } = await sent(config);
  return told(await oidc.authorizationCodeGrant(config, at, checks));
});
await step("the code exchanged for another's", async () => {
  const config = await discover(given.client, post());
  oidc.useCodeIdTokenResponseType(config);
  const { at, checks } = await sent(config);
  const other = (await sent(config)).at;
  const code = new URLSearchParams(other.hash.slice(1)).get("code");
  const mixed = new URLSearchParams(at.hash.slice(1));
  mixed.set("code", code);
  at.hash = mixed.toString();
  return told(await oidc.authorizationCodeGrant(config, at, checks));
});
await step("ID token alone", async () => {
  const config = await discover(given.client, post());
  oidc.useIdTokenResponseType(config);
  const { at, checks } = await sent(config, { scope: "openid profile", code_challenge: "", code_challenge_method: "" });
  const { preferred_username } = await oidc.implicitAuthentication(config, at, checks.expectedNonce, { expectedState: checks.expectedState });
  return { who: preferred_username };
});
await step("client credentials", async () => {
  const { token_type, expires_in } = await oidc.clientCredentialsGrant(kept.config, { scope: "https://outlook.office365.com/.default" });
  return { token_type, lasts: expires_in >= 3599 && expires_in < 5400 };
});
await step("device code", async () => {
  const config = await discover(given.graphTools, oidc.None());
  const device = await oidc.initiateDeviceAuthorization(config, { scope: "openid profile User.Read" });
  await enter(device.user_code, given.mailbox);
  return { who: (await oidc.pollDeviceAuthorizationGrant(config, device)).claims().preferred_username };
});

await step("wrong secret", () => codeFlow(oidc.ClientSecretPost("not the secret")));
await step("wrong secret in the header", () => codeFlow(oidc.ClientSecretBasic("not the secret")));
await step("wrong verifier", async () => {
  const { at, checks } = await sent(kept.config);
  return told(await oidc.authorizationCodeGrant(kept.config, at, { ...checks, pkceCodeVerifier: oidc.randomPKCECodeVerifier() }));
});
await step("a nonce of somebody else", async () => {
  const { at, checks } = await sent(kept.config);
  return told(await oidc.authorizationCodeGrant(kept.config, at, { ...checks, expectedNonce: oidc.randomNonce() }));
});
await step("nobody signed in, and no page wanted", async () => {
  const { at, checks } = await sent(kept.config, { prompt: "none" });
  return told(await oidc.authorizationCodeGrant(kept.config, at, checks));
});
