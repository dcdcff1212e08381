// Signs by AWS's own JavaScript packages: reads one request a line as JSON, writes one answer a line.
//
//   node smithy_peer.js FOLDER    FOLDER holds the node_modules with @smithy/signature-v4 and -v4a
//
// The packages know neither a header of several lines of one name nor a query as text: what they are
// given instead is made here, and said where.
"use strict";

const crypto = require("crypto");
const path = require("path");
const readline = require("readline");

const load = require("module").createRequire(path.resolve(process.argv[2], "package.json"));
const { SignatureV4, getCanonicalHeaders, getPayloadHash, prepareRequest } = load("@smithy/signature-v4");
const { SignatureV4a } = load("@smithy/signature-v4a");

class Sha256 {
  constructor(secret) {
    this.hash = secret === undefined ? crypto.createHash("sha256") : crypto.createHmac("sha256", secret);
  }
  update(data) { this.hash.update(data); }
  async digest() { return new Uint8Array(this.hash.digest()); }
}

// Keeps what it signs, and the key, for the verification of another's signature.
class Recorder extends SignatureV4a {
  async getSignature(privateKey, stringToSign) {
    this.privateKey = privateKey;
    this.stringToSign = stringToSign;
    return super.getSignature(privateKey, stringToSign);
  }
}

// %XX to bytes, all else as it is: "+" is no space, and a "%" may stand alone.
function decode(text) {
  const parts = [];
  let rest = text;
  while (rest !== "") {
    const match = /^%([0-9a-fA-F]{2})/.exec(rest);
    if (match) parts.push(Buffer.from(match[1], "hex"));
    const next = match ? match[0].length : String.fromCodePoint(rest.codePointAt(0)).length;
    if (!match) parts.push(Buffer.from(rest.slice(0, next), "utf8"));
    rest = rest.slice(next);
  }
  return Buffer.concat(parts).toString("utf8");
}

// The query's parameters by name; values of one name as a list.
function parameters(query) {
  const found = {};
  for (const pair of query.split("&").filter((text) => text !== "")) {
    const at = pair.indexOf("=");
    const name = decode(at < 0 ? pair : pair.slice(0, at));
    const value = decode(at < 0 ? "" : pair.slice(at + 1));
    (found[name] = found[name] || []).push(value);
  }
  return found;
}

// Lines of one name joined by commas, as RFC 9110 (5.3) has it, without the white space around each.
function combined(lines) {
  const headers = {};
  for (const [name, value] of lines) {
    const key = name.toLowerCase();
    const text = value.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");
    headers[key] = key in headers ? headers[key] + "," + text : text;
  }
  return headers;
}

// A path that is not normalised is taken as it stands, so that its second encoding is made here.
function unnormalised(text) {
  return text.split("/").map((segment) => encodeURIComponent(segment)
    .replace(/[!'()*]/g, (c) => "%" + c.charCodeAt(0).toString(16).toUpperCase())).join("/");
}

function signerOf(kind, input) {
  return new kind({
    service: input.service, region: input.region, sha256: Sha256, uriEscapePath: input.normalize,
    applyChecksum: input.sign_body,
    credentials: {
      accessKeyId: input.access_key_id, secretAccessKey: input.secret_access_key, sessionToken: input.session_token,
    },
  });
}

function requestOf(input) {
  return {
    method: input.method, protocol: "https:", hostname: "unused", headers: combined(input.headers),
    path: input.normalize ? input.path : unnormalised(input.path), query: parameters(input.query),
    body: Buffer.from(input.body, "base64"),
  };
}

// The package has no query form of SigV4a: its parameters are added here, and signed by its parts.
async function presignAsymmetric(signer, original, input, options) {
  const request = prepareRequest(original);
  const { longDate, shortDate } = signer.formatDate(options.signingDate);
  const scope = `${shortDate}/${input.service}/aws4_request`;
  const hash = await getPayloadHash(request, Sha256);
  const canonicalHeaders = getCanonicalHeaders(request, undefined, options.signableHeaders);
  request.query["X-Amz-Algorithm"] = "AWS4-ECDSA-P256-SHA256";
  request.query["X-Amz-Credential"] = `${input.access_key_id}/${scope}`;
  request.query["X-Amz-Date"] = longDate;
  request.query["X-Amz-Expires"] = String(input.expires);
  request.query["X-Amz-SignedHeaders"] = signer.getCanonicalHeaderList(canonicalHeaders);
  request.query["X-Amz-Region-Set"] = input.region;
  if (input.session_token !== undefined) request.query["X-Amz-Security-Token"] = input.session_token;
  const canonical = signer.createCanonicalRequest(request, canonicalHeaders, hash);
  const text = await signer.createStringToSign(longDate, scope, canonical, "AWS4-ECDSA-P256-SHA256");
  // Signing any request gives the private key.
  await signer.sign(requestOf(input), options);
  request.query["X-Amz-Signature"] = await signer.getSignature(signer.privateKey, text);
  return request;
}

// Node's own OpenSSL on the signature of the other side.
function verified(signer, signature) {
  const ecdh = crypto.createECDH("prime256v1");
  ecdh.setPrivateKey(Buffer.from(signer.privateKey));
  const point = ecdh.getPublicKey();
  const key = crypto.createPublicKey({
    format: "jwk",
    key: {
      kty: "EC", crv: "P-256", x: point.subarray(1, 33).toString("base64url"), y: point.subarray(33).toString("base64url"),
    },
  });
  return crypto.verify("sha256", Buffer.from(signer.stringToSign), key, Buffer.from(signature, "hex"));
}

async function answer(input) {
  const request = requestOf(input);
  const options = {
    signingDate: new Date(input.time * 1000), expiresIn: input.expires,
    signableHeaders: new Set(input.signable),
    unhoistableHeaders: new Set(Object.keys(request.headers)),
  };
  const signer = signerOf(input.asymmetric ? Recorder : SignatureV4, input);
  let signed;
  if (!input.presign) signed = await signer.sign(request, options);
  else if (input.asymmetric) signed = await presignAsymmetric(signer, request, input, options);
  else signed = await signer.presign(request, options);
  return {
    headers: Object.entries(signed.headers), query: input.presign ? signed.query : undefined,
    string_to_sign: signer.stringToSign, verified: input.asymmetric ? verified(signer, input.signature) : undefined,
  };
}

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    process.stdout.write(JSON.stringify(await answer(JSON.parse(line))) + "\n");
  }
})();
