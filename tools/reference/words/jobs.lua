-- What the reference says of client.jobs.
return {
  about = "Long work on files in S3: imports of contacts and suppressed addresses, exports of metrics and "
    .. "message insights.",
  operations = {
    CancelExportJob = {
      does = "Stops an export that is not done.",
      beware = "One that is completed or failed cannot be cancelled.",
    },
    CreateExportJob = {
      does = "Exports metrics or message insights of a span of time as CSV or JSON, for later download.",
      beware = "Give one data source, not both. The result is a link that expires; `jobs:get_export` has "
        .. "it once `job_status` is COMPLETED, which `jobs:wait_until_done` waits for.",
      example = {
        export_data_source = {
          metrics_data_source = {
            dimensions = { EMAIL_IDENTITY = { "lantern.example" } },
            end_date = "2025-03-08T00:00:00Z",
            metrics = { { aggregation = "VOLUME", name = "DELIVERY" } },
            namespace = "VDM",
            start_date = "2025-03-01T00:00:00Z",
          },
        },
        export_destination = { data_format = "CSV" },
      },
    },
    CreateImportJob = {
      does = "Adds to, or removes from, the suppression list or a contact list all that a file in S3 holds.",
      beware = "SES must be allowed to read the bucket, which is in the same Region. Faulty rows do not "
        .. "stop the job: see `failed_records_count` of `jobs:get_import`.",
      example = {
        import_data_source = { data_format = "CSV", s3_url = "s3://lantern-mail/suppressed.csv" },
        import_destination = { suppression_list_destination = { suppression_list_import_action = "PUT" } },
      },
    },
    GetExportJob = {
      does = "Reads an export's state, its counts and, once it is done, where its file is.",
    },
    GetImportJob = {
      does = "Reads an import's state and its counts, and where the refused rows are written down.",
    },
    ListExportJobs = {
      does = "Lists exports, by state or kind where you like.",
    },
    ListImportJobs = {
      does = "Lists imports, by the kind of list that they fill where you like.",
    },
  },
}
