// oauth4webapi, which does one request of OAuth 2 at a time and takes nothing
// that the RFCs do not allow.

import * as oauth from "oauth4webapi";
import { browse, given, step } from "./steps.mjs";

const issuer = new URL(given.authority + "/v2.0");
const client = { client_id: given.client };
const service = { scope: "https://outlook.office365.com/.default" };

let server;
await step("discovery", async () => {
  server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer));
  return { https: Object.entries(server).every(([name, value]) => !name.endsWith("_endpoint") || value.startsWith("https://")) };
});

await step("code flow, the ID token checked against the keys", async () => {
  const [verifier, nonce, state] = [oauth.generateRandomCodeVerifier(), oauth.generateRandomNonce(), oauth.generateRandomState()];
  const at = new URL(server.authorization_endpoint);
  at.search = new URLSearchParams({
    client_id: given.client,
    redirect_uri: given.callback,
    response_type: "code",
    scope: "openid profile https://outlook.office.com/SMTP.Send",
    login_hint: given.mailbox,
    nonce,
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  });
  const answer = oauth.validateAuthResponse(server, client, await browse(at), state);
  const auth = oauth.ClientSecretPost(given.secret);
  const response = await oauth.authorizationCodeGrantRequest(server, client, auth, answer, given.callback, verifier);
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, { expectedNonce: nonce, requireIdToken: true });
  await oauth.validateApplicationLevelSignature(server, response);
  return { who: oauth.getValidatedIdTokenClaims(tokens).preferred_username, scope: tokens.scope };
});

async function credentials(auth) {
  const response = await oauth.clientCredentialsGrantRequest(server, client, auth, service);
  return { type: (await oauth.processClientCredentialsResponse(server, client, response)).token_type };
}

await step("client credentials, secret in the form", () => credentials(oauth.ClientSecretPost(given.secret)));
await step("client credentials, secret in the header", () => credentials(oauth.ClientSecretBasic(given.secret)));
await step("wrong secret in the form", () => credentials(oauth.ClientSecretPost("not the secret")));
await step("wrong secret in the header", () => credentials(oauth.ClientSecretBasic("not the secret")));
await step("a key instead of a secret", async () => {
  const { privateKey } = await oauth.generateKeyPair("RS256");
  return credentials(oauth.PrivateKeyJwt(privateKey));
});
