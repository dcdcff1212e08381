-- What the reference is about: the services with their operations, iterators and methods of their own, and the
-- words on each.
local keys = require "ses.keys"
local model = require "ses.model"
local operations = require "ses.services.operations"
local ses = require "ses"

local catalogue = {}

-- Where the function behind a method stands, the comment above it without its dashes, and the name that LDoc is
-- told of it: "client.emails:send". A method that is another's alias has that one's name.
local function source_of(fn, service)
  local info = debug.getinfo(fn, "S")
  local path = info.source:match("^@.-(lua/ses/.*)$")
  local lines = {}
  for line in io.lines(path) do lines[#lines + 1] = line end
  local comment = {}
  for at = info.linedefined - 1, 1, -1 do
    local text = lines[at]:match("^%-%-%-?%s?(.*)$")
    if not text then break end
    table.insert(comment, 1, text)
  end
  local module
  for _, line in ipairs(lines) do module = module or line:match("^%-%- @module ([%w_.]+)") end
  local name = lines[info.linedefined]:match("^function%s+[%w_]+[.:]([%w_]+)")
  return {
    path = path, line = info.linedefined, module = module, comment = table.concat(comment, "\n"),
    label = ("client.%s:%s"):format(service, name),
  }
end

local function is_written_by_hand(fn)
  return not debug.getinfo(fn, "S").source:find("services/service.lua", 1, true)
end

local function describe(client, name, words)
  -- The class with all that it offers, iterators and extensions too.
  local class = getmetatable(client[name]).__index
  local self = { name = name, about = words.about, operations = {}, extensions = {} }
  for _, method in ipairs(keys.sorted(operations[name])) do
    local op = assert(model.operation(operations[name][method]))
    local rest = method:match("^list(.*)$") or method:match("^get(.*)$")
    local entry = {
      name = op.name, service = name, method = method, op = op, words = words.operations[op.name],
      each = op.pagination and rest and class["each" .. rest] and "each" .. rest,
      pages = op.pagination and rest and class["pages" .. rest] and "pages" .. rest,
      by_hand = is_written_by_hand(class[method]) and source_of(class[method], name) or nil,
    }
    self.operations[#self.operations + 1] = entry
  end
  for _, method in ipairs(keys.sorted(class)) do
    if type(class[method]) == "function" and method:sub(1, 1) ~= "_" and not operations[name][method]
      and is_written_by_hand(class[method]) then
      self.extensions[#self.extensions + 1] = {
        service = name, method = method, source = source_of(class[method], name),
      }
    end
  end
  return self
end

--- The services, sorted by name.
-- @treturn table each { name =, about =, operations = { … }, extensions = { … } }
function catalogue.read()
  local client = assert(ses.client {
    region = "us-east-1", config_file = "/dev/null", credentials_file = "/dev/null",
    credentials = { access_key_id = "AKIAIOSFODNN7EXAMPLE", secret_access_key = "none" },
  })
  local services = {}
  for _, name in ipairs(keys.sorted(operations)) do
    services[#services + 1] = describe(client, name, require("tools.reference.words." .. name))
  end
  client:close()
  return services
end

--- Calls a function with every method that is not made from the model alone: its source.
function catalogue.each_written(services, fn)
  for _, described in ipairs(services) do
    for _, entry in ipairs(described.operations) do
      if entry.by_hand then fn(entry.by_hand) end
    end
    for _, entry in ipairs(described.extensions) do fn(entry.source) end
  end
end

--- Calls a function for every operation.
function catalogue.each_operation(services, fn)
  for _, described in ipairs(services) do
    for _, entry in ipairs(described.operations) do fn(entry, described) end
  end
end

return catalogue
