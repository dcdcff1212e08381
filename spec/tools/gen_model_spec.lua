-- The generator runs on Lua 5.4 whatever Lua the spec runs on, as `make` does.
local json = require "ses.model.json"
local process = require "spec.support.process"
local smithy_ast = require "spec.support.smithy_ast"

local function read(path)
  local file = io.open(path, "rb")
  if not file then return nil end
  local text = file:read("*a")
  file:close()
  return text
end

local load_text = loadstring or load

local function shared(name)
  for _, folder in ipairs { os.getenv("SES_SHARED") or "../shared", "../shared" } do
    local path = folder .. "/data/" .. name
    if read(path) then return path end
  end
end

-- The text of every module in a folder, by its name.
local function modules(folder)
  local texts = {}
  for file in process.shell("cd '" .. folder .. "' && ls"):gmatch("[^\n]+") do
    texts[file] = read(folder .. "/" .. file)
  end
  return texts
end

-- The modules that the generator makes of a file, and what it said on standard error.
local function generate(path)
  local folder = process.folder()
  local result = process.run { "lua5.4", "tools/gen_model.lua", path, folder }
  local texts = modules(folder)
  process.remove(folder)
  return texts, result.err, result
end

local MODEL = {
  metadata = {
    protocol = "rest-json", apiVersion = "2020-01-01", serviceId = "X", signingName = "x", endpointPrefix = "x",
  },
  operations = {
    GetThing = {
      name = "GetThing", http = { method = "GET", requestUri = "/things/{name}" },
      input = { shape = "GetThingRequest" }, output = { shape = "Thing" }, errors = { { shape = "Gone" } },
    },
    ListOdds = {
      name = "ListOdds", http = { method = "POST", requestUri = "/odds" }, idempotent = true,
      input = { shape = "ListOddsRequest" }, output = { shape = "Odds" },
    },
  },
  pagination = {
    ListOdds = { input_token = "Next", output_token = "Next", limit_key = "Size", result_key = "Items" },
  },
  shapes = {
    GetThingRequest = { type = "structure", required = { "Name" }, members = {
      Name = { shape = "Name", location = "uri", locationName = "name" },
      Since = { shape = "When", location = "querystring", locationName = "since" },
      Until = { shape = "When", location = "header", locationName = "X-Until", timestampFormat = "unixTimestamp" },
      Endpoint = { shape = "Name", contextParam = { name = "EndpointId" } },
    } },
    Thing = { type = "structure", members = {
      Labels = { shape = "Labels", locationName = "labels" },
      Status = { shape = "Number", location = "statusCode", locationName = "Status" },
    } },
    Labels = { type = "map", key = { shape = "String" }, value = { shape = "Code" }, max = 3 },
    Name = { type = "string", min = 1, max = 5, pattern = "^[\\w-]+$" },
    Code = { type = "string", pattern = "^(a|b)*$", deprecated = true },
    When = { type = "timestamp", timestampFormat = "rfc822" },
    Number = { type = "integer", min = 1, max = 9 },
    Kind = { type = "string", enum = { "b", "a" } },
    ListOddsRequest = { type = "structure", members = {
      Next = { shape = "Name" }, Size = { shape = "Number" }, Kind = { shape = "Kind" }, Bytes = { shape = "Bytes" },
    } },
    Odds = { type = "structure", union = true, members = {
      Next = { shape = "Name" }, Items = { shape = "Numbers" },
    } },
    Numbers = { type = "list", member = { shape = "Number" } },
    Bytes = { type = "blob", sensitive = true },
    Gone = { type = "structure", exception = true, error = { httpStatusCode = 404 },
      members = { message = { shape = "String" } } },
    Broken = { type = "structure", exception = true, fault = true, error = { httpStatusCode = 500 },
      members = {} },
    String = { type = "string" },
  },
}

