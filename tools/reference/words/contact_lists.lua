-- What the reference says of client.contact_lists.
return {
  about = "SES's own subscriber list and its topics. `contacts` holds who is on it.",
  operations = {
    CreateContactList = {
      does = "Makes the contact list, with the topics that people can subscribe to.",
      beware = "An account has one list in a Region: a second ends as a LimitExceededException. At most 20 topics.",
      example = {
        topics = {
          {
            default_subscription_status = "OPT_OUT",
            display_name = "News of the shop",
            topic_name = "news",
          },
        },
      },
    },
    DeleteContactList = {
      does = "Removes the list with all its contacts, at once and for good.",
      beware = "Nothing asks again, and the list of who had unsubscribed is lost with it: export it first "
        .. "(`contacts:list`).",
    },
    GetContactList = {
      does = "Reads a list's topics, description and tags; not its contacts.",
    },
    ListContactLists = {
      does = "Lists the contact lists, of which a Region has one at most.",
    },
    UpdateContactList = {
      does = "Changes a list's description and topics.",
      beware = "`topics` is the new set as a whole: a topic that is left out is removed, with everybody's "
        .. "choice for it.",
      example = {
        topics = {
          {
            default_subscription_status = "OPT_OUT",
            display_name = "News",
            topic_name = "news",
          },
        },
      },
    },
  },
}
