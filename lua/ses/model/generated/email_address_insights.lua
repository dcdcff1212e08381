-- Made by tools/gen_model.lua from AWS's published JSON. Change that, not this.
return {
  operations = {
    GetEmailAddressInsights = {
      errors = { "BadRequestException", "TooManyRequestsException" },
      input = "GetEmailAddressInsightsRequest",
      method = "POST",
      output = "GetEmailAddressInsightsResponse",
      uri = "/v2/email/email-address-insights/",
    },
  },
  shapes = {
    EmailAddressInsightsConfidenceVerdict = { enum = { "HIGH", "LOW", "MEDIUM" }, type = "string" },
    EmailAddressInsightsMailboxEvaluations = {
      members = {
        HasValidDnsRecords = "EmailAddressInsightsVerdict",
        HasValidSyntax = "EmailAddressInsightsVerdict",
        IsDisposable = "EmailAddressInsightsVerdict",
        IsRandomInput = "EmailAddressInsightsVerdict",
        IsRoleAddress = "EmailAddressInsightsVerdict",
        MailboxExists = "EmailAddressInsightsVerdict",
      },
      type = "structure",
    },
    EmailAddressInsightsVerdict = {
      members = { ConfidenceVerdict = "EmailAddressInsightsConfidenceVerdict" },
      type = "structure",
    },
    GetEmailAddressInsightsRequest = {
      members = { EmailAddress = "EmailAddress" },
      required = { "EmailAddress" },
      type = "structure",
    },
    GetEmailAddressInsightsResponse = {
      members = { MailboxValidation = "MailboxValidation" },
      type = "structure",
    },
    MailboxValidation = {
      members = {
        Evaluations = "EmailAddressInsightsMailboxEvaluations",
        IsValid = "EmailAddressInsightsVerdict",
      },
      type = "structure",
    },
  },
}
