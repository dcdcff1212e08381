-- Made by tools/gen_model.lua from AWS's published JSON. Change that, not this.
return {
  operations = {
    CreateTenant = {
      errors = {
        "AlreadyExistsException",
        "BadRequestException",
        "LimitExceededException",
        "TooManyRequestsException",
      },
      input = "CreateTenantRequest",
      method = "POST",
      output = "CreateTenantResponse",
      uri = "/v2/email/tenants",
    },
    CreateTenantResourceAssociation = {
      errors = {
        "AlreadyExistsException",
        "BadRequestException",
        "NotFoundException",
        "TooManyRequestsException",
      },
      input = "CreateTenantResourceAssociationRequest",
      method = "POST",
      output = "CreateTenantResourceAssociationResponse",
      uri = "/v2/email/tenants/resources",
    },
    DeleteTenant = {
      errors = { "BadRequestException", "NotFoundException", "TooManyRequestsException" },
      input = "DeleteTenantRequest",
      method = "POST",
      output = "DeleteTenantResponse",
      uri = "/v2/email/tenants/delete",
    },
    DeleteTenantResourceAssociation = {
      errors = { "BadRequestException", "NotFoundException", "TooManyRequestsException" },
      input = "DeleteTenantResourceAssociationRequest",
      method = "POST",
      output = "DeleteTenantResourceAssociationResponse",
      uri = "/v2/email/tenants/resources/delete",
    },
    GetTenant = {
      errors = { "BadRequestException", "NotFoundException", "TooManyRequestsException" },
      input = "GetTenantRequest",
      method = "POST",
      output = "GetTenantResponse",
      uri = "/v2/email/tenants/get",
    },
    ListTenantResources = {
      errors = { "BadRequestException", "NotFoundException", "TooManyRequestsException" },
      input = "ListTenantResourcesRequest",
      method = "POST",
      output = "ListTenantResourcesResponse",
      pagination = {
        input_token = "NextToken",
        limit_key = "PageSize",
        output_token = "NextToken",
        result_key = "TenantResources",
      },
      uri = "/v2/email/tenants/resources/list",
    },
    ListTenants = {
      errors = { "BadRequestException", "TooManyRequestsException" },
      input = "ListTenantsRequest",
      method = "POST",
      output = "ListTenantsResponse",
      pagination = {
        input_token = "NextToken",
        limit_key = "PageSize",
        output_token = "NextToken",
        result_key = "Tenants",
      },
      uri = "/v2/email/tenants/list",
    },
  },
  shapes = {
    CreateTenantRequest = {
      members = {
        SuppressionAttributes = "TenantSuppressionAttributes",
        Tags = "TagList",
        TenantName = "TenantName",
      },
      required = { "TenantName" },
      type = "structure",
    },
    CreateTenantResourceAssociationRequest = {
      members = { ResourceArn = "AmazonResourceName", TenantName = "TenantName" },
      required = { "ResourceArn", "TenantName" },
      type = "structure",
    },
    CreateTenantResourceAssociationResponse = { members = {}, type = "structure" },
    CreateTenantResponse = {
      members = {
        CreatedTimestamp = "Timestamp",
        SendingStatus = "SendingStatus",
        SuppressionAttributes = "TenantSuppressionAttributes",
        Tags = "TagList",
        TenantArn = "AmazonResourceName",
        TenantId = "TenantId",
        TenantName = "TenantName",
      },
      type = "structure",
    },
    DeleteTenantRequest = {
      members = { TenantName = "TenantName" },
      required = { "TenantName" },
      type = "structure",
    },
    DeleteTenantResourceAssociationRequest = {
      members = { ResourceArn = "AmazonResourceName", TenantName = "TenantName" },
      required = { "ResourceArn", "TenantName" },
      type = "structure",
    },
    DeleteTenantResourceAssociationResponse = { members = {}, type = "structure" },
    DeleteTenantResponse = { members = {}, type = "structure" },
    GetTenantRequest = {
      members = { TenantName = "TenantName" },
      required = { "TenantName" },
      type = "structure",
    },
    GetTenantResponse = { members = { Tenant = "Tenant" }, type = "structure" },
    ListTenantResourcesFilter = {
      key = "ListTenantResourcesFilterKey",
      type = "map",
      value = "ListTenantResourcesFilterValue",
    },
    ListTenantResourcesFilterKey = { enum = { "RESOURCE_TYPE" }, type = "string" },
    ListTenantResourcesFilterValue = { max = 512, min = 1, type = "string" },
    ListTenantResourcesRequest = {
      members = {
        Filter = "ListTenantResourcesFilter",
        NextToken = "NextToken",
        PageSize = "MaxItems",
        TenantName = "TenantName",
      },
      required = { "TenantName" },
      type = "structure",
    },
    ListTenantResourcesResponse = {
      members = { NextToken = "NextToken", TenantResources = "TenantResourceList" },
      type = "structure",
    },
    ListTenantsRequest = {
      members = { Filter = "MapOfSdkString", NextToken = "NextToken", PageSize = "MaxItems" },
      type = "structure",
    },
    ListTenantsResponse = {
      members = { NextToken = "NextToken", Tenants = "TenantInfoList" },
      type = "structure",
    },
    ResourceType = {
      enum = { "CONFIGURATION_SET", "EMAIL_IDENTITY", "EMAIL_TEMPLATE" },
      type = "string",
    },
    Tenant = {
      members = {
        CreatedTimestamp = "Timestamp",
        SendingStatus = "SendingStatus",
        SuppressionAttributes = "TenantSuppressionAttributes",
        Tags = "TagList",
        TenantArn = "AmazonResourceName",
        TenantId = "TenantId",
        TenantName = "TenantName",
      },
      type = "structure",
    },
    TenantInfo = {
      members = {
        CreatedTimestamp = "Timestamp",
        SendingStatus = "SdkString",
        TenantArn = "AmazonResourceName",
        TenantId = "TenantId",
        TenantName = "TenantName",
      },
      type = "structure",
    },
    TenantInfoList = { member = "TenantInfo", type = "list" },
    TenantResource = {
      members = { ResourceArn = "AmazonResourceName", ResourceType = "ResourceType" },
      type = "structure",
    },
    TenantResourceList = { member = "TenantResource", type = "list" },
    TenantSuppressionAttributes = {
      members = {
        SuppressedReasons = "SuppressionListReasons",
        SuppressionScope = "SuppressionListScope",
      },
      type = "structure",
    },
  },
}
