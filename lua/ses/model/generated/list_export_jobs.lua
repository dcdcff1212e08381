-- Made by tools/gen_model.lua from AWS's published JSON. Change that, not this.
return {
  operations = {
    ListExportJobs = {
      errors = { "BadRequestException", "TooManyRequestsException" },
      input = "ListExportJobsRequest",
      method = "POST",
      output = "ListExportJobsResponse",
      pagination = {
        input_token = "NextToken",
        limit_key = "PageSize",
        output_token = "NextToken",
        result_key = "ExportJobs",
      },
      uri = "/v2/email/list-export-jobs",
    },
  },
  shapes = {
    ExportJobSummary = {
      members = {
        CompletedTimestamp = "Timestamp",
        CreatedTimestamp = "Timestamp",
        ExportSourceType = "ExportSourceType",
        JobId = "JobId",
        JobStatus = "JobStatus",
      },
      type = "structure",
    },
    ExportJobSummaryList = { member = "ExportJobSummary", type = "list" },
    ListExportJobsRequest = {
      members = {
        ExportSourceType = "ExportSourceType",
        JobStatus = "JobStatus",
        NextToken = "NextToken",
        PageSize = "MaxItems",
      },
      type = "structure",
    },
    ListExportJobsResponse = {
      members = { ExportJobs = "ExportJobSummaryList", NextToken = "NextToken" },
      type = "structure",
    },
  },
}
