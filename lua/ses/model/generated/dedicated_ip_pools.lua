-- Made by tools/gen_model.lua from AWS's published JSON. Change that, not this.
return {
  operations = {
    CreateDedicatedIpPool = {
      errors = {
        "AlreadyExistsException",
        "BadRequestException",
        "ConcurrentModificationException",
        "LimitExceededException",
        "TooManyRequestsException",
      },
      input = "CreateDedicatedIpPoolRequest",
      method = "POST",
      output = "CreateDedicatedIpPoolResponse",
      uri = "/v2/email/dedicated-ip-pools",
    },
    DeleteDedicatedIpPool = {
      errors = {
        "BadRequestException",
        "ConcurrentModificationException",
        "NotFoundException",
        "TooManyRequestsException",
      },
      input = "DeleteDedicatedIpPoolRequest",
      method = "DELETE",
      output = "DeleteDedicatedIpPoolResponse",
      uri = "/v2/email/dedicated-ip-pools/{PoolName}",
    },
    GetDedicatedIpPool = {
      errors = { "BadRequestException", "NotFoundException", "TooManyRequestsException" },
      input = "GetDedicatedIpPoolRequest",
      method = "GET",
      output = "GetDedicatedIpPoolResponse",
      uri = "/v2/email/dedicated-ip-pools/{PoolName}",
    },
    ListDedicatedIpPools = {
      errors = { "BadRequestException", "TooManyRequestsException" },
      input = "ListDedicatedIpPoolsRequest",
      method = "GET",
      output = "ListDedicatedIpPoolsResponse",
      pagination = {
        input_token = "NextToken",
        limit_key = "PageSize",
        output_token = "NextToken",
        result_key = "DedicatedIpPools",
      },
      uri = "/v2/email/dedicated-ip-pools",
    },
    PutDedicatedIpPoolScalingAttributes = {
      errors = {
        "BadRequestException",
        "ConcurrentModificationException",
        "NotFoundException",
        "TooManyRequestsException",
      },
      idempotent = true,
      input = "PutDedicatedIpPoolScalingAttributesRequest",
      method = "PUT",
      output = "PutDedicatedIpPoolScalingAttributesResponse",
      uri = "/v2/email/dedicated-ip-pools/{PoolName}/scaling",
    },
  },
  shapes = {
    CreateDedicatedIpPoolRequest = {
      members = { PoolName = "PoolName", ScalingMode = "ScalingMode", Tags = "TagList" },
      required = { "PoolName" },
      type = "structure",
    },
    CreateDedicatedIpPoolResponse = { members = {}, type = "structure" },
    DedicatedIpPool = {
      members = { PoolName = "PoolName", ScalingMode = "ScalingMode" },
      required = { "PoolName", "ScalingMode" },
      type = "structure",
    },
    DeleteDedicatedIpPoolRequest = {
      members = { PoolName = "PoolName" },
      required = { "PoolName" },
      type = "structure",
      uri = { PoolName = "PoolName" },
    },
    DeleteDedicatedIpPoolResponse = { members = {}, type = "structure" },
    GetDedicatedIpPoolRequest = {
      members = { PoolName = "PoolName" },
      required = { "PoolName" },
      type = "structure",
      uri = { PoolName = "PoolName" },
    },
    GetDedicatedIpPoolResponse = {
      members = { DedicatedIpPool = "DedicatedIpPool" },
      type = "structure",
    },
    ListDedicatedIpPoolsRequest = {
      members = { NextToken = "NextToken", PageSize = "MaxItems" },
      query = { NextToken = "NextToken", PageSize = "PageSize" },
      type = "structure",
    },
    ListDedicatedIpPoolsResponse = {
      members = { DedicatedIpPools = "ListOfDedicatedIpPools", NextToken = "NextToken" },
      type = "structure",
    },
    ListOfDedicatedIpPools = { member = "PoolName", type = "list" },
    PutDedicatedIpPoolScalingAttributesRequest = {
      members = { PoolName = "PoolName", ScalingMode = "ScalingMode" },
      required = { "PoolName", "ScalingMode" },
      type = "structure",
      uri = { PoolName = "PoolName" },
    },
    PutDedicatedIpPoolScalingAttributesResponse = { members = {}, type = "structure" },
    ScalingMode = { enum = { "MANAGED", "STANDARD" }, type = "string" },
  },
}
