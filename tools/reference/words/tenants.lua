-- What the reference says of client.tenants.
return {
  about = "Tenants: the customers of a sender of many, each with a reputation, resources and suppression "
    .. "of its own.",
  operations = {
    CreateTenant = {
      does = "Makes a tenant, so that what one customer sends does not cost the others their reputation.",
      beware = "Mail is counted for it only where the send names `tenant_name`, and then may use only what "
        .. "`tenants:create_resource_association` gave it.",
    },
    CreateTenantResourceAssociation = {
      does = "Lets a tenant use an identity, a configuration set or a template of the account.",
      beware = "Resources can serve several tenants.",
    },
    DeleteTenant = {
      does = "Removes a tenant; the resources that it used stay.",
      beware = "Mail that still names it is refused.",
    },
    DeleteTenantResourceAssociation = {
      does = "Takes a resource away from a tenant, which cannot send with it from then on.",
    },
    GetTenant = {
      does = "Reads a tenant: its ids, tags, and whether it may send.",
    },
    ListResourceTenants = {
      does = "Lists the tenants that use a resource; look before you delete one.",
    },
    ListTenantResources = {
      does = "Lists what a tenant may use, by kind where you like.",
    },
    ListTenants = {
      does = "Lists the tenants with their standing.",
    },
    PutTenantSuppressionAttributes = {
      does = "Says which events suppress an address for a tenant, and whether by the account's list or one "
        .. "of its own.",
      beware = "With the scope TENANT a complaint to one customer no longer stops the others' mail.",
      example = { suppressed_reasons = { "BOUNCE", "COMPLAINT" }, suppression_scope = "TENANT" },
    },
  },
}
