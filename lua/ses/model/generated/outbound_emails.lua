-- Made by tools/gen_model.lua from AWS's published JSON. Change that, not this.
return {
  operations = {
    SendEmail = {
      endpoint_id = "EndpointId",
      errors = {
        "AccountSuspendedException",
        "BadRequestException",
        "LimitExceededException",
        "MailFromDomainNotVerifiedException",
        "MessageRejected",
        "NotFoundException",
        "SendingPausedException",
        "TooManyRequestsException",
      },
      input = "SendEmailRequest",
      method = "POST",
      output = "SendEmailResponse",
      uri = "/v2/email/outbound-emails",
    },
  },
  shapes = {
    ListManagementOptions = {
      members = { ContactListName = "ContactListName", TopicName = "TopicName" },
      required = { "ContactListName" },
      type = "structure",
    },
    SendEmailRequest = {
      members = {
        ConfigurationOverrides = "ConfigurationOverrides",
        ConfigurationSetName = "ConfigurationSetName",
        Content = "EmailContent",
        Destination = "Destination",
        EmailTags = "MessageTagList",
        EndpointId = "EndpointId",
        FeedbackForwardingEmailAddress = "EmailAddress",
        FeedbackForwardingEmailAddressIdentityArn = "AmazonResourceName",
        FromEmailAddress = "EmailAddress",
        FromEmailAddressIdentityArn = "AmazonResourceName",
        ListManagementOptions = "ListManagementOptions",
        ReplyToAddresses = "EmailAddressList",
        TenantName = "TenantName",
      },
      required = { "Content" },
      type = "structure",
    },
    SendEmailResponse = { members = { MessageId = "OutboundMessageId" }, type = "structure" },
  },
}
