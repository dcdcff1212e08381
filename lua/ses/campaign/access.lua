--- A campaign's journal for whoever looks at it or tells it something, beside the runs at work.
-- @module ses.campaign.access
local file = require "ses.campaign.file"
local journals = require "ses.campaign.journal"

local access = {}

--- The campaign that options name.
-- @tparam table options `file`: path of a campaign file, or `campaign`: the table that it would return, with `place`
--   (see ses.campaign.file)
-- @treturn table|nil
-- @treturn ?ses.Error
function access.spec(options)
  if type(options.campaign) == "table" then return file.check(options.campaign, options.place) end
  return file.load(options.file)
end

--- Opens the journal for a function, and closes it however that ends.
-- @tparam table options as of `access.spec`; `journal`: another one than the campaign's
-- @tparam string mode "read_only" or "control" (see ses.campaign.journal)
-- @tparam function fn takes the journal and the campaign; what it gives is given
-- @return nil and a ses.Error where there is no such campaign or journal
function access.open(options, mode, fn)
  local spec, err = access.spec(options)
  if not spec then return nil, err end
  local where = options.journal or spec.journal
  local journal
  journal, err = journals.open(where, { campaign = spec.name, [mode] = true })
  if not journal then return nil, err end
  spec.shown = journals.shown(where)
  local ran, result, failed = pcall(fn, journal, spec)
  journal:close()
  if not ran then error(result, 0) end
  return result, failed
end

return access
