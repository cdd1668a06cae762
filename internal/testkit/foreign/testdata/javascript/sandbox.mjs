// Loaded before a program by `node --import`: what goes to port 443 of any host
// goes to the sandbox, as in a network where it is Microsoft. TLS still checks
// the certificate against the host, and NODE_EXTRA_CA_CERTS names the CA, so the
// programs run as they are installed.
//
// WXMAIL_CLOUD names the endpoints file of the sandbox.

import { readFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import tls from "node:tls";

const [host, port] = JSON.parse(readFileSync(process.env.WXMAIL_CLOUD, "utf8")).dial["*:443"].split(":");
const { connect } = tls;

tls.connect = (...given) => {
  const options = given.find((one) => typeof one === "object") ?? {};
  if (Number(options.port) !== 443) return connect(...given);
  const listener = given.find((one) => typeof one === "function");
  return connect({ ...options, host, port: Number(port), servername: options.servername || options.host }, listener);
};
syncBuiltinESMExports();
