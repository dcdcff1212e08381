-- Made by tools/gen_model.lua from AWS's published JSON. Change that, not this.
return {
  operations = {
    ListRecommendations = {
      errors = { "BadRequestException", "NotFoundException", "TooManyRequestsException" },
      input = "ListRecommendationsRequest",
      method = "POST",
      output = "ListRecommendationsResponse",
      pagination = {
        input_token = "NextToken",
        limit_key = "PageSize",
        output_token = "NextToken",
        result_key = "Recommendations",
      },
      uri = "/v2/email/vdm/recommendations",
    },
  },
  shapes = {
    ListRecommendationFilterValue = { max = 512, min = 1, type = "string" },
    ListRecommendationsFilter = {
      key = "ListRecommendationsFilterKey",
      max = 2,
      min = 1,
      type = "map",
      value = "ListRecommendationFilterValue",
    },
    ListRecommendationsFilterKey = {
      enum = { "IMPACT", "RESOURCE_ARN", "STATUS", "TYPE" },
      type = "string",
    },
    ListRecommendationsRequest = {
      members = {
        Filter = "ListRecommendationsFilter",
        NextToken = "NextToken",
        PageSize = "MaxItems",
      },
      type = "structure",
    },
    ListRecommendationsResponse = {
      members = { NextToken = "NextToken", Recommendations = "RecommendationsList" },
      type = "structure",
    },
    Recommendation = {
      members = {
        CreatedTimestamp = "Timestamp",
        Description = "RecommendationDescription",
        Impact = "RecommendationImpact",
        LastUpdatedTimestamp = "Timestamp",
        ResourceArn = "AmazonResourceName",
        Status = "RecommendationStatus",
        Type = "RecommendationType",
      },
      type = "structure",
    },
    RecommendationDescription = { type = "string" },
    RecommendationStatus = { enum = { "FIXED", "OPEN" }, type = "string" },
    RecommendationType = {
      enum = { "BIMI", "BOUNCE", "COMPLAINT", "DKIM", "DMARC", "FEEDBACK_3P", "IP_LISTING", "SPF" },
      type = "string",
    },
    RecommendationsList = { member = "Recommendation", type = "list" },
  },
}
