// A receiver of OTLP over HTTP, by OpenTelemetry's own code: its message types, generated from its .proto files, read
// what is posted. It prints its port.
//
//   node otlp_peer.js FOLDER     where the packages are installed
//
//   POST /v1/traces   200 where the body is an ExportTraceServiceRequest to the last field: what its type reads, written
//                     as bytes, read again and given back, is what was posted. Else 400, and why
//   POST /_spans      a JSON object: { spans: all that were taken, faults: what was refused and why, kinds: the names of
//                     SpanKind, codes: those of StatusCode, sdk: a span as OpenTelemetry's SDK writes it in JSON }
//   POST /_quit       ends it
"use strict";

const assert = require("assert");
const http = require("http");
const path = require("path");
const { createRequire } = require("module");

const load = createRequire(path.resolve(process.argv[2], "package.json"));
const root = load("@opentelemetry/otlp-transformer/build/src/generated/root.js").opentelemetry.proto;
const Request = root.collector.trace.v1.ExportTraceServiceRequest;
const IDS = ["traceId", "spanId", "parentSpanId"];

const taken = [];
const faults = [];

// OTLP's JSON has ids in hex, where protobuf's own would have base64.
function withIds(value, convert) {
  if (Array.isArray(value)) return value.map((item) => withIds(item, convert));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [
    key, IDS.includes(key) ? convert(item) : withIds(item, convert),
  ]));
}

// Empty lists are there or not; a field that is the default need not be.
function withoutEmpty(value) {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value)
    .filter(([, item]) => !(Array.isArray(item) && item.length === 0))
    .map(([key, item]) => [key, withoutEmpty(item)]));
}

function hexToBytes(hex) {
  assert.match(hex, /^([0-9a-f]{16}|[0-9a-f]{32})$/);
  return Buffer.from(hex, "hex");
}

function accept(body) {
  const posted = JSON.parse(body);
  const message = Request.fromObject(withIds(posted, hexToBytes));
  assert.strictEqual(Request.verify(message), null);
  const read = Request.decode(Request.encode(message).finish());
  const back = withIds(Request.toObject(read, { longs: String, enums: Number }),
    (bytes) => Buffer.from(bytes).toString("hex"));
  assert.deepStrictEqual(withoutEmpty(posted), withoutEmpty(back));
  for (const resource of back.resourceSpans) {
    for (const scope of resource.scopeSpans) {
      for (const span of scope.spans) taken.push({ resource: resource.resource, scope: scope.scope, ...span });
    }
  }
}

// What OpenTelemetry's own SDK makes of a span of a client that failed.
function sdkSpan() {
  const { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } = load("@opentelemetry/sdk-trace-base");
  const { JsonTraceSerializer } = load("@opentelemetry/otlp-transformer");
  const memory = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(memory)] });
  const span = provider.getTracer("ses").startSpan("ses.operation", {
    kind: 2, attributes: { text: "a", whole: 1, part: 0.5 },
  });
  span.addEvent("event");
  span.setStatus({ code: 2 });
  span.end();
  const text = Buffer.from(JsonTraceSerializer.serializeRequest(memory.getFinishedSpans())).toString("utf8");
  return JSON.parse(text).resourceSpans[0].scopeSpans[0].spans[0];
}

const names = (members) => Object.fromEntries(Object.entries(members).map(([name, value]) => [String(value), name]));

function control(name, response) {
  response.end(name === "spans" ? JSON.stringify({
    spans: taken, faults, kinds: names(root.trace.v1.Span.SpanKind), codes: names(root.trace.v1.Status.StatusCode),
    sdk: sdkSpan(),
  }) : "");
  if (name === "quit") process.exit(0);
}

function take(request, body, response) {
  response.setHeader("Content-Type", "application/json");
  try {
    assert.strictEqual(request.method + " " + request.url, "POST /v1/traces");
    assert.strictEqual(request.headers["content-type"], "application/json");
    accept(body);
    response.end("{}");
  } catch (error) {
    faults.push(String(error.message));
    response.writeHead(400);
    response.end("{}");
  }
}

const server = http.createServer((request, response) => {
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => {
    if (request.url.startsWith("/_")) control(request.url.slice(2), response);
    else take(request, Buffer.concat(parts).toString("utf8"), response);
  });
});
setTimeout(() => process.exit(0), 120000).unref();
server.listen(0, "127.0.0.1", () => process.stdout.write(`${server.address().port}\n`));
