--- Lists that come in pages, as iterators that ask for the next page when it is needed.
-- @module ses.pipeline.pages
local errors = require "ses.errors"

local pages = {}

local function as_it_is(page)
  return page
end

--- Iterates over the pages of a paginated operation.
-- @tparam function call function(params) → result | nil, err, in AWS's names
-- @tparam table op of ses.model, with its `pagination`
-- @tparam table params of the first request, in AWS's names; left as it is
-- @tparam ?function view what to show of a page: function(page) → anything but nil and false
-- @treturn function iterator: a page, or `false, err` once, then nil
function pages.pages(call, op, params, view)
  local rule = op.pagination
  local request, seen, done = {}, {}, false
  view = view or as_it_is
  for name, value in pairs(params) do request[name] = value end
  return function()
    if done then return nil end
    local page, err = call(request)
    if not page then
      done = true
      return false, err
    end
    local token = page[rule.output_token]
    if token == nil or token == "" then
      done = true
    elseif seen[token] then
      done = true
      return false, errors.new {
        kind = "parse", code = "RepeatedNextToken", operation = op.name,
        message = "the service gave the same " .. rule.output_token .. " twice, so the list would never end",
      }
    else
      seen[token] = true
      request[rule.input_token] = token
    end
    return view(page)
  end
end

--- Iterates over the items of all pages.
-- @tparam function call
-- @tparam table op
-- @tparam table params
-- @tparam ?function view
-- @tparam ?string key under which a viewed page has its items; default AWS's own
-- @treturn function iterator: an item, or `false, err` once, then nil
function pages.items(call, op, params, view, key)
  local next_page = pages.pages(call, op, params, view)
  local items, index = {}, 0
  return function()
    while true do
      index = index + 1
      local item = items[index]
      if item ~= nil then return item end
      local page, err = next_page()
      if not page then return page, err end
      items, index = page[key or op.pagination.result_key] or {}, 0
    end
  end
end

return pages
