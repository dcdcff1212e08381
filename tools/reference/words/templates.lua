-- What the reference says of client.templates.
return {
  about = "Mail texts that SES stores and fills in: subject, text and HTML with {{placeholders}}.",
  operations = {
    CreateEmailTemplate = {
      does = "Stores a template for `emails:send` and `emails:send_bulk`.",
      beware = "SES does not check the placeholders here: try it by `templates:test_render`. At most 500 "
        .. "KB with both parts, and 20,000 templates a Region.",
      example = {
        template_content = {
          subject = "Welcome, {{first_name}}",
          text = "Hello {{first_name}}, good to have you here.",
        },
      },
    },
    DeleteEmailTemplate = {
      does = "Removes a stored template, at once and for good.",
      beware = "Mail that names it fails afterwards, also the part of a bulk run that is still to come.",
    },
    GetEmailTemplate = {
      does = "Reads a template's subject, text and HTML, as they were stored.",
    },
    ListEmailTemplates = {
      does = "Lists the names of the templates and when they were made.",
    },
    TestRenderEmailTemplate = {
      does = "Fills a stored template with data and gives the whole MIME message, without sending it.",
      beware = "A placeholder without data is a BadRequestException here; in a real send it is an event of "
        .. "the type RENDERING_FAILURE, and the recipient gets nothing. SES allows few calls a second.",
      example = { template_data = '{"first_name":"Siobhán"}' },
    },
    UpdateEmailTemplate = {
      does = "Replaces a template's content, at once and for all who use it.",
      beware = "It is replaced as a whole: an HTML part that is left out is gone.",
      example = {
        template_content = { subject = "Welcome, {{first_name}}", text = "Hello {{first_name}}, come in." },
      },
    },
  },
}
