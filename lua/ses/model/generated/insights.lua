-- Made by tools/gen_model.lua from AWS's published JSON. Change that, not this.
return {
  operations = {
    GetMessageInsights = {
      errors = { "BadRequestException", "NotFoundException", "TooManyRequestsException" },
      input = "GetMessageInsightsRequest",
      method = "GET",
      output = "GetMessageInsightsResponse",
      uri = "/v2/email/insights/{MessageId}/",
    },
  },
  shapes = {
    Bounce = {
      members = {
        BounceSubType = "BounceSubType",
        BounceType = "BounceType",
        DiagnosticCode = "DiagnosticCode",
      },
      type = "structure",
    },
    BounceSubType = { type = "string" },
    BounceType = { enum = { "PERMANENT", "TRANSIENT", "UNDETERMINED" }, type = "string" },
    Complaint = {
      members = {
        ComplaintFeedbackType = "ComplaintFeedbackType",
        ComplaintSubType = "ComplaintSubType",
      },
      type = "structure",
    },
    ComplaintFeedbackType = { type = "string" },
    ComplaintSubType = { type = "string" },
    DiagnosticCode = { type = "string" },
    EmailInsights = {
      members = { Destination = "InsightsEmailAddress", Events = "InsightsEvents", Isp = "Isp" },
      type = "structure",
    },
    EmailInsightsList = { member = "EmailInsights", type = "list" },
    EventDetails = { members = { Bounce = "Bounce", Complaint = "Complaint" }, type = "structure" },
    GetMessageInsightsRequest = {
      members = { MessageId = "OutboundMessageId" },
      required = { "MessageId" },
      type = "structure",
      uri = { MessageId = "MessageId" },
    },
    GetMessageInsightsResponse = {
      members = {
        EmailTags = "MessageTagList",
        FromEmailAddress = "InsightsEmailAddress",
        Insights = "EmailInsightsList",
        MessageId = "OutboundMessageId",
        Subject = "EmailSubject",
      },
      type = "structure",
    },
    InsightsEvent = {
      members = { Details = "EventDetails", Timestamp = "Timestamp", Type = "EventType" },
      type = "structure",
    },
    InsightsEvents = { member = "InsightsEvent", type = "list" },
  },
}
