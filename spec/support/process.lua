-- Real processes for specs: what a program prints, says on stderr, and ends with.
local process = {}

local function quote(word)
  return "'" .. tostring(word):gsub("'", "'\\''") .. "'"
end

process.quote = quote

function process.read(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read("*a")
  file:close()
  return text
end

function process.write(path, text)
  local file = assert(io.open(path, "wb"))
  assert(file:write(text))
  file:close()
end

-- What a shell command prints, without the last line break.
function process.shell(command)
  local pipe = assert(io.popen(command, "r"))
  local text = pipe:read("*a")
  pipe:close()
  return (text:gsub("\n$", ""))
end

-- A new folder; remove it by process.remove.
function process.folder()
  return process.shell("mktemp -d")
end

function process.remove(folder)
  assert(folder:find("^/tmp/") or folder:find("^/var/tmp/"), "only temporary folders are removed")
  os.execute("rm -rf " .. quote(folder))
end

local function command_of(argv, options)
  local words = {}
  for name, value in pairs(options.env or {}) do words[#words + 1] = name .. "=" .. quote(value) end
  table.sort(words)
  if #words > 0 then table.insert(words, 1, "env") end
  for _, word in ipairs(argv) do words[#words + 1] = quote(word) end
  local command = table.concat(words, " ")
  if options.cwd then command = "cd " .. quote(options.cwd) .. " && " .. command end
  return command
end

-- Runs argv to its end. Options: stdin (text), env (a table), cwd. → { status =, out =, err = }
function process.run(argv, options)
  options = options or {}
  local folder = process.folder()
  local stdin = "/dev/null"
  if options.stdin then
    stdin = folder .. "/in"
    process.write(stdin, options.stdin)
  end
  local status = process.shell(("( %s ) <%s >%s/out 2>%s/err; echo $?"):format(
    command_of(argv, options), stdin, folder, folder))
  local result = {
    status = tonumber(status), out = process.read(folder .. "/out"), err = process.read(folder .. "/err"),
  }
  process.remove(folder)
  return result
end

-- Polls until `condition` gives a true value, which it returns; raises after `seconds` (10).
function process.eventually(condition, seconds)
  local tries = (seconds or 10) * 50
  for _ = 1, tries do
    local value = condition()
    if value then return value end
    os.execute("sleep 0.02")
  end
  error("the condition did not come true in time", 2)
end

-- Starts argv and returns at once. The job has `pid`, `out()` and `err()` (what it printed so far),
-- `signal(name)`, and `wait()` → exit status as a shell tells it (128 + the signal's number).
function process.start(argv, options)
  local folder = process.folder()
  local script = ("( ( exec %s ) </dev/null >FOLDER/out 2>FOLDER/err & pid=$!; echo $pid >FOLDER/pid; "
    .. "wait $pid; echo $? >FOLDER/rc ) >/dev/null 2>&1 &"):format(command_of(argv, options or {}))
  script = script:gsub("FOLDER", folder)
  os.execute(script)
  local function content(name)
    local file = io.open(folder .. "/" .. name, "rb")
    if not file then return "" end
    local text = file:read("*a")
    file:close()
    return text
  end
  local job = {}
  job.pid = process.eventually(function() return content("pid"):match("^(%d+)\n") end)
  function job.out() return content "out" end
  function job.err() return content "err" end
  function job.signal(name) os.execute(("kill -%s %s"):format(name, job.pid)) end
  function job.wait(seconds)
    local status = process.eventually(function() return content("rc"):match("^(%d+)\n") end, seconds)
    return tonumber(status)
  end
  function job.remove() process.remove(folder) end
  return job
end

return process
