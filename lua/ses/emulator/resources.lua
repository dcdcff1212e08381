--- Named resources: what identities, templates, configuration sets, contacts, jobs and their like have in
-- common. Each is a document under a name, in one table of the store.
--
-- A collection is all resources of one kind. Those that belong to another one, as a contact does to its
-- list, are kept under their parent's name, and no name is there twice below one parent.
-- @module ses.emulator.resources
local errors = require "ses.emulator.errors"
local json = require "ses.model.json"
local pages = require "ses.emulator.pages"
local store = require "ses.emulator.store"

local resources = {}

local Collection = { __name = "ses.emulator.Collection" }
Collection.__index = Collection

local function same(name) return name end

--- Makes a collection.
-- @tparam table options
--   `kind` its name in the store and in page tokens; `missing` and `exists` the messages of
--   NotFoundException and AlreadyExistsException, with %s for the name; `key` name → what makes it one and
--   the same (the name itself); `newest_first` the order of lists; `limit` how many there may be below one
--   parent, `full` the message of LimitExceededException
-- @treturn Collection
function resources.collection(options)
  local collection = setmetatable({}, Collection)
  for name, value in pairs(options) do collection[name] = value end
  collection.key = options.key or same
  return collection
end

local function entry_of(row)
  return {
    id = row.id, key = row.key, name = row.name, parent = row.parent, created = row.created, updated = row.updated,
    value = json.decode(row.value),
  }
end

--- The resource of a name.
-- @tparam string name
-- @tparam ?string parent
-- @treturn ?table { id =, key =, name =, parent =, created =, updated =, value = }; nil where there is none
function Collection:find(name, parent)
  local key = self.key(name)
  local row = key and store.row("SELECT * FROM resources WHERE kind = ? AND parent = ? AND key = ?",
    self.kind, parent or "", key)
  return row and entry_of(row)
end

--- The same for an operation.
-- @treturn ?table
-- @treturn ?table NotFoundException
function Collection:get(name, parent)
  local entry = self:find(name, parent)
  if entry then return entry end
  return errors.fail("NotFoundException", self.missing, name)
end

--- How many there are.
-- @tparam ?string parent all of them, where none is given
-- @treturn number
function Collection:count(parent)
  if parent then
    return store.row("SELECT COUNT(*) AS n FROM resources WHERE kind = ? AND parent = ?", self.kind, parent).n
  end
  return store.row("SELECT COUNT(*) AS n FROM resources WHERE kind = ?", self.kind).n
end

--- Adds a resource.
-- @tparam string name
-- @tparam table value the document
-- @tparam number now
-- @tparam ?string parent
-- @treturn ?table the entry
-- @treturn ?table AlreadyExistsException or LimitExceededException
function Collection:add(name, value, now, parent)
  if self:find(name, parent) then return errors.fail("AlreadyExistsException", self.exists, name) end
  if self.limit and self:count(parent or "") >= self.limit then
    return errors.fail("LimitExceededException", self.full)
  end
  local key = self.key(name)
  store.run([[INSERT INTO resources (kind, parent, key, name, created, updated, value)
    VALUES (?, ?, ?, ?, ?, ?, ?)]], self.kind, parent or "", key, name, now, now, json.encode(value))
  return {
    id = store.last_id(), key = key, name = name, parent = parent or "", created = now, updated = now, value = value,
  }
end

--- Writes an entry whose value was changed.
-- @tparam table entry
-- @tparam ?number now its new time of update; none where it is no update that users are told of
function Collection.save(_, entry, now)
  entry.updated = now or entry.updated
  store.run("UPDATE resources SET updated = ?, value = ? WHERE id = ?", entry.updated,
    json.encode(entry.value), entry.id)
  return entry
end

--- Removes a resource.
-- @treturn ?table the entry that was there
-- @treturn ?table NotFoundException
function Collection:remove(name, parent)
  local entry, err = self:get(name, parent)
  if not entry then return nil, err end
  store.run("DELETE FROM resources WHERE id = ?", entry.id)
  return entry
end

--- Removes a resource where it is there.
function Collection:discard(name, parent)
  local entry = self:find(name, parent)
  if entry then store.run("DELETE FROM resources WHERE id = ?", entry.id) end
end

--- Removes all that belong to a parent.
-- @tparam string parent
function Collection:remove_below(parent)
  store.run("DELETE FROM resources WHERE kind = ? AND parent = ?", self.kind, parent)
end

-- At most `count` entries behind the one with the id `after`; 0 begins.
local function read_after(self, parent, after, count)
  local order = self.newest_first and "(id < ? OR ? = 0) ORDER BY id DESC" or "(id > ? OR ? = 0) ORDER BY id"
  local rows = store.rows("SELECT * FROM resources WHERE kind = ? AND (parent = ? OR ? IS NULL) AND " .. order
    .. " LIMIT ?", self.kind, parent, parent, after, after, count)
  for i, row in ipairs(rows) do rows[i] = entry_of(row) end
  return rows
end

--- All entries, in the order of lists.
-- @tparam ?string parent those of every parent, where none is given
-- @treturn table
function Collection:all(parent) return read_after(self, parent, 0, -1) end

local function fill(self, page, options, wanted)
  local found, after = {}, page.after
  repeat
    local batch = read_after(self, options.parent, after, page.size + 1)
    for _, entry in ipairs(batch) do
      after = entry.id
      if #found <= page.size and (not wanted or wanted(entry)) then found[#found + 1] = entry end
    end
  until #found > page.size or #batch <= page.size
  return found
end

--- One page of a list operation.
-- @tparam table params its input, with PageSize and NextToken
-- @tparam table options `default` and `max` page size; `parent`; `show` entry → item (its name, unless
--   given); `wanted` entry → whether it is listed
-- @treturn ?table list of items
-- @treturn ?string|table the token of the next page, nil at the end; behind a nil the error
function Collection:page(params, options)
  local page, err = pages.read(self.kind, params, options.default, options.max)
  if not page then return nil, err end
  local entries = fill(self, page, options, options.wanted)
  local token = pages.next_token(self.kind, page, entries)
  local items = {}
  for i, entry in ipairs(entries) do items[i] = options.show and options.show(entry) or entry.name end
  return items, token
end

--- A list operation's whole answer.
-- @tparam string member of the output that holds the items
-- @tparam table params
-- @tparam table options as for `Collection:page`
-- @treturn ?table
-- @treturn ?table the error that SES answers
function Collection:list(member, params, options)
  local items, token = self:page(params, options)
  if not items then return nil, token end
  return { [member] = items, NextToken = token }
end

return resources
