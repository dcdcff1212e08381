// Renders templates by handlebars: a JSON line { template, data, html, expected } each on standard input, a JSON line
// on standard output for each:
//
//   text     as handlebars renders the data
//   error    where handlebars refuses the template or fails
//
// and where that is not what was expected:
//
//   sorted    the same with the members of objects in the order of their names
//   listed    the same and with empty lists in the place of empty objects
//   apart     the same and with every tag printing a string of its own
//   distinct  the same and with contexts told apart by their types as well
//   strict    in the place of `distinct`: the first tag that prints a missing attribute or an object, as
//             { kind, line, column }
"use strict";
const fs = require("fs");
const path = require("path");
const folder = path.resolve(process.argv[2], "node_modules/handlebars");

const LOOSE = "context != depths[0]";

// A handlebars of its own; `exact` compares contexts by === where its runtime has !=.
function load(exact) {
  for (const name of Object.keys(require.cache)) delete require.cache[name];
  const runtime = path.join(folder, "dist/cjs/handlebars/runtime.js");
  if (exact) {
    const source = fs.readFileSync(runtime, "utf8");
    if (!source.includes(LOOSE)) throw new Error("handlebars' runtime is another one");
    const module = new (require("module"))(runtime);
    module.filename = runtime;
    module.paths = [];
    module._compile(source.replaceAll(LOOSE, "context !== depths[0]"), runtime);
    module.loaded = true;
    require.cache[runtime] = module;
  }
  return { handlebars: require(folder), utils: require(path.join(folder, "dist/cjs/handlebars/utils")) };
}

const own = load(false);
const exact = load(true);
const Handlebars = own.handlebars;
const escapeHtml = own.utils.escapeExpression;

// The option noEscape would add numbers that stand side by side.
function plain(value) {
  return value === null || value === undefined ? "" : String(value);
}

function adapted(value, lists) {
  if (Array.isArray(value)) return value.map((item) => adapted(item, lists));
  if (value === null || typeof value !== "object") return value;
  const keys = Object.keys(value).sort();
  if (lists && keys.length === 0) return [];
  return Object.fromEntries(keys.map((key) => [key, adapted(value[key], lists)]));
}

// Line and column from 1, the column in characters.
function placeOf(template, loc) {
  const line = template.split("\n")[loc.start.line - 1];
  return { line: loc.start.line, column: Array.from(line.slice(0, loc.start.column)).length + 1 };
}

function hasNoText(value) {
  if (Array.isArray(value)) return value.some((item) => item !== null && typeof item === "object");
  return typeof value === "object";
}

// Every tag that prints passes its value to a helper that looks at it.
class Printing extends Handlebars.Visitor {
  MustacheStatement(mustache) {
    const place = mustache.loc.start;
    const number = (value) => ({ type: "NumberLiteral", value, original: value, loc: mustache.loc });
    mustache.params = [mustache.path, number(place.line), number(place.column)];
    mustache.path = { type: "PathExpression", data: false, depth: 0, parts: ["ses print"], original: "ses print",
      loc: mustache.loc };
  }
}

// Renders by tags that print strings, and fail where there is none to print, if `strict`.
function print(handlebars, question, data, strict) {
  const found = (kind, line, column) => Object.assign(new Error(kind), { kind, loc: { start: { line, column } } });
  const helpers = {
    "ses print"(value, line, column) {
      const missing = value === null || value === undefined;
      if (strict && missing) throw found("missing", line, column);
      if (strict && hasNoText(value)) throw found("object", line, column);
      return plain(value);
    },
  };
  const tree = Handlebars.parse(question.template);
  new Printing().accept(tree);
  return handlebars.compile(tree)(data, { helpers });
}

// The text, or undefined where a partial has printed a number, which handlebars then cannot indent.
function attempt(render) {
  try {
    return render();
  } catch (error) {
    if (error.message === "result.split is not a function") return undefined;
    throw error;
  }
}

function explained(question, render, result) {
  result.sorted = attempt(() => render(adapted(question.data, false)));
  const data = adapted(question.data, true);
  result.listed = attempt(() => render(data));
  result.apart = print(Handlebars, question, data, false);
  try {
    result.distinct = print(exact.handlebars, question, data, true);
  } catch (error) {
    if (!error.kind) throw error;
    result.strict = { kind: error.kind, ...placeOf(question.template, error.loc) };
  }
  return result;
}

let last = {};

function answer(question) {
  own.utils.escapeExpression = exact.utils.escapeExpression = question.html ? escapeHtml : plain;
  if (question.template !== last.template || question.html !== last.html) {
    last = { template: question.template, html: question.html, render: Handlebars.compile(question.template) };
  }
  const { render } = last;
  const text = attempt(() => render(question.data));
  return text === question.expected ? { text } : explained(question, render, { text });
}

const lines = fs.readFileSync(0, "utf8").split("\n").filter((line) => line !== "");
for (const line of lines) {
  let result;
  try {
    result = answer(JSON.parse(line));
  } catch (error) {
    result = { error: String(error.message) };
  }
  process.stdout.write(JSON.stringify(result) + "\n");
}
