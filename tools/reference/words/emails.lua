-- What the reference says of client.emails.
return {
  about = "Sending mail: one message, or one template to many.",
  operations = {
    SendBulkEmail = {
      does = "Sends one message to any number of entries, each with recipients, data, tags and headers of "
        .. "its own, in requests of 50 entries, several at once.",
      beware = "The call succeeds although entries failed: `results` has the fate of each, in the order of "
        .. "the entries. SES fills templates in after its answer, so a missing variable shows as a rendering "
        .. "failure event alone. `client:call` makes one request, of at most 50 entries.",
      forms = "ses.services.bulk_message",
      prints = "metrics.sent",
      example = {
        data = { first_name = "reader" },
        entries = {
          { data = { first_name = "Siobhán" }, to = "siobhan@example.com" },
          "ada@example.com",
        },
        from = "The Lantern Bookshop <letters@lantern.example>",
        template = "welcome",
      },
    },
    SendEmail = {
      does = "Sends one mail to at most 50 recipients: subject and text, a template with its data, or a "
        .. "whole MIME message. The plain fields are put into AWS's shape; that shape is taken as well.",
      beware = "All in `to` and `cc` see each other: write to people one by one, or with "
        .. "`emails:send_bulk`. SES has no idempotency: a try whose answer was lost may have sent the mail, "
        .. "which `in_doubt` of the error and `in_doubt_attempts` of the result tell. A message id means "
        .. "accepted, not delivered: bounces come as events of the configuration set.",
      forms = "ses.services.message",
      example = {
        from = "The Lantern Bookshop <letters@lantern.example>",
        subject = "Your book is here",
        text = "It waits behind the counter.",
        to = "siobhan@example.com",
      },
    },
  },
}
