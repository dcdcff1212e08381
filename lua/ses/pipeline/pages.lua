--- Lists that come in pages, as iterators that ask for the next page when it is needed.
-- @module ses.pipeline.pages
local errors = require "ses.errors"

local pages = {}

--- Iterates over the pages of a paginated operation.
-- @tparam function call function(params) → result | nil, err, in AWS's names
-- @tparam table op of ses.model, with its `pagination`
-- @tparam table params of the first request, in AWS's names; left as it is
-- @treturn function iterator: a page, or `false, err` once, then nil
function pages.pages(call, op, params)
  local rule = op.pagination
  local request, seen, done = {}, {}, false
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
    return page
  end
end

--- Iterates over the items of all pages.
-- @treturn function iterator: an item, or `false, err` once, then nil
function pages.items(call, op, params)
  local next_page = pages.pages(call, op, params)
  local items, index = {}, 0
  return function()
    while true do
      index = index + 1
      local item = items[index]
      if item ~= nil then return item end
      local page, err = next_page()
      if not page then return page, err end
      items, index = page[op.pagination.result_key] or {}, 0
    end
  end
end

return pages
