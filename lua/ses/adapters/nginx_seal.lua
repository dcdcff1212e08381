--- The seal of one generation of nginx workers (ses/seal.h): made in `init_by_lua`, in the master, whose memory the
-- workers that are forked from it begin with. After a reload new workers have another one.
-- @module ses.adapters.nginx_seal
local core = require "ses.core"

local nginx_seal = {}

local seal

--- Makes the seal, in `init_by_lua` alone: anywhere else the other workers would not have it.
function nginx_seal.make()
  if not seal and ngx.get_phase() == "init" then seal = core.seal.new() end
end

--- What workers share secrets by.
-- @tparam ?ses.Store store of ses.adapters.store_nginx
-- @treturn ?table { store =, seal = }
-- @treturn ?string why not, where there is no seal or no store
function nginx_seal.shared_secrets(store)
  if not store then return nil, "nginx.conf declares no such lua_shared_dict as the setting cache_dict names" end
  if not seal then return nil, "ses was not required in init_by_lua" end
  return { store = store, seal = seal }
end

return nginx_seal
