-- The same requests signed by ses and by AWS's own JavaScript packages, @smithy/signature-v4 and
-- @smithy/signature-v4a: 2,000 of them from a fixed seed, and each signature verified by the other.
local cjson = require "cjson"
local core = require "ses.core"
local process = require "spec.support.process"
local random_requests = require "spec.peers.random_requests"

local SEED = 20150830
local FOLDER = "build/peers"

local function missing()
  if process.run({ "node", "--version" }).status ~= 0 then return "there is no node" end
  local file = io.open(FOLDER .. "/installed", "rb")
  if not file then return "its packages are not installed (tools/peers.sh)" end
  file:close()
end

local function options_of(request, headers)
  return {
    method = request.method, path = request.path, query = request.query, headers = headers or request.headers,
    body = request.body, service = request.service, time = request.time, expires = request.expires,
    region = not request.asymmetric and request.region or nil,
    region_set = request.asymmetric and request.region or nil,
    access_key_id = request.access_key_id, secret_access_key = request.secret_access_key,
    session_token = request.session_token, normalize_path = request.normalize, sign_body = request.sign_body,
    presign = request.presign,
  }
end

-- What smithy is asked: the request, and our signature for it to verify.
local function question_of(request, signed)
  local question = {}
  for name, value in pairs(request) do question[name] = value end
  question.body = core.base64.encode(request.body)
  question.signature = signed.signature
  question.signable = random_requests.SIGNABLE
  return cjson.encode(question)
end

local function lines_of(text)
  local list = {}
  for line in text:gmatch("[^\n]+") do list[#list + 1] = cjson.decode(line) end
  return list
end

local function find(headers, wanted)
  for _, pair in ipairs(headers) do
    if pair[1]:lower() == wanted then return pair[2] end
  end
end

local function encode(text)
  return (text:gsub("[^%w%-._~]", function(c) return ("%%%02X"):format(c:byte()) end))
end

-- The query that smithy's table stands for.
local function query_of(parameters)
  local list = {}
  for name, values in pairs(parameters) do
    for _, value in ipairs(type(values) == "table" and values or { values }) do
      list[#list + 1] = encode(name) .. "=" .. encode(value)
    end
  end
  return table.concat(list, "&")
end

-- Whether ses finds smithy's signature right, on the request as smithy would send it.
local function verified(request, answer)
  local seen = options_of(request, answer.headers)
  if request.presign then seen.query = query_of(answer.query) end
  -- Smithy is given what is not to be normalised with its second encoding made.
  seen.region, seen.region_set, seen.presign = nil, nil, nil
  return (core.sigv4.verify(seen)) == true
end

-- Compares one answer; the reason where it is another.
local function difference(request, signed, answer)
  local theirs
  if request.presign then
    local own = signed.query:match("^(.*)&X%-Amz%-Signature=")
    theirs = answer.query["X-Amz-Signature"]
    answer.query["X-Amz-Signature"] = nil
    local list = {}
    for pair in query_of(answer.query):gmatch("[^&]+") do list[#list + 1] = pair end
    local mine = {}
    for pair in own:gmatch("[^&]+") do mine[#mine + 1] = pair end
    table.sort(list)
    table.sort(mine)
    answer.query["X-Amz-Signature"] = theirs
    if table.concat(list, "&") ~= table.concat(mine, "&") then return "another query" end
  else
    local authorization = find(answer.headers, "authorization")
    theirs = authorization:match("Signature=(%x+)$")
    if authorization:gsub("%x+$", "") ~= signed.authorization:gsub("%x+$", "") then return "another header" end
  end
  if request.asymmetric and not answer.verified then return "refused by smithy and node" end
  if request.asymmetric and answer.string_to_sign ~= signed.string_to_sign then return "another string to sign" end
  if not request.asymmetric and theirs ~= signed.signature then return "another signature" end
  if not verified(request, answer) then return "refused by ses" end
end

describe("2,000 random requests, signed by ses and by smithy", function()
  local reason = missing()
  if reason then
    pending(reason)
    return
  end
  local requests = random_requests.list(SEED)
  local signed, answers = {}, nil

  setup(function()
    local questions = {}
    for i, request in ipairs(requests) do
      local result, failure = core.sigv4.sign(options_of(request))
      assert(result, failure and (tostring(failure.field) .. " " .. failure.message))
      signed[i], questions[i] = result, question_of(request, result)
    end
    local run = process.run({ "node", "spec/peers/smithy_peer.js", FOLDER },
      { stdin = table.concat(questions, "\n") .. "\n" })
    assert(run.status == 0, run.err)
    answers = lines_of(run.out)
  end)

  it("are 2,000, all answered", function()
    assert.equal(2000, #requests)
    assert.equal(#requests, #answers)
  end)

  for _, form in ipairs { "header", "query", "sigv4a header", "sigv4a query" } do
    it("agree by " .. form, function()
      local count, differing, example = 0, 0, nil
      for i, request in ipairs(requests) do
        if request.form == form then
          count = count + 1
          local why = difference(request, signed[i], answers[i])
          if why then
            differing = differing + 1
            example = example or ("request %d: %s\n%s\n%s"):format(i, why, signed[i].canonical_request,
              cjson.encode(answers[i].headers))
          end
        end
      end
      assert.is_true(count >= 200)
      assert.equal(0, differing, example)
    end)
  end

  it("reach what is odd", function()
    local seen = {}
    for _, request in ipairs(requests) do
      seen.dots = seen.dots or request.path:find("/../", 1, true)
      seen.slashes = seen.slashes or request.path:find("//", 1, true)
      seen.escaped_slash = seen.escaped_slash or request.path:find("%2F", 1, true)
      seen.wide = seen.wide or request.path:find("日", 1, true)
      local names = {}
      for _, pair in ipairs(request.headers) do
        seen.folded = seen.folded or pair[2]:find("\n", 1, true)
        seen.duplicate = seen.duplicate or names[pair[1]:lower()]
        names[pair[1]:lower()] = true
      end
    end
    for _, name in ipairs { "dots", "slashes", "escaped_slash", "wide", "folded", "duplicate" } do
      assert.is_truthy(seen[name], name)
    end
  end)
end)
