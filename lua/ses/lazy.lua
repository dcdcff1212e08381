--- Modules that are loaded when something of them is first used, so that a program pays for what it does.
--
--     local pages = lazy "ses.pipeline.pages"
--     pages.pages(…)                        -- loads it
-- @module ses.lazy

-- @tparam string name of a module that is a table of functions
-- @treturn table that stands for it; what it has is read from the module at every use
return function(name)
  local module
  return setmetatable({}, { __index = function(_, key)
    module = module or require(name)
    return module[key]
  end })
end
