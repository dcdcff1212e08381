-- Made by tools/gen_model.lua from AWS's published JSON. Change that, not this.
return {
  operations = {
    DeleteSuppressedDestination = {
      errors = { "BadRequestException", "NotFoundException", "TooManyRequestsException" },
      input = "DeleteSuppressedDestinationRequest",
      method = "DELETE",
      output = "DeleteSuppressedDestinationResponse",
      uri = "/v2/email/suppression/addresses/{EmailAddress}",
    },
    GetSuppressedDestination = {
      errors = { "BadRequestException", "NotFoundException", "TooManyRequestsException" },
      input = "GetSuppressedDestinationRequest",
      method = "GET",
      output = "GetSuppressedDestinationResponse",
      uri = "/v2/email/suppression/addresses/{EmailAddress}",
    },
    ListSuppressedDestinations = {
      errors = {
        "BadRequestException",
        "InvalidNextTokenException",
        "NotFoundException",
        "TooManyRequestsException",
      },
      input = "ListSuppressedDestinationsRequest",
      method = "GET",
      output = "ListSuppressedDestinationsResponse",
      pagination = {
        input_token = "NextToken",
        limit_key = "PageSize",
        output_token = "NextToken",
        result_key = "SuppressedDestinationSummaries",
      },
      uri = "/v2/email/suppression/addresses",
    },
    PutSuppressedDestination = {
      errors = { "BadRequestException", "NotFoundException", "TooManyRequestsException" },
      input = "PutSuppressedDestinationRequest",
      method = "PUT",
      output = "PutSuppressedDestinationResponse",
      uri = "/v2/email/suppression/addresses",
    },
  },
  shapes = {
    DeleteSuppressedDestinationRequest = {
      members = { EmailAddress = "EmailAddress", TenantName = "TenantName" },
      query = { TenantName = "TenantName" },
      required = { "EmailAddress" },
      type = "structure",
      uri = { EmailAddress = "EmailAddress" },
    },
    DeleteSuppressedDestinationResponse = { members = {}, type = "structure" },
    FeedbackId = { type = "string" },
    GetSuppressedDestinationRequest = {
      members = { EmailAddress = "EmailAddress", TenantName = "TenantName" },
      query = { TenantName = "TenantName" },
      required = { "EmailAddress" },
      type = "structure",
      uri = { EmailAddress = "EmailAddress" },
    },
    GetSuppressedDestinationResponse = {
      members = { SuppressedDestination = "SuppressedDestination" },
      required = { "SuppressedDestination" },
      type = "structure",
    },
    ListSuppressedDestinationsRequest = {
      members = {
        EndDate = "Timestamp",
        NextToken = "NextToken",
        PageSize = "MaxItems",
        Reasons = "SuppressionListReasons",
        StartDate = "Timestamp",
        TenantName = "TenantName",
      },
      query = {
        EndDate = "EndDate",
        NextToken = "NextToken",
        PageSize = "PageSize",
        Reasons = "Reason",
        StartDate = "StartDate",
        TenantName = "TenantName",
      },
      type = "structure",
    },
    ListSuppressedDestinationsResponse = {
      members = {
        NextToken = "NextToken",
        SuppressedDestinationSummaries = "SuppressedDestinationSummaries",
      },
      type = "structure",
    },
    PutSuppressedDestinationRequest = {
      members = {
        EmailAddress = "EmailAddress",
        Reason = "SuppressionListReason",
        TenantName = "TenantName",
      },
      required = { "EmailAddress", "Reason" },
      type = "structure",
    },
    PutSuppressedDestinationResponse = { members = {}, type = "structure" },
    SuppressedDestination = {
      members = {
        Attributes = "SuppressedDestinationAttributes",
        EmailAddress = "EmailAddress",
        LastUpdateTime = "Timestamp",
        Reason = "SuppressionListReason",
        TenantName = "TenantName",
      },
      required = { "EmailAddress", "LastUpdateTime", "Reason" },
      type = "structure",
    },
    SuppressedDestinationAttributes = {
      members = { FeedbackId = "FeedbackId", MessageId = "OutboundMessageId" },
      type = "structure",
    },
    SuppressedDestinationSummaries = { member = "SuppressedDestinationSummary", type = "list" },
    SuppressedDestinationSummary = {
      members = {
        EmailAddress = "EmailAddress",
        LastUpdateTime = "Timestamp",
        Reason = "SuppressionListReason",
      },
      required = { "EmailAddress", "LastUpdateTime", "Reason" },
      type = "structure",
    },
  },
}
