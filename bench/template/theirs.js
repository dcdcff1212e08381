// One measurement by handlebars, as of ours.lua: node bench/template/theirs.js PEERS PATH SECONDS | text
"use strict";
const path = require("path");
const Handlebars = require(path.resolve(process.argv[2], "node_modules/handlebars"));
const { template, data } = JSON.parse(require("fs").readFileSync(process.argv[3], "utf8"));
const render = Handlebars.compile(template);

// Seconds of processor, as Lua's os.clock counts them.
function clock() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function rendered(seconds) {
  const start = clock();
  let count = 0;
  let taken;
  let bytes = 0;
  do {
    // A string of many parts is put together when it is read.
    for (let i = 0; i < 20; i++) bytes += Buffer.byteLength(render(data));
    count += 20;
    taken = clock() - start;
  } while (taken < seconds);
  return bytes > 0 ? count / taken : 0;
}

if (process.argv[4] === "text") {
  process.stdout.write(render(data));
} else {
  const seconds = Number(process.argv[4]);
  rendered(seconds / 3);
  console.log(rendered(seconds));
}
