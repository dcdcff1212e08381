-- Writes the guides and the reference of the API as HTML pages:
--
--   lua5.4 tools/gen_reference.lua FOLDER HEADER …
--
-- From docs/, the model (lua/ses/model), the services, the C headers, and the words in tools/reference: guides and
-- words are written by hand, everything else is found. LDoc adds the pages of the Lua modules (tools/docs.sh).
local catalogue = require "tools.reference.catalogue"
local errors_page = require "tools.reference.errors_page"
local guides = require "tools.reference.guides"
local headers_page = require "tools.reference.headers_page"
local index_page = require "tools.reference.index_page"
local inline = require "tools.reference.inline"
local operation_page = require "tools.reference.operation_page"

local folder = assert(arg[1], "usage: gen_reference.lua FOLDER HEADER …")

local function write(path, text)
  local file = assert(io.open(folder .. "/" .. path, "wb"))
  assert(file:write(text))
  file:close()
end

local function header_names()
  local names = {}
  for i = 2, #arg do names[#names + 1] = arg[i]:match("([%w_]+)%.h$") end
  table.sort(names)
  return names
end

local services = catalogue.read()
local here, above = inline.writer(services, ""), inline.writer(services, "../")
write(index_page.render(services, here))
write(errors_page.render(services, here))
catalogue.each_operation(services, function(entry) write(operation_page.render(entry, above)) end)
for _, page in ipairs(guides.render "docs") do write(page.path, page.text) end
for _, page in ipairs(headers_page.render(header_names(), "include/ses")) do write(page.path, page.text) end
