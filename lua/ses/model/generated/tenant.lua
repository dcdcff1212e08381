-- Made by tools/gen_model.lua from AWS's published JSON. Change that, not this.
return {
  operations = {
    PutTenantSuppressionAttributes = {
      errors = { "BadRequestException", "NotFoundException", "TooManyRequestsException" },
      input = "PutTenantSuppressionAttributesRequest",
      method = "POST",
      output = "PutTenantSuppressionAttributesResponse",
      uri = "/v2/email/tenant/suppression",
    },
  },
  shapes = {
    PutTenantSuppressionAttributesRequest = {
      members = {
        SuppressedReasons = "SuppressionListReasons",
        SuppressionScope = "SuppressionListScope",
        TenantName = "TenantName",
      },
      required = { "TenantName" },
      type = "structure",
    },
    PutTenantSuppressionAttributesResponse = { members = {}, type = "structure" },
  },
}
