-- The same templates rendered by ses and by npm's handlebars: 3,000 pairs of template and data from a fixed seed.
local differences = require "spec.peers.handlebars_differences"
local json = require "ses.model.json"
local process = require "spec.support.process"
local random_templates = require "spec.peers.random_templates"
local template = require "ses.template"

-- Each template is rendered with three data, which saves handlebars much of its time.
local SEED, TEMPLATES, DATA = 20151130, 1000, 3
local COUNT = TEMPLATES * DATA
local FOLDER = "build/peers"

local function missing()
  if process.run({ "node", "--version" }).status ~= 0 then return "there is no node" end
  local file = io.open(FOLDER .. "/node_modules/handlebars/package.json", "rb")
  if not file then return "its packages are not installed (tools/peers.sh)" end
  file:close()
end

-- Calls without LuaJIT's compiler, which takes its time over code that runs once.
local function interpreted(f, ...)
  local on = jit and jit.status()
  if on then jit.off() end
  local result, err = f(...)
  if on then jit.on() end
  return result, err
end

-- A function that gives { text = } or { err = }, of ses, and keeps the last template.
local function renderer()
  local last, compiled, err
  return function(pair)
    if pair.template ~= last then
      last = pair.template
      compiled, err = interpreted(template.compile, pair.template, { html = pair.html })
    end
    if not compiled then return { refused = true, err = err } end
    local text, failure = compiled:render(assert(json.decode(pair.data)))
    return { text = text, err = failure }
  end
end

local function question_of(pair, ours)
  return ('{"template":%s,"data":%s,"html":%s,"expected":%s}'):format(json.quote(pair.template), pair.data,
    tostring(pair.html), ours.text and json.quote(ours.text) or "null")
end

-- The name of the rule that explains a difference; nil where none does.
local function rule_of(ours, theirs, pair)
  if ours.refused then return nil end
  for _, rule in ipairs(differences) do
    if rule.applies(ours, theirs, pair) then return rule.name end
  end
end

local function told(pair, ours, theirs)
  return ("template: %q\ndata: %s\nses: %q\nhandlebars: %s"):format(pair.template, pair.data,
    ours.text or tostring(ours.err), json.encode(theirs))
end

describe("3,000 random pairs of template and data, rendered by ses and by handlebars", function()
  local reason = missing()
  if reason then
    pending(reason)
    return
  end
  local pairs_, ours, theirs = interpreted(random_templates.list, SEED, TEMPLATES, DATA), {}, {}
  for _, rule in ipairs(differences) do
    local sample = rule.sample
    pairs_[#pairs_ + 1] = { template = sample.template, data = sample.data, html = false, rule = rule.name }
  end

  setup(function()
    local questions, rendered = {}, renderer()
    for i, pair in ipairs(pairs_) do
      ours[i] = rendered(pair)
      questions[i] = question_of(pair, ours[i])
    end
    local run = process.run({ "node", "spec/peers/handlebars_peer.js", FOLDER },
      { stdin = table.concat(questions, "\n") .. "\n" })
    assert(run.status == 0, run.err)
    for line in run.out:gmatch("[^\n]+") do theirs[#theirs + 1] = assert(json.decode(line)) end
    assert(#theirs == #pairs_)
  end)

  it("come out the same, but for the differences that are listed", function()
    local same, both_refused, by_rule, unlisted, example = 0, 0, {}, 0, nil
    for i, pair in ipairs(pairs_) do
      if ours[i].text and ours[i].text == theirs[i].text then
        same = same + 1
      elseif ours[i].refused and theirs[i].error then
        both_refused = both_refused + 1
      else
        local rule = rule_of(ours[i], theirs[i], pair)
        if rule and rule == (pair.rule or rule) then
          by_rule[rule] = (by_rule[rule] or 0) + 1
        else
          unlisted = unlisted + 1
          example = example or ("pair %d\n%s"):format(i, told(pair, ours[i], theirs[i]))
        end
      end
    end
    assert.equal(0, unlisted, example)
    assert.is_true(same >= COUNT * 0.8, same .. " are the same")
    assert.is_true(both_refused <= COUNT * 0.02, both_refused .. " are refused")
    for _, rule in ipairs(differences) do
      assert.is_truthy(by_rule[rule.name], "nothing answers to the difference '" .. rule.name .. "'")
    end
  end)

  it("reach all that the subset has", function()
    local text = {}
    for i, pair in ipairs(pairs_) do
      if ours[i].text then text[#text + 1] = pair.template end
    end
    text = table.concat(text)
    for _, pattern in ipairs {
      "{{{", "{{&", "{{~", "~}}", "#if", "#unless", "else%s+if", "{{else}}", "{{%^}}", "#each", "#with", "#%*inline",
      "{{>", "@index", "@key", "@first", "@last", "@root", "@%.%./index", "%.%./", "this", "{{!", "{{!%-%-",
      "\\{{", "\\\\{{",
      "includeZero", "%[c d%]", "größe", "😀", "\r\n",
    } do
      assert.is_truthy(text:find(pattern), pattern)
    end
  end)
end)
