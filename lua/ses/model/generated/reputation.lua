-- Made by tools/gen_model.lua from AWS's published JSON. Change that, not this.
return {
  operations = {
    GetReputationEntity = {
      errors = { "BadRequestException", "NotFoundException", "TooManyRequestsException" },
      input = "GetReputationEntityRequest",
      method = "GET",
      output = "GetReputationEntityResponse",
      uri = "/v2/email/reputation/entities/{ReputationEntityType}/{ReputationEntityReference}",
    },
    ListReputationEntities = {
      errors = { "BadRequestException", "TooManyRequestsException" },
      input = "ListReputationEntitiesRequest",
      method = "POST",
      output = "ListReputationEntitiesResponse",
      pagination = {
        input_token = "NextToken",
        limit_key = "PageSize",
        output_token = "NextToken",
        result_key = "ReputationEntities",
      },
      uri = "/v2/email/reputation/entities",
    },
    UpdateReputationEntityCustomerManagedStatus = {
      errors = { "BadRequestException", "ConflictException", "TooManyRequestsException" },
      input = "UpdateReputationEntityCustomerManagedStatusRequest",
      method = "PUT",
      output = "UpdateReputationEntityCustomerManagedStatusResponse",
      uri = "/v2/email/reputation/entities/{ReputationEntityType}/{ReputationEntityReference}/customer-managed-status",
    },
    UpdateReputationEntityPolicy = {
      errors = { "BadRequestException", "ConflictException", "TooManyRequestsException" },
      input = "UpdateReputationEntityPolicyRequest",
      method = "PUT",
      output = "UpdateReputationEntityPolicyResponse",
      uri = "/v2/email/reputation/entities/{ReputationEntityType}/{ReputationEntityReference}/policy",
    },
  },
  shapes = {
    GetReputationEntityRequest = {
      members = {
        ReputationEntityReference = "ReputationEntityReference",
        ReputationEntityType = "ReputationEntityType",
      },
      required = { "ReputationEntityReference", "ReputationEntityType" },
      type = "structure",
      uri = {
        ReputationEntityReference = "ReputationEntityReference",
        ReputationEntityType = "ReputationEntityType",
      },
    },
    GetReputationEntityResponse = {
      members = { ReputationEntity = "ReputationEntity" },
      type = "structure",
    },
    ListReputationEntitiesRequest = {
      members = {
        Filter = "ReputationEntityFilter",
        NextToken = "NextToken",
        PageSize = "MaxItems",
      },
      type = "structure",
    },
    ListReputationEntitiesResponse = {
      members = { NextToken = "NextToken", ReputationEntities = "ReputationEntitiesList" },
      type = "structure",
    },
    ReputationEntitiesList = { member = "ReputationEntity", type = "list" },
    ReputationEntity = {
      members = {
        AwsSesManagedStatus = "StatusRecord",
        CustomerManagedStatus = "StatusRecord",
        ReputationEntityReference = "ReputationEntityReference",
        ReputationEntityType = "ReputationEntityType",
        ReputationImpact = "RecommendationImpact",
        ReputationManagementPolicy = "AmazonResourceName",
        SendingStatusAggregate = "SendingStatus",
      },
      type = "structure",
    },
    ReputationEntityFilter = {
      key = "ReputationEntityFilterKey",
      type = "map",
      value = "ReputationEntityFilterValue",
    },
    ReputationEntityFilterKey = {
      enum = { "ENTITY_REFERENCE_PREFIX", "ENTITY_TYPE", "REPUTATION_IMPACT", "SENDING_STATUS" },
      type = "string",
    },
    ReputationEntityFilterValue = { max = 512, min = 1, type = "string" },
    ReputationEntityReference = { min = 1, type = "string" },
    ReputationEntityType = { enum = { "RESOURCE" }, type = "string" },
    StatusCause = { max = 512, min = 1, type = "string" },
    StatusRecord = {
      members = {
        Cause = "StatusCause",
        LastUpdatedTimestamp = "Timestamp",
        Status = "SendingStatus",
      },
      type = "structure",
    },
    UpdateReputationEntityCustomerManagedStatusRequest = {
      members = {
        ReputationEntityReference = "ReputationEntityReference",
        ReputationEntityType = "ReputationEntityType",
        SendingStatus = "SendingStatus",
      },
      required = { "ReputationEntityReference", "ReputationEntityType", "SendingStatus" },
      type = "structure",
      uri = {
        ReputationEntityReference = "ReputationEntityReference",
        ReputationEntityType = "ReputationEntityType",
      },
    },
    UpdateReputationEntityCustomerManagedStatusResponse = { members = {}, type = "structure" },
    UpdateReputationEntityPolicyRequest = {
      members = {
        ReputationEntityPolicy = "AmazonResourceName",
        ReputationEntityReference = "ReputationEntityReference",
        ReputationEntityType = "ReputationEntityType",
      },
      required = { "ReputationEntityPolicy", "ReputationEntityReference", "ReputationEntityType" },
      type = "structure",
      uri = {
        ReputationEntityReference = "ReputationEntityReference",
        ReputationEntityType = "ReputationEntityType",
      },
    },
    UpdateReputationEntityPolicyResponse = { members = {}, type = "structure" },
  },
}
