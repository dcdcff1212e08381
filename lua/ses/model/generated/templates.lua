-- Made by tools/gen_model.lua from AWS's published JSON. Change that, not this.
return {
  operations = {
    CreateEmailTemplate = {
      errors = {
        "AlreadyExistsException",
        "BadRequestException",
        "LimitExceededException",
        "TooManyRequestsException",
      },
      input = "CreateEmailTemplateRequest",
      method = "POST",
      output = "CreateEmailTemplateResponse",
      uri = "/v2/email/templates",
    },
    DeleteEmailTemplate = {
      errors = { "BadRequestException", "NotFoundException", "TooManyRequestsException" },
      input = "DeleteEmailTemplateRequest",
      method = "DELETE",
      output = "DeleteEmailTemplateResponse",
      uri = "/v2/email/templates/{TemplateName}",
    },
    GetEmailTemplate = {
      errors = { "BadRequestException", "NotFoundException", "TooManyRequestsException" },
      input = "GetEmailTemplateRequest",
      method = "GET",
      output = "GetEmailTemplateResponse",
      uri = "/v2/email/templates/{TemplateName}",
    },
    ListEmailTemplates = {
      errors = { "BadRequestException", "TooManyRequestsException" },
      input = "ListEmailTemplatesRequest",
      method = "GET",
      output = "ListEmailTemplatesResponse",
      pagination = {
        input_token = "NextToken",
        limit_key = "PageSize",
        output_token = "NextToken",
        result_key = "TemplatesMetadata",
      },
      uri = "/v2/email/templates",
    },
    TestRenderEmailTemplate = {
      errors = { "BadRequestException", "NotFoundException", "TooManyRequestsException" },
      input = "TestRenderEmailTemplateRequest",
      method = "POST",
      output = "TestRenderEmailTemplateResponse",
      uri = "/v2/email/templates/{TemplateName}/render",
    },
    UpdateEmailTemplate = {
      errors = { "BadRequestException", "NotFoundException", "TooManyRequestsException" },
      input = "UpdateEmailTemplateRequest",
      method = "PUT",
      output = "UpdateEmailTemplateResponse",
      uri = "/v2/email/templates/{TemplateName}",
    },
  },
  shapes = {
    CreateEmailTemplateRequest = {
      members = {
        Tags = "TagList",
        TemplateContent = "EmailTemplateContent",
        TemplateName = "EmailTemplateName",
      },
      required = { "TemplateContent", "TemplateName" },
      type = "structure",
    },
    CreateEmailTemplateResponse = { members = {}, type = "structure" },
    DeleteEmailTemplateRequest = {
      members = { TemplateName = "EmailTemplateName" },
      required = { "TemplateName" },
      type = "structure",
      uri = { TemplateName = "TemplateName" },
    },
    DeleteEmailTemplateResponse = { members = {}, type = "structure" },
    EmailTemplateMetadata = {
      members = { CreatedTimestamp = "Timestamp", TemplateName = "EmailTemplateName" },
      type = "structure",
    },
    EmailTemplateMetadataList = { member = "EmailTemplateMetadata", type = "list" },
    GetEmailTemplateRequest = {
      members = { TemplateName = "EmailTemplateName" },
      required = { "TemplateName" },
      type = "structure",
      uri = { TemplateName = "TemplateName" },
    },
    GetEmailTemplateResponse = {
      members = {
        Tags = "TagList",
        TemplateContent = "EmailTemplateContent",
        TemplateName = "EmailTemplateName",
      },
      required = { "TemplateContent", "TemplateName" },
      type = "structure",
    },
    ListEmailTemplatesRequest = {
      members = { NextToken = "NextToken", PageSize = "MaxItems" },
      query = { NextToken = "NextToken", PageSize = "PageSize" },
      type = "structure",
    },
    ListEmailTemplatesResponse = {
      members = { NextToken = "NextToken", TemplatesMetadata = "EmailTemplateMetadataList" },
      type = "structure",
    },
    RenderedEmailTemplate = { type = "string" },
    TestRenderEmailTemplateRequest = {
      members = { TemplateData = "EmailTemplateData", TemplateName = "EmailTemplateName" },
      required = { "TemplateData", "TemplateName" },
      type = "structure",
      uri = { TemplateName = "TemplateName" },
    },
    TestRenderEmailTemplateResponse = {
      members = { RenderedTemplate = "RenderedEmailTemplate" },
      required = { "RenderedTemplate" },
      type = "structure",
    },
    UpdateEmailTemplateRequest = {
      members = { TemplateContent = "EmailTemplateContent", TemplateName = "EmailTemplateName" },
      required = { "TemplateContent", "TemplateName" },
      type = "structure",
      uri = { TemplateName = "TemplateName" },
    },
    UpdateEmailTemplateResponse = { members = {}, type = "structure" },
  },
}
