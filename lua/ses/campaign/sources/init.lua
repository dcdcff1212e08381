--- What an audience, or a list of addresses that are left out, is read from.
--
-- A source is a table with one of these keys, which is also the name of the module that reads it:
--
--     csv = "people.csv"                               also `separator`
--     jsonl = "people.jsonl"
--     sql = "SELECT …"                                 with `database` or `connection`
--     contact_list = "news"                            also `topic`, `attributes`
--     rows = function() return iterator end
--
-- What a module opens is an object with
--
--     source.name, source.unit     how errors, notes and progress call it ("people.csv"), and what it has ("row")
--     source.columns               the names of its columns, where all records have the same ones
--     source:locate(column, field) → place | nil, err   where records have a column (see ses.campaign.sources.value);
--                                  `field` is the campaign file's that names the column
--     source:next() → record | nil | nil, err
--     source:fields(record)        a record by the names of its columns
--     source:fault(message, column) → err   about the record that was read last, "people.jsonl, row 12, field 'x': …"
--     source.row                   the number of the record that was read last
--     source.json                  its own text, where that is JSON
--     source.opted_out             why its owner wants no mail
--     source.slow                  whether a record may take seconds
--     source:close()
--
-- Errors are in one line and quote nothing of the data.
-- @module ses.campaign.sources
local fingerprint = require "ses.campaign.fingerprint"

local sources = {}

--- The kinds of sources there are, by the key that names each.
sources.KINDS = { "csv", "jsonl", "sql", "contact_list", "rows" }

--- Which keys go with which kind alone.
sources.OPTIONS = {
  csv = { "separator" }, jsonl = {}, sql = { "database", "connection" }, contact_list = { "topic", "attributes" },
  rows = {},
}

local IS_FILE = { csv = true, jsonl = true }

--- Which kind of source a table names.
-- @tparam table spec
-- @treturn ?string the first of `KINDS`; nil where there is none
function sources.kind(spec)
  for _, kind in ipairs(sources.KINDS) do
    if spec[kind] ~= nil then return kind end
  end
end

--- A source as a campaign file has it, with its defaults, and its paths resolved.
-- @tparam table given
-- @tparam function resolve function(path) → path
-- @treturn table
function sources.resolved(given, resolve)
  local spec = { email = given.email or "email" }
  for _, kind in ipairs(sources.KINDS) do
    spec[kind] = given[kind]
    for _, option in ipairs(sources.OPTIONS[kind]) do spec[option] = given[option] end
    if spec[kind] and IS_FILE[kind] then spec[kind] = resolve(spec[kind]) end
  end
  spec.database = spec.database and resolve(spec.database)
  return spec
end

--- A fingerprint of all that a source holds.
-- @tparam table spec
-- @treturn ?string nil where that cannot be told without reading it record by record
function sources.fingerprint(spec)
  local kind = sources.kind(spec)
  return IS_FILE[kind] and fingerprint.file(spec[kind]) or nil
end

--- Whether a fingerprint tells what the source holds.
-- @tparam table spec
-- @treturn boolean
function sources.has_fingerprint(spec)
  return IS_FILE[sources.kind(spec)] == true
end

--- Opens a source.
-- @tparam table spec of `resolved`
-- @tparam table ports `client` (of contact lists), `clock`, `on_chunk` (sees every block of a file)
-- @treturn table|nil
-- @treturn ?ses.Error
function sources.open(spec, ports)
  return require("ses.campaign.sources." .. sources.kind(spec)).open(spec, ports)
end

return sources
