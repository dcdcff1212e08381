-- What the reference says of client.contacts.
return {
  about = "The people on a contact list: their addresses, attributes and choices of topics.",
  operations = {
    CreateContact = {
      does = "Puts an address on a contact list, with its choices of topics and a text of attributes of your own.",
      beware = "One at a time; for many use `jobs:create_import`. An address that is there already ends as "
        .. "an AlreadyExistsException.",
      example = { topic_preferences = { { subscription_status = "OPT_IN", topic_name = "news" } } },
    },
    DeleteContact = {
      does = "Takes an address off a list.",
      beware = "That it had unsubscribed is forgotten too: imported again, it is written to. To keep the "
        .. "wish, set `unsubscribe_all` by `contacts:update` instead.",
    },
    GetContact = {
      does = "Reads one contact: its choices, the list's defaults for the rest, and its attributes.",
    },
    ListContacts = {
      does = "Walks over a list's contacts, all of them or those with a status in a topic.",
      beware = "Attributes are not in it; `contacts:get` has them. Pages may hold fewer than asked for, "
        .. "even none, before the end: use the iterators.",
    },
    UpdateContact = {
      does = "Changes a contact's choices and attributes.",
      beware = "`topic_preferences` is the new set as a whole: choices that are left out are removed. Read "
        .. "the contact, change it, write all of them; for unsubscriptions `contacts:opt_out` does that.",
      example = { unsubscribe_all = true },
    },
  },
}
