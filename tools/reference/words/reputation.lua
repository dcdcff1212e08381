-- What the reference says of client.reputation.
return {
  about = "The standing of tenants and other entities: whether they may send, who said so, and by which policy.",
  operations = {
    GetReputationEntity = {
      does = "Reads an entity's standing: your switch, AWS's switch, and what both amount to.",
      beware = "The reference is an ARN, of a tenant for example; it stands in the path and is encoded for you.",
    },
    ListReputationEntities = {
      does = "Lists entities with their standing; filter for those that are disabled or whose reputation suffers.",
    },
    UpdateReputationEntityCustomerManagedStatus = {
      does = "Pauses or resumes the sending of one entity by hand, such as a tenant with too many complaints.",
      beware = "REINSTATED lets it send although the policy found fault with it. Where AWS disabled it, "
        .. "your switch does not help.",
      example = { sending_status = "DISABLED" },
    },
    UpdateReputationEntityPolicy = {
      does = "Chooses the policy by which AWS pauses an entity of itself when its reputation falls.",
    },
  },
}
