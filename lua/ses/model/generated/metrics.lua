-- Made by tools/gen_model.lua from AWS's published JSON. Change that, not this.
return {
  operations = {
    BatchGetMetricData = {
      errors = {
        "BadRequestException",
        "InternalServiceErrorException",
        "NotFoundException",
        "TooManyRequestsException",
      },
      input = "BatchGetMetricDataRequest",
      method = "POST",
      output = "BatchGetMetricDataResponse",
      uri = "/v2/email/metrics/batch",
    },
  },
  shapes = {
    BatchGetMetricDataQueries = {
      max = 10,
      member = "BatchGetMetricDataQuery",
      min = 1,
      type = "list",
    },
    BatchGetMetricDataQuery = {
      members = {
        Dimensions = "Dimensions",
        EndDate = "Timestamp",
        Id = "QueryIdentifier",
        Metric = "Metric",
        Namespace = "MetricNamespace",
        StartDate = "Timestamp",
      },
      required = { "EndDate", "Id", "Metric", "Namespace", "StartDate" },
      type = "structure",
    },
    BatchGetMetricDataRequest = {
      members = { Queries = "BatchGetMetricDataQueries" },
      required = { "Queries" },
      type = "structure",
    },
    BatchGetMetricDataResponse = {
      members = { Errors = "MetricDataErrorList", Results = "MetricDataResultList" },
      type = "structure",
    },
    Counter = { type = "long" },
    Dimensions = {
      key = "MetricDimensionName",
      max = 3,
      min = 1,
      type = "map",
      value = "MetricDimensionValue",
    },
    MetricDataError = {
      members = { Code = "QueryErrorCode", Id = "QueryIdentifier", Message = "QueryErrorMessage" },
      type = "structure",
    },
    MetricDataErrorList = { member = "MetricDataError", type = "list" },
    MetricDataResult = {
      members = { Id = "QueryIdentifier", Timestamps = "TimestampList", Values = "MetricValueList" },
      type = "structure",
    },
    MetricDataResultList = { member = "MetricDataResult", type = "list" },
    MetricValueList = { member = "Counter", type = "list" },
    QueryErrorCode = { enum = { "ACCESS_DENIED", "INTERNAL_FAILURE" }, type = "string" },
    QueryErrorMessage = { type = "string" },
    QueryIdentifier = { max = 255, min = 1, type = "string" },
    TimestampList = { member = "Timestamp", type = "list" },
  },
}
