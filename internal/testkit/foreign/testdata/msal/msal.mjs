// Microsoft's sign-in library for Node.js, driven line by line: one JSON
// request on stdin, one JSON answer on stdout. The library's own answers and
// errors are passed on as they are; nothing is judged here.
//
// WXMAIL_CLOUD names the endpoints file of the sandbox. Its CA comes through
// NODE_EXTRA_CA_CERTS, as an administrator would add it.

import { readFileSync } from "node:fs";
import https from "node:https";
import { createInterface } from "node:readline";
import { ConfidentialClientApplication, CryptoProvider, PublicClientApplication } from "@azure/msal-node";

const cloud = JSON.parse(readFileSync(process.env.WXMAIL_CLOUD, "utf8"));

// SandboxAgent connects to the sandbox whatever host is asked for; TLS still
// checks the certificate against that host.
class SandboxAgent extends https.Agent {
  createConnection(options, connected) {
    const [host, port] = cloud.dial["*:443"].split(":");
    return super.createConnection({ ...options, host, port, servername: options.host }, connected);
  }
}

const agent = new SandboxAgent({ keepAlive: false });

function send(method, url, { headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const request = https.request(url, { method, headers, agent }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk) => (text += chunk));
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, body: JSON.parse(text) }));
    });
    request.on("error", reject);
    request.end(body);
  });
}

const networkClient = {
  sendGetRequestAsync: (url, options) => send("GET", url, options),
  sendPostRequestAsync: (url, options) => send("POST", url, options),
};

let app;

function say(answer) {
  process.stdout.write(JSON.stringify(answer) + "\n");
}

// told is what a caller sees of a result, and the refresh token, which the
// library keeps to itself.
function told(result) {
  const kept = JSON.parse(app.getTokenCache().serialize()).RefreshToken ?? {};
  return {
    account: result.account?.username,
    tenant: result.tenantId,
    scopes: result.scopes,
    accessToken: result.accessToken,
    refreshToken: Object.values(kept).map((entry) => entry.secret).at(-1),
    fromCache: result.fromCache,
  };
}

const operations = {
  // confidential and public make the client that later requests use.
  confidential: ({ auth }) => void (app = new ConfidentialClientApplication({ auth, system: { networkClient } })),
  public: ({ auth }) => void (app = new PublicClientApplication({ auth, system: { networkClient } })),
  pkce: () => new CryptoProvider().generatePkceCodes(),
  authorize: async ({ request }) => ({ url: await app.getAuthCodeUrl(request) }),
  redeem: async ({ request }) => told(await app.acquireTokenByCode(request)),
  silent: async ({ request }) => {
    const [account] = await app.getTokenCache().getAllAccounts();
    return told(await app.acquireTokenSilent({ ...request, account }));
  },
  refresh: async ({ request }) => told(await app.acquireTokenByRefreshToken(request)),
  service: async ({ request }) => told(await app.acquireTokenByClientCredential(request)),
  // device answers twice: with the code to enter, and with how it ended.
  device: async ({ request }) =>
    told(await app.acquireTokenByDeviceCode({ ...request, deviceCodeCallback: ({ userCode }) => say({ userCode }) })),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { operation, ...rest } = JSON.parse(line);
  try {
    say((await operations[operation](rest)) ?? {});
  } catch (error) {
    say({ error: { code: String(error.errorCode ?? error.name), message: String(error.message) } });
  }
}
