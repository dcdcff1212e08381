// Calls by AWS's SDK for JavaScript: reads one call a line as JSON, writes one outcome a line, in the same order.
//
//   node sdk_peer.js FOLDER URL    FOLDER holds the node_modules with @aws-sdk/client-sesv2; URL is the
//                                  recording server
//
// A call is { operation, input }, in which { $time: seconds } is a Date and { $blob: base64 } bytes; an outcome
// is { id, output } in the same form, or { id, error: { name, message, status } }. Nulls are left out, of lists
// as well: a list of this service's has none.
"use strict";

const { AsyncLocalStorage } = require("async_hooks");
const fs = require("fs");
const path = require("path");

const load = require("module").createRequire(path.resolve(process.argv[2], "package.json"));
const sdk = load("@aws-sdk/client-sesv2");
// Registers itself for the requests of multi-region endpoints.
load("@smithy/signature-v4a");
const { NodeHttpHandler } = require(
  require.resolve("@smithy/node-http-handler", { paths: [path.dirname(load.resolve("@aws-sdk/client-sesv2"))] }));

const CONCURRENCY = 8;

const number = new AsyncLocalStorage();

// Says behind the signature's back which call a request is of.
class Handler extends NodeHttpHandler {
  handle(request, options) {
    request.headers["x-call"] = String(number.getStore());
    return super.handle(request, options);
  }
}

const client = new sdk.SESv2Client({
  region: "eu-west-1", endpoint: process.argv[3], maxAttempts: 1, requestHandler: new Handler(),
  credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret/of+AKIDEXAMPLE", sessionToken: "tok/en+==" },
});

function given(value) {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(given);
  if ("$time" in value) return new Date(Math.round(value.$time * 1000));
  if ("$blob" in value) return new Uint8Array(Buffer.from(value.$blob, "base64"));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, given(item)]));
}

function seen(value) {
  if (value instanceof Date) return { $time: value.getTime() / 1000 };
  if (value instanceof Uint8Array) return { $blob: Buffer.from(value).toString("base64") };
  if (Array.isArray(value)) return value.filter((item) => item !== null).map(seen);
  if (value === null || typeof value !== "object") return value === null ? undefined : value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, seen(item)]));
}

async function outcome({ operation, input }) {
  try {
    const { $metadata, ...output } = await client.send(new sdk[operation + "Command"](given(input)));
    return { id: $metadata.requestId, output: seen(output) };
  } catch (error) {
    const { requestId: id, httpStatusCode: status } = error.$metadata || {};
    return { id, error: { name: error.name, message: error.message, status } };
  }
}

async function all(calls) {
  const outcomes = [];
  let next = 0;
  const work = async () => {
    while (next < calls.length) {
      const at = next++;
      outcomes[at] = await number.run(at + 1, () => outcome(calls[at]));
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return outcomes;
}

(async () => {
  const lines = fs.readFileSync(0, "utf8").split("\n").filter((line) => line !== "");
  const outcomes = await all(lines.map((line) => JSON.parse(line)));
  process.stdout.write(outcomes.map((result) => JSON.stringify(result) + "\n").join(""));
  client.destroy();
})();
