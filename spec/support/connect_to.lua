--- Connections of cosockets to one host that go elsewhere, for nginx in specs: as a resolver and a port forward would
-- have it, without either. TLS is what it would be: name and certificate are those of the host.
--
-- In init_by_lua: `require("spec.support.connect_to") { ["sns.eu-west-1.amazonaws.com"] = port }`, a port of 127.0.0.1.
-- @tparam table ports host → port
local ngx = rawget(_G, "ngx")

return function(ports)
  local tcp = ngx.socket.tcp
  ngx.socket.tcp = function()
    local socket = tcp()
    local connect = socket.connect
    socket.connect = function(self, host, port, options)
      if ports[host] then return connect(self, "127.0.0.1", ports[host], options) end
      return connect(self, host, port, options)
    end
    return socket
  end
end
