--- The pages of SES's lists. A token names the list and the last row of the page before.
-- @module ses.emulator.pages
local core = require "ses.core"
local errors = require "ses.emulator.errors"

local pages = {}

local function read_token(list, token)
  local text = core.base64.decode(token)
  local name, last = (text or ""):match("^([%w-]+):(%d+)$")
  if name ~= list then return nil end
  return tonumber(last)
end

--- Where a page begins and how long it is.
-- @tparam string list the list's name, which its tokens carry
-- @tparam table params the input, with its PageSize and NextToken
-- @tparam integer default page size
-- @tparam integer max page size
-- @tparam ?string code of the error for a token that is none of the list's ("BadRequestException")
-- @treturn ?table { size =, after = id of the row before, 0 at the start }
-- @treturn ?table the error that SES answers
function pages.read(list, params, default, max, code)
  local size, after = params.PageSize or default, 0
  if size < 1 or size > max then
    return errors.fail("BadRequestException", "The page size must be between 1 and %d", max)
  end
  if params.NextToken then
    after = read_token(list, params.NextToken)
    if not after then
      return errors.fail(code or "BadRequestException", "Invalid NextToken <%s>.", params.NextToken)
    end
  end
  return { size = size, after = after }
end

--- Cuts the row that was read one too many off, and gives the token of the next page where there was one.
-- @tparam string list
-- @tparam table page from `pages.read`
-- @tparam table rows at most page.size + 1, each with its `id`
-- @treturn ?string
function pages.next_token(list, page, rows)
  if #rows <= page.size then return nil end
  rows[#rows] = nil
  return core.base64.encode(("%s:%d"):format(list, rows[#rows].id))
end

return pages
