---@meta ses.events.own_list

---@class ses.events.OwnList
local List = {}

---@param email string
---@param reason string such as "BOUNCE"
---@param at? number seconds since 1970 (now)
---@return boolean? added whether it was not on the list yet
---@return ses.Error? err
function List:add(email, reason, at) end

---Adds whom an event asks to be written to no more.
---@param event ses.Event
---@return integer? added
---@return ses.Error? err
function List:take(event) end

---@param email string
---@return boolean? removed
---@return ses.Error? err
function List:remove(email) end

---@return integer? count
---@return ses.Error? err
function List:count() end

function List:close() end

---A list of one's own of addresses that must not be written to.
---@class ses.events.own_list
local own_list = {}

---@param where string the path of an SQLite file, or the URL of a PostgreSQL database
---@param options? { read_only?: boolean }
---@return ses.events.OwnList? list
---@return ses.Error? err
function own_list.open(where, options) end

---The list as a campaign reads it.
---@param where string
---@return ses.campaign.Source
function own_list.source(where) end

return own_list
