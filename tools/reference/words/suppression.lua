-- What the reference says of client.suppression.
return {
  about = "Addresses that SES does not write to, since they bounced or complained.",
  operations = {
    DeleteSuppressedDestination = {
      does = "Lets an address be written to again.",
      beware = "A NotFoundException where it is not on the list. If it bounces again it comes back, and "
        .. "your bounce rate suffers.",
    },
    GetSuppressedDestination = {
      does = "Tells whether, why and since when an address is on the list.",
      beware = "An address that is not on it is a NotFoundException, which is the good news.",
    },
    ListSuppressedDestinations = {
      does = "Walks over the suppressed addresses, by reason and time where you like.",
      beware = "Those on AWS's own global list are not in it.",
    },
    PutSuppressedDestination = {
      does = "Puts an address on the list yourself, after an unsubscription by another way for example.",
      beware = "A send to it still succeeds, with a message id, and is dropped afterwards. For many "
        .. "addresses use `suppression:put_all`, or `jobs:create_import` with a file in S3.",
    },
  },
}
