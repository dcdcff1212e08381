--- Several at the same work, where the place allows it.
-- @module ses.bulk.workers
local workers = {}

--- Runs `work` in so many tasks and waits for all; in a place where no tasks can be run (a coroutine of the
-- user's inside a task, a phase of nginx that cannot wait) once, here.
-- @tparam table host of ses.adapters.host
-- @tparam integer count
-- @tparam function work an error that it raises is raised again when all have ended
function workers.run(host, count, work)
  if count <= 1 or not host.can_run() then return work() end
  host.run(function(spawn)
    for _ = 1, count do spawn(work) end
  end)
end

return workers
