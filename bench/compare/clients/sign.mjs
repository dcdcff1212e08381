// Signing in JavaScript: sign.mjs aws4|smithy BODY_BYTES TIMES. Prints what result.h says; `requests` are signatures.
import crypto from "node:crypto";
import { createRequire } from "node:module";

const require = createRequire(process.cwd() + "/build/peers/package.json");
const [who, bytes, times] = [process.argv[2], +process.argv[3], +process.argv[4]];
const body = "b".repeat(bytes);
const host = "email.us-east-1.amazonaws.com", path = "/v2/email/outbound-emails";
const keys = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "bench" };

class Sha256 {
  constructor(secret) {
    this.hash = secret === undefined ? crypto.createHash("sha256") : crypto.createHmac("sha256", secret);
  }
  update(data) { this.hash.update(data); }
  async digest() { return this.hash.digest(); }
}

async function signer() {
  if (who === "aws4") {
    const aws4 = require("aws4");
    return () => aws4.sign({
      host, path, method: "POST", service: "ses", region: "us-east-1", body,
      headers: { "Content-Type": "application/json" },
    }, keys);
  }
  const { SignatureV4 } = require("@smithy/signature-v4");
  const v4 = new SignatureV4({ credentials: keys, region: "us-east-1", service: "ses", sha256: Sha256 });
  return () => v4.sign({
    method: "POST", protocol: "https:", hostname: host, path, query: {}, body,
    headers: { host, "content-type": "application/json" },
  });
}

const sign = await signer();
for (let i = 0; i < Math.min(times, 200); i++) await sign();
const from = process.hrtime.bigint(), before = process.cpuUsage();
if (who === "aws4") for (let i = 0; i < times; i++) sign();
else for (let i = 0; i < times; i++) await sign();
const cpu = process.cpuUsage(before);
console.log(JSON.stringify({
  seconds: Number(process.hrtime.bigint() - from) / 1e9, cpu: (cpu.user + cpu.system) / 1e6, requests: times, failed: 0,
}));
