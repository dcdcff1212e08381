// AWS's SDK for JavaScript: send.mjs URL CONCURRENCY REQUESTS [bulk]
// Prints what result.h says. Its packages are those of build/peers.
import { createRequire } from "node:module";
import http from "node:http";
import https from "node:https";

const require = createRequire(process.cwd() + "/build/peers/package.json");
const { SESv2Client, SendEmailCommand, SendBulkEmailCommand } = require("@aws-sdk/client-sesv2");

const [url, concurrency, requests, what] = [process.argv[2], +process.argv[3], +process.argv[4], process.argv[5]];
const TEXT = "A few more words of the letter, as letters have them. ".repeat(7);
const ENTRIES = 50;

const sockets = { keepAlive: true, maxSockets: concurrency };
const client = new SESv2Client({
  endpoint: url, region: "us-east-1", credentials: { accessKeyId: "bench", secretAccessKey: "bench" },
  requestHandler: { httpAgent: new http.Agent(sockets), httpsAgent: new https.Agent(sockets) },
});

let n = 0, failed = 0;

function email() {
  n++;
  return new SendEmailCommand({
    FromEmailAddress: "The Shop <news@shop.example>", Destination: { ToAddresses: [`reader-${n}@example.com`] },
    Content: { Simple: { Subject: { Data: "Your order has left" }, Body: { Text: { Data: TEXT } } } },
  });
}

function bulk() {
  const entries = [];
  for (let i = 0; i < ENTRIES; i++) {
    n++;
    entries.push({
      Destination: { ToAddresses: [`reader-${n}@example.com`] },
      ReplacementEmailContent: { ReplacementTemplate: {
        ReplacementTemplateData: `{"name":"Reader ${n}","town":"Lisbon"}`,
      } },
    });
  }
  return new SendBulkEmailCommand({
    FromEmailAddress: "The Shop <news@shop.example>",
    DefaultContent: { Template: { TemplateName: "letter", TemplateData: '{"name":"","town":""}' } },
    BulkEmailEntries: entries,
  });
}

async function run(times) {
  let left = times;
  await Promise.all(Array.from({ length: Math.min(concurrency, times) }, async () => {
    while (left-- > 0) {
      try { await client.send(what === "bulk" ? bulk() : email()); } catch { failed++; }
    }
  }));
}

await run(concurrency);
failed = 0;
const from = process.hrtime.bigint(), before = process.cpuUsage();
await run(requests);
const cpu = process.cpuUsage(before);
console.log(JSON.stringify({
  seconds: Number(process.hrtime.bigint() - from) / 1e9, cpu: (cpu.user + cpu.system) / 1e6, requests, failed,
}));
client.destroy();
