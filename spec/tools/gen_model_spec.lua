-- The generator runs on Lua 5.4 whatever Lua the spec runs on, as `make` does.
local json = require "ses.model.json"

local function read(path)
  local file = io.open(path, "rb")
  if not file then return nil end
  local text = file:read("*a")
  file:close()
  return text
end

local function write(path, text)
  local file = assert(io.open(path, "wb"))
  assert(file:write(text))
  file:close()
end

local load_text = loadstring or load

-- Lua text of the generator for a file, and what it said on standard error.
local function generate(path)
  local said = os.tmpname()
  local pipe = assert(io.popen(("lua5.4 tools/gen_model.lua '%s' 2>'%s'"):format(path, said)))
  local text = pipe:read("*a")
  pipe:close()
  local words = read(said)
  os.remove(said)
  return text, words
end

local MODEL = {
  metadata = {
    protocol = "rest-json", apiVersion = "2020-01-01", serviceId = "X", signingName = "x", endpointPrefix = "x",
  },
  operations = {
    GetThing = {
      name = "GetThing", http = { method = "GET", requestUri = "/things/{Name}" },
      input = { shape = "GetThingRequest" }, output = { shape = "Thing" }, errors = { { shape = "Gone" } },
    },
  },
  shapes = {
    GetThingRequest = { type = "structure", required = { "Name" }, members = {
      Name = { shape = "Name", location = "uri", locationName = "Name" },
      Since = { shape = "When", location = "querystring", locationName = "since" },
      Endpoint = { shape = "Name", contextParam = { name = "EndpointId" } },
    } },
    Thing = { type = "structure", members = { Labels = { shape = "Labels", locationName = "labels" } } },
    Labels = { type = "map", key = { shape = "String" }, value = { shape = "Code" } },
    Name = { type = "string", min = 1, max = 5, pattern = "^[\\w-]+$" },
    Code = { type = "string", pattern = "^(a|b)*$" },
    When = { type = "timestamp" },
    Gone = { type = "structure", exception = true, error = { httpStatusCode = 404 },
      members = { message = { shape = "String" } } },
  },
}

describe("tools/gen_model.lua", function()
  local path

  setup(function()
    path = os.tmpname()
    write(path, json.encode(MODEL))
  end)

  teardown(function() os.remove(path) end)

  it("makes the table of a service model", function()
    local data = assert(load_text((generate(path))))()
    assert.same({
      GetThing = {
        method = "GET", uri = "/things/{Name}", input = "GetThingRequest", output = "Thing",
        errors = { "Gone" }, endpoint_id = "Endpoint",
      },
    }, data.operations)
    assert.same({
      type = "structure", members = { Name = "Name", Since = "When", Endpoint = "Name" }, required = { "Name" },
      uri = { Name = "Name" }, query = { Since = "since" },
    }, data.shapes.GetThingRequest)
    assert.same({ type = "structure", members = { Labels = "Labels" }, names = { Labels = "labels" } },
      data.shapes.Thing)
    assert.same({ type = "string", min = 1, max = 5, patterns = { "^[A-Za-z0-9_%-]+$" } }, data.shapes.Name)
    assert.equal(404, data.shapes.Gone.status)
    assert.same({ type = "string" }, data.shapes.String)
  end)

  it("says which pattern Lua cannot express, and leaves it out", function()
    local text, words = generate(path)
    assert.equal("pattern left out: Code: ^(a|b)*$ (a quantified group)\n", words)
    assert.same({ type = "string" }, load_text(text)().shapes.Code)
  end)

  it("writes the same bytes for the same input", function()
    assert.equal((generate(path)), (generate(path)))
  end)

  it("made the tables that are carried here", function()
    for source, made in pairs {
      ["../shared/data/sesv2.json"] = "lua/ses/model/generated.lua",
      ["../shared/data/endpoints.json"] = "lua/ses/model/endpoints.lua",
    } do
      if not read(source) then return pending("no " .. source) end
      assert.is_true(generate(source) == read(made), made .. " is not what the generator makes of " .. source)
    end
  end)
end)
