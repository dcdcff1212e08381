-- What the reference says of client.dedicated_ips.
return {
  about = "IP addresses that nobody else sends from, the pools that they are in, and their warm-up.",
  operations = {
    CreateDedicatedIpPool = {
      does = "Makes a pool of dedicated addresses, so that one kind of mail cannot spoil another's "
        .. "reputation. A MANAGED pool leases, warms up and scales its addresses by itself; a STANDARD one is "
        .. "filled by you.",
      beware = "A managed pool costs by the message. A configuration set uses a pool by its `sending_pool_name`.",
      example = { scaling_mode = "MANAGED" },
    },
    DeleteDedicatedIpPool = {
      does = "Removes a pool. Move its addresses to another one first.",
      beware = "Mail under a configuration set that names the pool is refused from then on.",
    },
    GetDedicatedIp = {
      does = "Reads one address: its pool and how far its warm-up is.",
    },
    GetDedicatedIpPool = {
      does = "Reads how a pool is scaled; its addresses come from `dedicated_ips:list`.",
    },
    GetDedicatedIps = {
      does = "Lists the dedicated addresses, of the account or of one pool.",
    },
    ListDedicatedIpPools = {
      does = "Lists the names of the pools, not the addresses in them.",
    },
    PutDedicatedIpInPool = {
      does = "Moves an address from its pool to another.",
      beware = "The pool must exist and be a STANDARD one. The reputation moves with the address.",
    },
    PutDedicatedIpPoolScalingAttributes = {
      does = "Turns a STANDARD pool into a MANAGED one.",
      beware = "There is no way back: a managed pool cannot become a standard one.",
      example = { scaling_mode = "MANAGED" },
    },
    PutDedicatedIpWarmupAttributes = {
      does = "Sets how far an address's warm-up is, from 0 to 100 percent; 100 ends it.",
      beware = "Receivers block addresses that suddenly send much: raise it slowly.",
      example = { warmup_percentage = 20 },
    },
  },
}
