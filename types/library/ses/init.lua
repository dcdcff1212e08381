---@meta ses

---@class ses
---@field version string of this library
---@field errors ses.errors
local ses = {}

---Makes a client: one account, one region, one pool of connections. No network is used yet.
---@param options? ses.ClientOptions
---@return ses.Client? client
---@return ses.Error? err kind "validation", naming the option or the variable at fault
function ses.client(options) end

---Loads every module that a client may come to need, where no file is to be read later.
function ses.preload() end

---A task of `ses.run`
---@class ses.Task
local Task = {}

---Waits for the task to end.
---@return any ... what its function returned, or nil and what it raised
function Task:wait() end

---Ends what the task waits for, and every further wait of it.
function Task:cancel() end

---@return "ready"|"running"|"waiting"|"done"|"failed"
function Task:status() end

---Runs a function whose calls yield in place of blocking; returns when it and all that it spawned have ended.
---@param fn fun(spawn: fun(fn: function, ...: any): ses.Task): any
---@return any ... what `fn` returned
function ses.run(fn) end

---Waits; inside `ses.run` and inside nginx others go on meanwhile.
---@param seconds number
---@return true? done
---@return ses.Error? err kind "cancelled"
function ses.sleep(seconds) end

---Seconds since 1970, with fractions.
---@return number
function ses.now() end

---Seconds of a clock that is never set.
---@return number
function ses.monotonic() end

return ses
