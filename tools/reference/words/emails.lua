-- What the reference says of client.emails.
return {
  about = "Sending mail: one message, or one template to many.",
  operations = {
    SendBulkEmail = {
      does = "Sends one template to up to 50 destinations in one request, each with data, tags and headers "
        .. "of its own.",
      beware = "The call succeeds although entries failed: look at the `status` of each in "
        .. "`bulk_email_entry_results`, which are in the order of the entries. Each destination counts by its "
        .. "recipients against the rate. Templates are rendered after the answer, so a missing variable shows "
        .. "as a rendering failure event alone.",
      example = {
        bulk_email_entries = {
          {
            destination = { to_addresses = { "siobhan@example.com" } },
            replacement_email_content = {
              replacement_template = { replacement_template_data = '{"first_name":"Siobhán"}' },
            },
          },
        },
        default_content = { template = { template_data = '{"first_name":"reader"}', template_name = "welcome" } },
        from_email_address = "letters@lantern.example",
      },
    },
    SendEmail = {
      does = "Sends one mail to at most 50 recipients: subject and text, a template with its data, or a "
        .. "whole MIME message. The plain fields below are put into AWS's shape; that shape is taken as well.",
      beware = "All in `to` and `cc` see each other: write to people one by one, or with "
        .. "`emails:send_bulk`. SES has no idempotency: a try whose answer was lost may have sent the mail, "
        .. "which `in_doubt` of the error and `in_doubt_attempts` of the result tell. A message id means "
        .. "accepted, not delivered: bounces come as events of the configuration set.",
      example = {
        from = "The Lantern Bookshop <letters@lantern.example>",
        subject = "Your book is here",
        text = "It waits behind the counter.",
        to = "siobhan@example.com",
      },
    },
  },
}
