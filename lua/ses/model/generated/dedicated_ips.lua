-- Made by tools/gen_model.lua from AWS's published JSON. Change that, not this.
return {
  operations = {
    GetDedicatedIp = {
      errors = { "BadRequestException", "NotFoundException", "TooManyRequestsException" },
      input = "GetDedicatedIpRequest",
      method = "GET",
      output = "GetDedicatedIpResponse",
      uri = "/v2/email/dedicated-ips/{Ip}",
    },
    GetDedicatedIps = {
      errors = { "BadRequestException", "NotFoundException", "TooManyRequestsException" },
      input = "GetDedicatedIpsRequest",
      method = "GET",
      output = "GetDedicatedIpsResponse",
      pagination = {
        input_token = "NextToken",
        limit_key = "PageSize",
        output_token = "NextToken",
        result_key = "DedicatedIps",
      },
      uri = "/v2/email/dedicated-ips",
    },
    PutDedicatedIpInPool = {
      errors = { "BadRequestException", "NotFoundException", "TooManyRequestsException" },
      input = "PutDedicatedIpInPoolRequest",
      method = "PUT",
      output = "PutDedicatedIpInPoolResponse",
      uri = "/v2/email/dedicated-ips/{Ip}/pool",
    },
    PutDedicatedIpWarmupAttributes = {
      errors = { "BadRequestException", "NotFoundException", "TooManyRequestsException" },
      input = "PutDedicatedIpWarmupAttributesRequest",
      method = "PUT",
      output = "PutDedicatedIpWarmupAttributesResponse",
      uri = "/v2/email/dedicated-ips/{Ip}/warmup",
    },
  },
  shapes = {
    DedicatedIp = {
      members = {
        Ip = "Ip",
        PoolName = "PoolName",
        WarmupPercentage = "Percentage100Wrapper",
        WarmupStatus = "WarmupStatus",
      },
      required = { "Ip", "WarmupPercentage", "WarmupStatus" },
      type = "structure",
    },
    DedicatedIpList = { member = "DedicatedIp", type = "list" },
    GetDedicatedIpRequest = {
      members = { Ip = "Ip" },
      required = { "Ip" },
      type = "structure",
      uri = { Ip = "Ip" },
    },
    GetDedicatedIpResponse = { members = { DedicatedIp = "DedicatedIp" }, type = "structure" },
    GetDedicatedIpsRequest = {
      members = { NextToken = "NextToken", PageSize = "MaxItems", PoolName = "PoolName" },
      query = { NextToken = "NextToken", PageSize = "PageSize", PoolName = "PoolName" },
      type = "structure",
    },
    GetDedicatedIpsResponse = {
      members = { DedicatedIps = "DedicatedIpList", NextToken = "NextToken" },
      type = "structure",
    },
    Percentage100Wrapper = { type = "integer" },
    PutDedicatedIpInPoolRequest = {
      members = { DestinationPoolName = "PoolName", Ip = "Ip" },
      required = { "DestinationPoolName", "Ip" },
      type = "structure",
      uri = { Ip = "Ip" },
    },
    PutDedicatedIpInPoolResponse = { members = {}, type = "structure" },
    PutDedicatedIpWarmupAttributesRequest = {
      members = { Ip = "Ip", WarmupPercentage = "Percentage100Wrapper" },
      required = { "Ip", "WarmupPercentage" },
      type = "structure",
      uri = { Ip = "Ip" },
    },
    PutDedicatedIpWarmupAttributesResponse = { members = {}, type = "structure" },
    WarmupStatus = { enum = { "DONE", "IN_PROGRESS", "NOT_APPLICABLE" }, type = "string" },
  },
}
