-- What the client checks beyond AWS's model (ses.pipeline.rules), in words: of shapes by name, and of operations
-- as a whole.
local address = "an address, RFC 5321 or 6531"
local header_text = "no line breaks or other control characters"
local tag = "ASCII letters, digits, _ and -; at most 256"

return {
  shapes = {
    AdditionalContactEmailAddress = address,
    AttachmentContentDescription = header_text,
    AttachmentContentId = header_text,
    AttachmentContentType = header_text,
    AttachmentFileName = header_text,
    BulkEmailEntryList = "at most 50 entries",
    ConfigurationSetName = "ASCII letters, digits, _ and -; at most 64",
    Destination = "at most 50 recipients",
    EmailAddress = address .. "; with a name where it is a header field",
    EmailTemplateData = "a JSON object",
    EmailTemplateSubject = header_text,
    Identity = "a domain or an address",
    Message = "a subject without line breaks",
    MessageTagName = tag,
    MessageTagValue = tag,
    TagKey = "at most 128 characters",
    TagList = "at most 50 tags",
    TagValue = "at most 256 characters",
  },
  operations = {
    CreateContact = "The address stands alone, without a name.",
    CreateEmailTemplate = "Subject, text and HTML are at most 500 KB together.",
    DeleteContact = "The address stands alone, without a name.",
    DeleteSuppressedDestination = "The address stands alone, without a name.",
    GetContact = "The address stands alone, without a name.",
    GetEmailAddressInsights = "The address stands alone, without a name.",
    GetSuppressedDestination = "The address stands alone, without a name.",
    PutSuppressedDestination = "The address stands alone, without a name.",
    SendBulkEmail = "The message is at most `max_message_bytes`, with its attachments in base64.",
    SendCustomVerificationEmail = "The address stands alone, without a name.",
    SendEmail = "The message is at most `max_message_bytes`, with its attachments in base64.",
    UpdateContact = "The address stands alone, without a name.",
    UpdateEmailTemplate = "Subject, text and HTML are at most 500 KB together.",
  },
}
