// nodemailer, the usual way of Node.js to send a message.

import nodemailer from "nodemailer";
import { given, signIn, step } from "./steps.mjs";

const [host, port] = given.smtp.split(":");

// send hands a message over, and says what the server said.
async function send(text, auth, { from = given.mailbox, ...more } = {}) {
  const server = {
    host,
    port,
    requireTLS: true,
    name: "wxmail.example",
    tls: { servername: "smtp.office365.com" },
    auth: { user: given.mailbox, ...auth },
    ...more,
  };
  const { response } = await nodemailer.createTransport(server).sendMail({ from, to: given.customer, subject: "Your order", text });
  return response.slice(0, "250 2.0.0".length);
}

const graph = await signIn(given.graphTools, "https://graph.microsoft.com/User.Read", given.mailbox);
const token = { type: "OAuth2", accessToken: given.token };

await step("XOAUTH2", () => send("It is on its way, says nodemailer.", token));
await step("a token that is none", () => send("This must not arrive.", { ...token, accessToken: "nonsense" }));
await step("a refresh token", () => send("This must not arrive.", { ...token, accessToken: given.refresh }));
await step("a token for Graph", () => send("This must not arrive.", { ...token, accessToken: graph }));
await step("somebody else's mailbox", () => send("This must not arrive.", { ...token, user: "sales@contoso.example" }));
await step("somebody else as sender", () => send("This must not arrive.", token, { from: "sales@contoso.example" }));
await step("LOGIN", () => send("This must not arrive.", { pass: "sandbox" }, { authMethod: "LOGIN" }));
await step("PLAIN", () => send("This must not arrive.", { pass: "sandbox" }, { authMethod: "PLAIN" }));
await step("nobody", () => send("This must not arrive.", undefined, { auth: undefined }));
await step("without TLS", () => send("This must not arrive.", token, { requireTLS: false, ignoreTLS: true }));
await step("a CA that nobody knows", () => send("This must not arrive.", token, { tls: { servername: "smtp.office365.com", ca: [] } }));
