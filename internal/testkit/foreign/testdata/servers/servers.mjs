// Servers that nobody here wrote, driven line by line: one JSON request on
// stdin opens a server on loopback, one JSON answer on stdout names its port.
// What a server decides is its own; what it is told to be stands in the request.

import { createServer as createHTTPS } from "node:https";
import { createServer as createHTTP } from "node:http";
import { createInterface } from "node:readline";
import Provider from "oidc-provider";
import { SMTPServer } from "smtp-server";

// What Node.js serves by, as openssl does: certificate, key, versions of TLS.
const tls = ({ cert, key, version, wantsCertificate }) => ({
  cert,
  key,
  ...(version && { minVersion: version, maxVersion: version, ciphers: "DEFAULT@SECLEVEL=0" }),
  ...(wantsCertificate && { requestCert: true, rejectUnauthorized: true, ca: cert }),
});

const seen = { https: 0, smtp: [] };

const operations = {
  // https answers every request with an empty object of JSON.
  https: (request) => {
    const server = createHTTPS(tls(request), (_, response) => {
      response.setHeader("Content-Type", "application/json").end("{}");
    });
    return server.on("connection", () => seen.https++);
  },

  // smtp takes the token of one user, refuses all others as RFC 7628 does (334,
  // then 535), or answers as it is told: {responseCode, message} at AUTH, or a
  // greeting that is a refusal, or none at all.
  smtp: ({ user, starttls = true, mechanism = "XOAUTH2", reply, greeting, silent, ...request }) =>
    new SMTPServer({
      ...tls(request),
      name: "smtp.office365.com",
      hideSTARTTLS: !starttls,
      authMethods: [mechanism],
      disableReverseLookup: true,
      onConnect: (_, greet) => silent || greet(greeting && Object.assign(new Error(greeting.message), greeting)),
      onAuth: ({ username, accessToken }, _, done) => {
        seen.smtp.push({ user: username, token: accessToken });
        if (reply) done(Object.assign(new Error(reply.message), reply));
        else if (username === user) done(null, { user });
        else done(null, { data: { status: "401", schemes: "bearer", scope: "https://outlook.office.com/" } });
      },
    }),

  // oidc is an OpenID provider with one client and one person, who has a
  // session already. Entra ID's routes are the client's, PKCE is required, and
  // a refresh token is good once.
  oidc: ({ tenant, client, secret, claims, refresh }) => {
    const provider = new Provider(`https://login.microsoftonline.com/${tenant}/v2.0`, {
      clients: [
        {
          client_id: client,
          client_secret: secret,
          application_type: "native",
          redirect_uris: ["http://localhost"],
          grant_types: ["authorization_code", "refresh_token"],
          token_endpoint_auth_method: "client_secret_post",
        },
      ],
      routes: { authorization: `/${tenant}/oauth2/v2.0/authorize`, token: `/${tenant}/oauth2/v2.0/token` },
      scopes: ["openid", "profile", "offline_access", "https://outlook.office.com/SMTP.Send"],
      claims: { openid: ["sub", ...Object.keys(claims)] },
      conformIdTokenClaims: false,
      pkce: { required: () => true },
      rotateRefreshToken: true,
      issueRefreshToken: () => refresh,
      findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...claims }) }),
      cookies: { keys: ["of this process"] },
      features: { devInteractions: { enabled: false } },
      interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    });
    provider.proxy = true; // TLS ends before it
    provider.on("server_error", (_, error) => console.error(error));
    const application = provider.callback();
    return createHTTP(async (request, response) => {
      if (!request.url.startsWith("/interaction/")) return application(request, response);
      const { params } = await provider.interactionDetails(request, response);
      const grant = new provider.Grant({ accountId: "person", clientId: client });
      grant.addOIDCScope(params.scope);
      const result = { login: { accountId: "person" }, consent: { grantId: await grant.save() } };
      return provider.interactionFinished(request, response, result);
    });
  },
};

console.info = console.error; // stdout is for answers
const say = (answer) => process.stdout.write(JSON.stringify(answer) + "\n");

for await (const line of createInterface({ input: process.stdin })) {
  const { operation, ...request } = JSON.parse(line);
  if (operation === "seen") {
    say(seen);
    continue;
  }
  const opened = operations[operation](request);
  const server = opened.server ?? opened;
  opened.on("error", () => {}); // a client that goes away, which it is to do here
  opened.listen(0, "127.0.0.1", () => say({ port: server.address().port }));
}
process.exit(0); // connections may be open
