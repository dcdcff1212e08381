-- To the contacts of a list at SES who want the weekly letter. make_contact_list.lua makes the list.
--
--   ses campaign run examples/audiences/contact_list.lua --dry-run
--
-- SES lists contacts without their attributes: `attributes = true` asks for those of each contact, one call each, ten
-- a second. Leave it out where the address is enough.
return {
  name = "weekly-contacts",
  audience = { contact_list = "lantern-readers", topic = "weekly", attributes = true, name = "name" },
  message = {
    from = "letters@lantern.example",
    subject = "The weekly letter",
    text = "Dear {{name}},\n\nthe lantern is lit on Friday.\n",
  },
}
