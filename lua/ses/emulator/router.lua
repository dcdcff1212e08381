--- Which operation of SES a request is for, by the methods and URIs of the model.
-- @module ses.emulator.router
local model = require "ses.model"

local router = {}

-- Where SDKs send operations that the model has at another method and path: AWS's SDK for JavaScript 3.1175,
-- with all members in the body, and botocore 1.29, with those that name the page in the query.
local MOVED = {
  { name = "ListConfigurationSets", method = "POST", uri = "/v2/email/list-configuration-sets" },
  { name = "ListEmailIdentities", method = "POST", uri = "/v2/email/list-identities" },
  { name = "ListContacts", method = "GET", uri = "/v2/email/contact-lists/{ContactListName}/contacts" },
  { name = "ListImportJobs", method = "GET", uri = "/v2/email/import-jobs" },
  { name = "PutEmailIdentityDkimSigningAttributes", method = "PUT",
    uri = "/v1/email/identities/{EmailIdentity}/dkim/signing" },
}

-- A tree of path segments: node.literal[text], node.label = { name =, node = }, node.methods[method].
local root

local function new_node() return { literal = {}, methods = {} } end

local function step(node, segment)
  local label = segment:match("^{(.+)}$")
  if label then
    node.label = node.label or new_node()
    return node.label, label
  end
  node.literal[segment] = node.literal[segment] or new_node()
  return node.literal[segment]
end

local function add(tree, op, method, uri)
  local node, labels = tree, {}
  for segment in uri:gmatch("[^/]+") do
    local name
    node, name = step(node, segment)
    if name then labels[#labels + 1] = name end
  end
  node.methods[method] = { op = op, labels = labels }
end

local function build()
  local tree = new_node()
  for _, name in ipairs(model.operations()) do
    local op = model.operation(name)
    add(tree, op, op.method, op.uri)
  end
  for _, moved in ipairs(MOVED) do add(tree, model.operation(moved.name), moved.method, moved.uri) end
  return tree
end

local function decode(segment)
  return (segment:gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end))
end

-- A literal wins over a label, so /templates/{TemplateName} does not hide a fixed path beside it.
local function walk(node, segments, at, values)
  local segment = segments[at]
  if segment == nil then return next(node.methods) and node end
  local literal = node.literal[segment]
  local found = literal and walk(literal, segments, at + 1, values)
  if found or not node.label then return found end
  values[#values + 1] = decode(segment)
  found = walk(node.label, segments, at + 1, values)
  if not found then values[#values] = nil end
  return found
end

--- Finds the operation.
-- @tparam string method
-- @tparam string path as it stands in the request line, still percent-encoded
-- @treturn ?ses.Operation nil where no operation has this path and method
-- @treturn ?table the labels of the path by name, decoded
function router.find(method, path)
  root = root or build()
  local segments, values = {}, {}
  for segment in path:gmatch("[^/]+") do segments[#segments + 1] = segment end
  local node = walk(root, segments, 1, values)
  local route = node and node.methods[method]
  if not route then return nil end
  local labels = {}
  for i, name in ipairs(route.labels) do labels[name] = values[i] end
  return route.op, labels
end

return router
