--- Modules that are loaded when something of them is first used, so that a program pays for what it does.
--
--     local pages = lazy "ses.pipeline.pages"
--     pages.pages(…)                        -- loads it
-- @module ses.lazy
local lazy = {}

local names = {}

--- Loads all that were named so far, and what those name in turn: for a place where no file is to be read later.
function lazy.load_all()
  local i = 1
  while names[i] do
    require(names[i])
    i = i + 1
  end
end

return setmetatable(lazy, {
  -- name of a module that is a table → a table that stands for it; what it has is read from the module at every use
  __call = function(_, name)
    names[#names + 1] = name
    local meta = {}
    function meta.__index(_, key)
      -- From now on without a call.
      meta.__index = require(name)
      return meta.__index[key]
    end
    return setmetatable({}, meta)
  end,
})
