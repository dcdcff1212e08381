--- What all services are made of: methods that speak snake_case and pass the pipeline.
-- @module ses.services.service
local errors = require "ses.errors"
local model = require "ses.model"
local names = require "ses.model.names"
local operations = require "ses.services.operations"
local pages = require "ses.pipeline.pages"

local service = {}

-- Services that add methods of their own to those of the model.
local EXTENSIONS = {
  emails = "ses.services.emails", identities = "ses.services.identities", jobs = "ses.services.jobs",
}

--- Calls an operation with snake_case names in and out.
-- @tparam ses.Client client
-- @tparam string operation AWS's name
-- @tparam ?table params
-- @tparam ?table options as for client:call
-- @treturn table the result in snake_case
-- @treturn[2] nil
-- @treturn[2] ses.Error
-- @return the third value of client:call
function service.call(client, operation, params, options)
  local op, err = model.operation(operation)
  if not op then return nil, err end
  if params ~= nil and type(params) ~= "table" then
    return nil, errors.validation({ { path = "", message = "arguments must be a table, not a "
      .. type(params) } }, operation)
  end
  local request = names.to_aws(op.input, params or {})
  local result, failure, info = client:call(operation, request, options)
  if not result then return nil, failure, info end
  return names.to_lua(op.output, result), nil, info
end

local function iterate(client, operation, params, iterator)
  local op = model.operation(operation)
  local request = names.to_aws(op.input, params or {})
  local function call(page) return client:call(operation, page) end
  local function view(page) return names.to_lua(op.output, page) end
  return iterator(call, op, request, view, names.snake(op.pagination.result_key))
end

--- The iterators of a method whose operation has pages: `list` gives `each` and `pages`, `list_ips` gives `each_ips`
-- and `pages_ips`, and so on.
-- @tparam string method
-- @treturn ?string that over items; nil where the name is no list's
-- @treturn ?string that over pages
function service.iterator_names(method)
  local rest = method:match("^list(.*)$") or method:match("^get(.*)$")
  if not rest then return nil end
  return "each" .. rest, "pages" .. rest
end

local function extend(class, module)
  for method, fn in pairs(require(module)) do class[method] = fn end
end

local function class_of(name, conveniences)
  local class = { __name = "ses.services." .. name }
  for method, operation in pairs(operations[name]) do
    class[method] = function(self, params, options)
      return service.call(self.client, operation, params, options)
    end
    local op = model.operation(operation)
    local each, page = service.iterator_names(method)
    if op and op.pagination and each then
      class[each] = function(self, params) return iterate(self.client, operation, params, pages.items) end
      class[page] = function(self, params) return iterate(self.client, operation, params, pages.pages) end
    end
  end
  if EXTENSIONS[name] then extend(class, EXTENSIONS[name]) end
  if conveniences then extend(class, conveniences) end
  class.__index = class
  class.__tostring = function() return class.__name end
  return class
end

local classes = {}

--- Makes a service of a client.
--
-- Every operation that AWS lists under the service is a method: it takes one table with AWS's field
-- names in snake_case, and an optional table of options for this call (`retry_in_doubt`,
-- `operation_timeout_ms`, `traceparent`, `tracestate`); it returns the result in snake_case, or nil and a ses.Error,
-- and a table { attempts =, in_doubt_attempts =, request_id =, warnings = } behind them. Paths in an error's faults
-- and in warnings have AWS's names, whichever the caller wrote. Paginated operations have iterators as well:
-- `each{}` over items, `pages{}` over pages, which give `false, err` once where a page fails.
-- @tparam ses.Client client
-- @tparam string name a key of ses.services.operations
-- @tparam ?string conveniences a module whose functions become methods as well; the same at every call
function service.new(client, name, conveniences)
  local class = classes[name]
  if not class then
    class = class_of(name, conveniences)
    classes[name] = class
  end
  return setmetatable({ client = client }, class)
end

return service
