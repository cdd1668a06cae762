// What the programs of this folder share. Each is called with what it needs as
// JSON on standard input, goes through its steps, and tells for each, as a line
// of JSON, what came of it. Nothing is judged here: the Go test beside this
// folder has the table of what each step must say.

import { readFileSync } from "node:fs";
import * as oauth from "oauth4webapi";

// given is what the Go test knows of the tenant.
export const given = JSON.parse(readFileSync(0, "utf8"));

// step tells what a function returns, or how it failed, and returns the first.
export async function step(name, act) {
  try {
    const says = (await act()) ?? null;
    process.stdout.write(JSON.stringify({ name, says }) + "\n");
    return says;
  } catch (error) {
    process.stdout.write(JSON.stringify({ name, failed: reasons(error) }) + "\n");
  }
}

// reasons is a library's own words for a failure: its codes and texts, and those
// of what it was caused by.
function reasons(error) {
  const words = [error.name, error.code, error.error, error.status ?? error.statusCode, error.message, error.error_description];
  const causes = [error.cause, error.errorResponse?.errorDescription].flat().filter(Boolean);
  const more = causes.map((cause) => (cause instanceof Error ? reasons(cause) : typeof cause === "string" ? cause : JSON.stringify(cause)));
  return [...words, ...more].filter((word) => word !== undefined && word !== null).join(" | ");
}

// browse signs in as a person would, and says where the browser ended.
export async function browse(url) {
  return new URL(await robot({ url: String(url) }));
}

// enter types a device code, and signs in.
export const enter = (code, as) => robot({ code, as });

async function robot(errand) {
  const answer = await fetch(given.robot, { method: "POST", body: JSON.stringify(errand) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return text;
}

// claims is what a token says.
export const claims = (token) => JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString());

// signIn signs a person in at a public client by code and PKCE, and gives the
// access token.
export async function signIn(id, scope, as) {
  const issuer = new URL(given.authority + "/v2.0");
  const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer));
  const client = { client_id: id };
  const verifier = oauth.generateRandomCodeVerifier();
  const at = new URL(server.authorization_endpoint);
  at.search = new URLSearchParams({
    client_id: id,
    redirect_uri: given.loopback,
    response_type: "code",
    scope,
    login_hint: as,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  });
  const answer = oauth.validateAuthResponse(server, client, await browse(at));
  const response = await oauth.authorizationCodeGrantRequest(server, client, oauth.None(), answer, given.loopback, verifier);
  return (await oauth.processAuthorizationCodeResponse(server, client, response)).access_token;
}
