-- What the reference says of client.custom_verification_templates.
return {
  about = "The mail by which SES asks the owner of an address to confirm it, in your own words and design.",
  operations = {
    CreateCustomVerificationEmailTemplate = {
      does = "Stores a verification mail of your own, with the pages that a click leads to.",
      beware = "Needs production access. SES adds the link itself; the content is at most 10 MB of HTML "
        .. "with few elements allowed. At most 50 templates.",
      example = { template_content = "<p>Please confirm that this is your address.</p>" },
    },
    DeleteCustomVerificationEmailTemplate = {
      does = "Removes a verification mail; the addresses that it verified stay verified.",
    },
    GetCustomVerificationEmailTemplate = {
      does = "Reads a verification mail: its sender, subject, HTML and pages.",
    },
    ListCustomVerificationEmailTemplates = {
      does = "Lists the verification mails, without their content.",
    },
    SendCustomVerificationEmail = {
      does = "Adds an address as an identity and sends it your verification mail; the address counts as "
        .. "verified once its owner has clicked, which must happen within 24 hours.",
      beware = "It sends mail: as with `emails:send` a repeated try may be a second mail, and it counts as "
        .. "one recipient.",
    },
    UpdateCustomVerificationEmailTemplate = {
      does = "Replaces a verification mail as a whole, under the same name.",
      example = { template_content = "<p>One click, and you can write from here.</p>" },
    },
  },
}
