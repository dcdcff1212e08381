-- Directories of their own for specs that write files; `remove_all` in after_each or teardown.
local tmp_dir = {}

local made = {}

function tmp_dir.new()
  local pipe = assert(io.popen("mktemp -d"))
  local path = pipe:read("*l")
  pipe:close()
  made[#made + 1] = path
  return path
end

function tmp_dir.write(path, text)
  local file = assert(io.open(path, "wb"))
  file:write(text)
  file:close()
  return path
end

function tmp_dir.read(path)
  local file = io.open(path, "rb")
  if not file then return nil end
  local text = file:read("*a")
  file:close()
  return text
end

function tmp_dir.remove_all()
  for _, path in ipairs(made) do os.execute("rm -rf '" .. path .. "'") end
  made = {}
end

return tmp_dir
