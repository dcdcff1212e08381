--- What runs in nginx's threads: the outbox's file is read and written there alone, so that no request waits for a
-- disk. nginx keeps the Lua of a thread for the next call, and with it the open file.
-- @module ses.nginx.outbox_thread
local outbox_sqlite = require "ses.adapters.outbox_sqlite"

local outbox_thread = {}

local files = {}

local function open(path)
  if files[path] then return files[path] end
  local file, err = outbox_sqlite.open(path)
  files[path] = file
  return file, err
end

-- nginx copies values between threads, but not what they are.
local function plain(err)
  return { kind = err.kind, code = err.code, message = err.message, file = err.file, in_doubt = err.in_doubt }
end

-- What has failed begins anew with the next call.
local function drop(path)
  local file = files[path]
  files[path] = nil
  if file then file:close() end
end

--- Calls a method of ses.adapters.outbox_sqlite.
-- @tparam string path of the outbox
-- @tparam string method
-- @return what it returns; of an error the fields, without the metatable
function outbox_thread.call(path, method, ...)
  local file, err = open(path)
  if not file then return nil, plain(err) end
  local result
  result, err = file[method](file, ...)
  if result ~= nil or err == nil then return result end
  drop(path)
  return nil, plain(err)
end

return outbox_thread
