--- The metrics of a campaign's run in a file, for node_exporter: written again and again on the way.
-- @module ses.cli.campaign.metrics_file
local observe = require "ses.observe"

local metrics_file = {}

local PERIOD_SECONDS = 5

local MetricsFile = {}
MetricsFile.__index = MetricsFile

--- Makes one, and writes it for the first time.
-- @tparam string path it must end in `.prom`
-- @tparam table options `clock` (`monotonic`), `warn` function(text): told once that the file cannot be written, which
--   does not hold up a run that has begun
-- @treturn table|nil with `metrics`, to be given to the client
-- @treturn ?ses.Error
function metrics_file.new(path, options)
  local self = setmetatable({
    path = path, clock = options.clock, warn = options.warn, metrics = observe.metrics { warn = options.warn },
    next_at = options.clock.monotonic() + PERIOD_SECONDS,
  }, MetricsFile)
  local written, err = self.metrics:write(path)
  if not written then return nil, err end
  return self
end

--- Writes it as it is now.
function MetricsFile:write()
  local written, err = self.metrics:write(self.path)
  if not written and not self.said then
    self.said = true
    self.warn(err.message)
  end
end

--- Writes it, where it is time for that.
function MetricsFile:update()
  local now = self.clock.monotonic()
  if now < self.next_at then return end
  self.next_at = now + PERIOD_SECONDS
  self:write()
end

return metrics_file
