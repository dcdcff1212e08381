-- What the reference says of client.endpoints.
return {
  about = "Multi-region endpoints: one name that spreads mail over two Regions. `endpoint_id` of a send "
    .. "uses one, and is signed for by SigV4a.",
  operations = {
    CreateMultiRegionEndpoint = {
      does = "Makes an endpoint over this Region, the primary, and a second one.",
      beware = "It is CREATING for a while; mail may name it once `endpoints:get` says READY. Identities, "
        .. "configuration sets and templates must exist in both Regions under the same names.",
      example = { details = { routes_details = { { region = "us-east-1" } } } },
    },
    DeleteMultiRegionEndpoint = {
      does = "Removes an endpoint; mail that names its id is refused afterwards.",
      beware = "Only from the primary Region.",
    },
    GetMultiRegionEndpoint = {
      does = "Reads an endpoint's state, its id and its Regions.",
    },
    ListMultiRegionEndpoints = {
      does = "Lists the endpoints whose primary is this Region.",
    },
  },
}
