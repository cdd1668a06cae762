// @azure/identity, Microsoft's sign-in library for programs that use its services.

import { ClientSecretCredential, DeviceCodeCredential } from "@azure/identity";
import { claims, enter, given, step } from "./steps.mjs";

const exchange = "https://outlook.office365.com/.default";
const graph = ["https://graph.microsoft.com/User.Read"];

// told is what a token is for, and of whom.
function told({ token }) {
  const { aud, appid, idtyp, roles, upn } = claims(token);
  return { aud, own: appid === given.client, idtyp, roles, upn };
}

await step("client secret", async () => told(await new ClientSecretCredential(given.tenant, given.client, given.secret).getToken(exchange)));
await step("the tenant by its domain", async () =>
  told(await new ClientSecretCredential("contoso.example", given.client, given.secret).getToken(exchange)),
);
await step("with claims challenges", async () =>
  told(await new ClientSecretCredential(given.tenant, given.client, given.secret).getToken(exchange, { enableCae: true })),
);
await step("wrong secret", async () => told(await new ClientSecretCredential(given.tenant, given.client, "not the secret").getToken(exchange)));
await step("no such application", async () =>
  told(await new ClientSecretCredential(given.tenant, "00000000-0000-4000-8000-000000000000", given.secret).getToken(exchange)),
);
await step("no such tenant", async () => told(await new ClientSecretCredential("fabrikam.example", given.client, given.secret).getToken(exchange)));
await step("one permission, which is not asked for so", async () =>
  told(await new ClientSecretCredential(given.tenant, given.client, given.secret).getToken("https://outlook.office365.com/Mail.Send")),
);

const device = (who, more) => new DeviceCodeCredential({ userPromptCallback: ({ userCode }) => enter(userCode, who), ...more });
const person = device(given.mailbox, { tenantId: given.tenant, clientId: given.graphTools });

// The library asks every five seconds, so these wait together.
await Promise.all([
  step("device code", async () => told(await person.getToken(graph))),
  step("device code, the library's own client", async () => told(await device(given.admin, { tenantId: given.tenant }).getToken("https://graph.microsoft.com/.default"))),
]);
await step("device code, kept", async () => told(await person.getToken(graph)));
