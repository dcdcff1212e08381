-- Debian's botocore drives the emulator, and where the `python3` of the PATH has another version, that too.
local run = require "spec.peers.botocore_run"
local story = require "spec.peers.emulator_story"

local peers = run.pythons()
if #peers == 0 then
  describe("botocore at the emulator", function() pending "there is no botocore" end)
end

for _, peer in ipairs(peers) do
  describe(("botocore %s at the emulator"):format(peer.version), function()
    local busted = { setup = setup, teardown = teardown, it = it }
    story.define(busted, { peer.python, "spec/peers/emulator_peer.py" }, "ClientError")
  end)
end
