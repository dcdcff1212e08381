-- Made by tools/gen_model.lua from AWS's published JSON. Change that, not this.
return {
  operations = {
    CreateImportJob = {
      errors = { "BadRequestException", "LimitExceededException", "TooManyRequestsException" },
      input = "CreateImportJobRequest",
      method = "POST",
      output = "CreateImportJobResponse",
      uri = "/v2/email/import-jobs",
    },
    GetImportJob = {
      errors = { "BadRequestException", "NotFoundException", "TooManyRequestsException" },
      input = "GetImportJobRequest",
      method = "GET",
      output = "GetImportJobResponse",
      uri = "/v2/email/import-jobs/{JobId}",
    },
    ListImportJobs = {
      errors = { "BadRequestException", "TooManyRequestsException" },
      input = "ListImportJobsRequest",
      method = "POST",
      output = "ListImportJobsResponse",
      pagination = {
        input_token = "NextToken",
        limit_key = "PageSize",
        output_token = "NextToken",
        result_key = "ImportJobs",
      },
      uri = "/v2/email/import-jobs/list",
    },
  },
  shapes = {
    ContactListDestination = {
      members = {
        ContactListImportAction = "ContactListImportAction",
        ContactListName = "ContactListName",
      },
      required = { "ContactListImportAction", "ContactListName" },
      type = "structure",
    },
    ContactListImportAction = { enum = { "DELETE", "PUT" }, type = "string" },
    CreateImportJobRequest = {
      members = { ImportDataSource = "ImportDataSource", ImportDestination = "ImportDestination" },
      required = { "ImportDataSource", "ImportDestination" },
      type = "structure",
    },
    CreateImportJobResponse = { members = { JobId = "JobId" }, type = "structure" },
    FailedRecordsCount = { type = "integer" },
    GetImportJobRequest = {
      members = { JobId = "JobId" },
      required = { "JobId" },
      type = "structure",
      uri = { JobId = "JobId" },
    },
    GetImportJobResponse = {
      members = {
        CompletedTimestamp = "Timestamp",
        CreatedTimestamp = "Timestamp",
        FailedRecordsCount = "FailedRecordsCount",
        FailureInfo = "FailureInfo",
        ImportDataSource = "ImportDataSource",
        ImportDestination = "ImportDestination",
        JobId = "JobId",
        JobStatus = "JobStatus",
        ProcessedRecordsCount = "ProcessedRecordsCount",
      },
      type = "structure",
    },
    ImportDataSource = {
      members = { DataFormat = "DataFormat", S3Url = "S3Url" },
      required = { "DataFormat", "S3Url" },
      type = "structure",
    },
    ImportDestination = {
      members = {
        ContactListDestination = "ContactListDestination",
        SuppressionListDestination = "SuppressionListDestination",
      },
      type = "structure",
    },
    ImportDestinationType = { enum = { "CONTACT_LIST", "SUPPRESSION_LIST" }, type = "string" },
    ImportJobSummary = {
      members = {
        CreatedTimestamp = "Timestamp",
        FailedRecordsCount = "FailedRecordsCount",
        ImportDestination = "ImportDestination",
        JobId = "JobId",
        JobStatus = "JobStatus",
        ProcessedRecordsCount = "ProcessedRecordsCount",
      },
      type = "structure",
    },
    ImportJobSummaryList = { member = "ImportJobSummary", type = "list" },
    ListImportJobsRequest = {
      members = {
        ImportDestinationType = "ImportDestinationType",
        NextToken = "NextToken",
        PageSize = "MaxItems",
      },
      type = "structure",
    },
    ListImportJobsResponse = {
      members = { ImportJobs = "ImportJobSummaryList", NextToken = "NextToken" },
      type = "structure",
    },
    SuppressionListDestination = {
      members = { SuppressionListImportAction = "SuppressionListImportAction" },
      required = { "SuppressionListImportAction" },
      type = "structure",
    },
    SuppressionListImportAction = { enum = { "DELETE", "PUT" }, type = "string" },
  },
}
