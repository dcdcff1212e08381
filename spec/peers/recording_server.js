// A server that keeps every request and gives the answers that it was told: it prints its port.
//
//   node recording_server.js
//
//   POST /_answers   a JSON list, each { status, headers: [[name, value], …], body }
//   POST /_records   what was asked since /_answers, a JSON object a line: { call, method, target, headers: {…},
//                    body, canonical }, in which `canonical` is a JSON body with its keys sorted and its numbers
//                    in one form. Forgets them.
//   POST /_quit      ends it
//
// A request says by a header, x-call, which answer it is for, from 1 on; the header is none of the record's.
// Every answer names that number as the request id. When nobody asks for two minutes, it ends as well.
"use strict";

const http = require("http");

const IDLE_MS = 120000;

let answers = [];
let records = [];

function sorted(value) {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(sorted);
  const pairs = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(pairs.map(([key, item]) => [key, sorted(item)]));
}

function canonical(body) {
  try {
    return JSON.stringify(sorted(JSON.parse(body)));
  } catch {
    return undefined;
  }
}

function control(name, body, response) {
  let text = "";
  if (name === "answers") {
    answers = JSON.parse(body);
  } else if (name === "records") {
    text = records.map((record) => JSON.stringify(record)).join("\n");
  }
  if (name !== "quit") records = [];
  response.end(text);
  if (name === "quit") process.exit(0);
}

function answer(request, body, response) {
  const { "x-call": call, ...headers } = request.headers;
  records.push({
    call: Number(call), method: request.method, target: request.url, headers, body, canonical: canonical(body),
  });
  const given = answers[call - 1];
  const id = given.headers.some(([name]) => /request-?id$/.test(name)) ? [] : [["x-amzn-requestid", "$id"]];
  for (const [name, value] of [...given.headers, ...id]) response.setHeader(name, value.replace("$id", call));
  response.writeHead(given.status);
  response.end(given.body);
}

const server = http.createServer((request, response) => {
  idle.refresh();
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => {
    const body = Buffer.concat(parts).toString("utf8");
    if (request.url.startsWith("/_")) control(request.url.slice(2), body, response);
    else answer(request, body, response);
  });
});
const idle = setTimeout(() => process.exit(0), IDLE_MS);
server.keepAliveTimeout = IDLE_MS;
server.listen(0, "127.0.0.1", () => process.stdout.write(`${server.address().port}\n`));
