-- Made by tools/gen_model.lua from AWS's published JSON. Change that, not this.
return {
  operations = {
    SendCustomVerificationEmail = {
      errors = {
        "BadRequestException",
        "LimitExceededException",
        "MailFromDomainNotVerifiedException",
        "MessageRejected",
        "NotFoundException",
        "SendingPausedException",
        "TooManyRequestsException",
      },
      input = "SendCustomVerificationEmailRequest",
      method = "POST",
      output = "SendCustomVerificationEmailResponse",
      uri = "/v2/email/outbound-custom-verification-emails",
    },
  },
  shapes = {
    SendCustomVerificationEmailRequest = {
      members = {
        ConfigurationSetName = "ConfigurationSetName",
        EmailAddress = "EmailAddress",
        TemplateName = "EmailTemplateName",
      },
      required = { "EmailAddress", "TemplateName" },
      type = "structure",
    },
    SendCustomVerificationEmailResponse = {
      members = { MessageId = "OutboundMessageId" },
      type = "structure",
    },
  },
}
