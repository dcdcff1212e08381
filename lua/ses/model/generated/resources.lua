-- Made by tools/gen_model.lua from AWS's published JSON. Change that, not this.
return {
  operations = {
    ListResourceTenants = {
      errors = { "BadRequestException", "NotFoundException", "TooManyRequestsException" },
      input = "ListResourceTenantsRequest",
      method = "POST",
      output = "ListResourceTenantsResponse",
      pagination = {
        input_token = "NextToken",
        limit_key = "PageSize",
        output_token = "NextToken",
        result_key = "ResourceTenants",
      },
      uri = "/v2/email/resources/tenants/list",
    },
  },
  shapes = {
    ListResourceTenantsRequest = {
      members = {
        NextToken = "NextToken",
        PageSize = "MaxItems",
        ResourceArn = "AmazonResourceName",
      },
      required = { "ResourceArn" },
      type = "structure",
    },
    ListResourceTenantsResponse = {
      members = { NextToken = "NextToken", ResourceTenants = "ResourceTenantMetadataList" },
      type = "structure",
    },
    ResourceTenantMetadata = {
      members = {
        AssociatedTimestamp = "Timestamp",
        ResourceArn = "AmazonResourceName",
        TenantId = "TenantId",
        TenantName = "TenantName",
      },
      type = "structure",
    },
    ResourceTenantMetadataList = { member = "ResourceTenantMetadata", type = "list" },
  },
}