describe("tools/gen_model.lua", function()
  local folder, path

  local function as_file(document)
    process.write(folder .. "/model.json", assert(json.encode(document)))
    return folder .. "/model.json"
  end

  setup(function()
    folder = process.folder()
    path = folder .. "/botocore.json"
    process.write(path, json.encode(MODEL))
  end)

  teardown(function() process.remove(folder) end)

  it("makes a module of each resource, one of what they share, and one that says where all is", function()
    local texts = generate(path)
    local made = {}
    for file, text in pairs(texts) do made[file] = assert(load_text(text))() end
    assert.same({
      api_version = "2020-01-01", service_id = "X", signing_name = "x", endpoint_prefix = "x",
      operations = { GetThing = "things", ListOdds = "odds" },
    }, made["init.lua"])
    assert.same({
      GetThing = {
        method = "GET", uri = "/things/{Name}", input = "GetThingRequest", output = "Thing",
        errors = { "Gone" }, endpoint_id = "Endpoint",
      },
    }, made["things.lua"].operations)
    local things, odds, both = made["things.lua"].shapes, made["odds.lua"].shapes, made["shared.lua"].shapes
    assert.same({
      type = "structure", members = { Name = "Name", Since = "When", Until = "When", Endpoint = "Name" },
      required = { "Name" }, uri = { Name = "Name" }, query = { Since = "since" }, headers = { Until = "X-Until" },
      timestamp_formats = { Until = "epoch-seconds" },
    }, things.GetThingRequest)
    assert.same({
      type = "structure", members = { Labels = "Labels", Status = "Number" }, names = { Labels = "labels" },
      status_code = { Status = "Status" },
    }, things.Thing)
    assert.same({ type = "timestamp", timestamp_format = "http-date" }, things.When)
    assert.same({ type = "string", min = 1, max = 5, patterns = { "^[A-Za-z0-9_%-]+$" } }, both.Name)
    assert.same({ type = "string", enum = { "a", "b" } }, odds.Kind)
    assert.same({ type = "integer", min = 1, max = 9 }, both.Number)
    assert.equal(404, both.Gone.status)
    assert.is_true(odds.Odds.union)
    assert.same({
      input_token = "Next", output_token = "Next", limit_key = "Size", result_key = "Items",
    }, made["odds.lua"].operations.ListOdds.pagination)
  end)

  it("says which pattern Lua cannot express, and leaves it out", function()
    local texts, words = generate(path)
    assert.equal("pattern left out: Code: ^(a|b)*$ (a quantified group)\n", words)
    assert.same({ type = "string", deprecated = true }, load_text(texts["things.lua"])().shapes.Code)
  end)

  it("writes the same bytes for the same input", function()
    assert.same((generate(path)), (generate(path)))
  end)

  it("writes the same bytes for the same model in Smithy's form", function()
    local from_smithy, words = generate(as_file(smithy_ast.of(MODEL)))
    local from_botocore, others = generate(path)
    assert.same(from_botocore, from_smithy)
    assert.equal(others, words)
  end)

  it("reads what Smithy alone has: its own shapes, enumerations as a trait, a default for the status", function()
    local ast = smithy_ast.of(MODEL)
    local shapes = ast.shapes
    shapes["com.amazonaws.example#Code"] = {
      type = "string", traits = { ["smithy.api#enum"] = { { value = "y", name = "Y" }, { value = "x" } } },
    }
    shapes["com.amazonaws.example#Labels"].key = { target = "smithy.api#String" }
    shapes["com.amazonaws.example#Broken"].traits["smithy.api#httpError"] = nil
    shapes["com.amazonaws.example#ListOdds"].traits["smithy.api#paginated"] = { items = "Items" }
    shapes["com.amazonaws.example#ListOdds"].input = { target = "smithy.api#Unit" }
    local service = shapes["com.amazonaws.example#Example_v2"]
    service.errors = { { target = "com.amazonaws.example#Broken" } }
    service.traits["smithy.api#paginated"] = { inputToken = "Next", outputToken = "Next", pageSize = "Size" }
    shapes["com.amazonaws.example#Thing2"] = { type = "resource", identifiers = { Name = {} } }
    local texts, words = generate(as_file(ast))
    assert.equal("", words)
    local things, odds = load_text(texts["things.lua"])(), load_text(texts["odds.lua"])()
    assert.same({ type = "string", enum = { "x", "y" } }, things.shapes.Code)
    assert.equal("String", things.shapes.Labels.key)
    assert.equal(500, load_text(texts["shared.lua"])().shapes.Broken.status)
    assert.same({ "Broken", "Gone" }, things.operations.GetThing.errors)
    local list = odds.operations.ListOdds
    assert.is_nil(list.input)
    assert.same({
      input_token = "Next", output_token = "Next", limit_key = "Size", result_key = "Items",
    }, list.pagination)
  end)

  it("ends at a trait that it would have to heed and does not know", function()
    local function refusal(change)
      local ast = smithy_ast.of(MODEL)
      change(ast.shapes)
      local _, words, result = generate(as_file(ast))
      assert.not_equal(0, result.status)
      return words
    end
    assert.matches("untreated trait smithy.api#httpPayload of com.amazonaws.example#Thing.Labels",
      refusal(function(shapes)
        shapes["com.amazonaws.example#Thing"].members.Labels.traits["smithy.api#httpPayload"] = {}
      end))
    assert.matches("untreated trait smithy.api#endpoint", refusal(function(shapes)
      shapes["com.amazonaws.example#GetThing"].traits["smithy.api#endpoint"] = { hostPrefix = "x." }
    end))
    assert.matches("unknown type bigDecimal", refusal(function(shapes)
      shapes["com.amazonaws.example#Number"].type = "bigDecimal"
    end))
    assert.matches("restJson1", refusal(function(shapes)
      shapes["com.amazonaws.example#Example_v2"].traits["aws.protocols#restJson1"] = nil
    end))
  end)

  it("made the modules that are carried here, from either form", function()
    local source = shared "sesv2.json"
    if not source then return pending "AWS's model is not on this machine" end
    local carried = modules "lua/ses/model/generated"
    assert.same(carried, (generate(source)))
    assert.same(carried, (generate(as_file(smithy_ast.of(assert(json.decode(read(source))))))))
  end)

  it("made the table of the endpoints that is carried here", function()
    local source = shared "endpoints.json"
    if not source then return pending "AWS's endpoint rules are not on this machine" end
    local made = process.run { "lua5.4", "tools/gen_model.lua", source }.out
    assert.is_true(made == read "lua/ses/model/endpoints.lua")
  end)
end)
