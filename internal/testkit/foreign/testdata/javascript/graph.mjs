// @microsoft/microsoft-graph-client, Microsoft's client of Graph for JavaScript.

import { BatchRequestContent, Client, PageIterator } from "@microsoft/microsoft-graph-client";
import { given, signIn, step } from "./steps.mjs";

const scopes = ["Application.ReadWrite.All", "AppRoleAssignment.ReadWrite.All", "DelegatedPermissionGrant.ReadWrite.All", "User.Read.All"];
const token = await signIn(given.graphTools, scopes.map((scope) => "https://graph.microsoft.com/" + scope).join(" "), given.admin);
const graph = Client.init({ authProvider: (done) => done(null, token) });

const names = (answer) => answer.value.map((one) => one.displayName);
const principalOf = async (appId) => (await graph.api("/servicePrincipals").filter(`appId eq '${appId}'`).get()).value[0];
const exchange = await principalOf("00000002-0000-0ff1-ce00-000000000000");
const graphItself = await principalOf("00000003-0000-0000-c000-000000000000");

let app, principal;

await step("create an application", async () => {
  app = await graph.api("/applications").post({ displayName: "Foreign", signInAudience: "AzureADMyOrg" });
  return { displayName: app.displayName, audience: app.signInAudience };
});
await step("read chosen properties of it", async () =>
  Object.keys(await graph.api("/applications/" + app.id).select(["id", "displayName"]).get()).sort(),
);
await step("find it by its appId", async () => names(await graph.api("/applications").filter(`appId eq '${app.appId}'`).get()));
await step("find it by how its name begins", async () => names(await graph.api("/applications").filter("startswith(displayName,'Forei')").get()));
await step("change it", async () => {
  await graph.api("/applications/" + app.id).patch({ displayName: "Foreign, changed", web: { redirectUris: ["http://localhost"] } });
  const { displayName, web } = await graph.api(`/applications(appId='${app.appId}')`).get();
  return { displayName, redirectUris: web.redirectUris };
});
await step("a property that there is not", () => graph.api("/applications/" + app.id).patch({ nonsense: true }));
await step("an application that there is not", () => graph.api("/applications/" + given.tenant).get());
await step("an option that is not supported", () => graph.api("/applications").orderby("displayName").get());

await step("a secret", async () => {
  const made = await graph.api(`/applications/${app.id}/addPassword`).post({ passwordCredential: { displayName: "foreign" } });
  const listed = await graph.api("/applications/" + app.id).select("passwordCredentials").get();
  await graph.api(`/applications/${app.id}/removePassword`).post({ keyId: made.keyId });
  const left = await graph.api("/applications/" + app.id).select("passwordCredentials").get();
  return { shown: made.secretText.startsWith(made.hint), again: listed.passwordCredentials[0].secretText ?? null, left: left.passwordCredentials.length };
});

await step("a service principal", async () => {
  principal = await graph.api("/servicePrincipals").post({ appId: app.appId });
  return { displayName: principal.displayName, appId: principal.appId === app.appId };
});
await step("the same service principal again", () => graph.api("/servicePrincipals").post({ appId: app.appId }));

const role = { principalId: principal.id, resourceId: exchange.id, appRoleId: exchange.appRoles.find((one) => one.value === "Mail.Send").id };
const roles = `/servicePrincipals/${principal.id}/appRoleAssignments`;
await step("an app role", async () => (await graph.api(roles).post(role)).resourceDisplayName);
await step("the same app role again", () => graph.api(roles).post(role));
await step("an app role, read and taken back", async () => {
  const { value } = await graph.api(roles).get();
  await graph.api(`${roles}/${value[0].id}`).delete();
  return { before: value.length, after: (await graph.api(roles).get()).value.length };
});

const consent = { clientId: principal.id, consentType: "AllPrincipals", resourceId: graphItself.id, scope: "openid" };
let grant;
await step("a grant", async () => (grant = await graph.api("/oauth2PermissionGrants").post(consent)).scope);
await step("the same grant again", () => graph.api("/oauth2PermissionGrants").post(consent));
await step("a grant, changed, read and taken back", async () => {
  await graph.api("/oauth2PermissionGrants/" + grant.id).patch({ scope: "openid profile" });
  const { scope } = await graph.api("/oauth2PermissionGrants/" + grant.id).get();
  await graph.api("/oauth2PermissionGrants/" + grant.id).delete();
  return { scope, left: (await graph.api(`/servicePrincipals/${principal.id}/oauth2PermissionGrants`).get()).value.length };
});

await step("all service principals, page by page", async () => {
  const found = new Set();
  const first = await graph.api("/servicePrincipals").top(2).get();
  await new PageIterator(graph, first, ({ id }) => Boolean(found.add(id))).iterate();
  const all = (await graph.api("/servicePrincipals").get()).value;
  return { more: Boolean(first["@odata.nextLink"]), all: all.length === found.size && all.every(({ id }) => found.has(id)) };
});

// batch is the statuses of requests that go together, by their ids.
async function batch(...steps) {
  const content = new BatchRequestContent();
  for (const [id, url, dependsOn] of steps) content.addRequest({ id, request: new Request("https://graph.microsoft.com" + url), dependsOn });
  const { responses } = await graph.api("/$batch").post(await content.getContent());
  return Object.fromEntries(responses.map(({ id, status, body }) => [id, body.error?.code ?? status]));
}
await step("a batch", () =>
  batch(["me", "/me?$select=id"], ["app", "/applications/" + app.id], ["nothing", "/applications/" + given.tenant]),
);
await step("a batch, one after the other", () =>
  batch(["me", "/me"], ["nothing", "/applications/" + given.tenant, ["me"]], ["after", "/me", ["nothing"]]),
);
await step("a batch with the version in a part", () => batch(["me", "/v1.0/me"]));

await step("delete, and see it among the deleted", async () => {
  await graph.api("/applications/" + app.id).delete();
  return names(await graph.api("/directory/deletedItems/microsoft.graph.application").get()).filter((name) => name === "Foreign, changed");
});
await step("what was deleted is not found", () => graph.api("/applications/" + app.id).get());
await step("restore", async () => {
  const restored = await graph.api(`/directory/deletedItems/${app.id}/restore`).post({});
  const { displayName } = await graph.api("/applications/" + app.id).get();
  return { type: restored["@odata.type"], displayName };
});
await step("delete for good", async () => {
  await graph.api("/applications/" + app.id).delete();
  await graph.api("/directory/deletedItems/" + app.id).delete();
});
await step("what is gone cannot be restored", () => graph.api(`/directory/deletedItems/${app.id}/restore`).post({}));

await step("a token for something else", async () => {
  const other = Client.init({ authProvider: (done) => done(null, given.token) });
  return other.api("/me").get();
});
