--- Loads the audience into the journal.
-- @module ses.campaign.load
local audience = require "ses.campaign.audience"
local core = require "ses.core"
local fingerprint = require "ses.campaign.fingerprint"
local format = require "ses.campaign.format"
local sources = require "ses.campaign.sources"

local load = {}

-- Rows between two looks for Ctrl-C while the audience is read.
local LOOK_EVERY = 500

-- What the loaded audience depends on; nil where that cannot be told.
local function audience_fingerprint(run, of_file)
  if not of_file or not run.spec.source then return nil end
  return fingerprint.of(run.spec.source, run.message:fingerprint(), of_file)
end

--- Notes which load the journal stands on, before this process waits for its turn to set the campaign up.
-- @tparam ses.campaign.Run run
-- @treturn boolean|nil
-- @treturn ?ses.Error
function load.look(run)
  local loaded, err = run.journal:meta "loaded"
  if err then return nil, err end
  run.loaded_before = loaded
  return true
end

-- Whether an audience of which nothing tells whether it has changed may be taken not to have: another process
-- has read it while this one waited for its turn, or is writing to it.
local function is_in_use(run)
  local journal = run.journal
  local loaded = journal.others and journal:meta "loaded"
  if not loaded then return false end
  return loaded ~= run.loaded_before or (journal:others() or 0) > 0
end

--- Whether the journal holds the audience as it is now.
-- @tparam ses.campaign.Run run
-- @treturn boolean
function load.is_loaded(run)
  local known = run.journal:meta "audience"
  local people = run.spec.audience
  if not run.spec.source or not sources.has_fingerprint(people) then return is_in_use(run) end
  if not known then return false end
  run:stage "looking whether the audience has changed"
  return known == audience_fingerprint(run, sources.fingerprint(people))
end

local function read_all(run, people, into)
  local n, source = 0, people.source
  local look_every = source.slow and 1 or LOOK_EVERY
  while true do
    local recipient, err = people:next()
    if err then return nil, err end
    if not recipient then return n end
    local added
    added, err = into:add(recipient)
    if not added then return nil, err end
    n = n + 1
    if n % look_every == 0 then
      if run:is_interrupted() then return nil, run.INTERRUPTED end
      run:stage(("reading %s: %s"):format(source.name, format.many(n, source.unit)))
    end
  end
end

-- What a dry run says of the audience.
local function tell(run, source, n)
  run:note("the audience is %s of %s", format.many(n, source.unit), source.name)
  if source.calls then
    run:note("a run asks SES for the attributes of each contact that it writes to: one call each, %s at most",
      format.rate(source.calls))
  end
end

--- Reads the audience into the journal, in one transaction.
-- @tparam ses.campaign.Run run
-- @treturn table|nil { added =, known =, duplicates = }
-- @treturn ?ses.Error
function load.read(run)
  local hash = fingerprint.new()
  local people, err = audience.open(run.spec, run.message, {
    client = run.client, schedule = run.schedule, on_chunk = function(chunk) hash:add(chunk) end,
  })
  if not people then return nil, err end
  local into
  into, err = run.journal:load()
  if not into then
    people:close()
    return nil, err
  end
  local n
  n, err = read_all(run, people, into)
  people:close()
  if not n then
    into:abort()
    return nil, err
  end
  for _, note in ipairs(people:notes()) do run:note("%s", note) end
  if run.options.dry_run then tell(run, people.source, n) end
  run:stage "sorting out duplicates"
  local of_file = sources.has_fingerprint(run.spec.audience) and hash:hex() or nil
  local loaded
  -- A name for the load, unlike any other's.
  local name = fingerprint.of(core.random.bytes(16))
  loaded, err = into:finish { audience = audience_fingerprint(run, of_file), loaded = name }
  if not loaded then into:abort() end
  return loaded, err
end

return load
