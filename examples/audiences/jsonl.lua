-- To the people of people.jsonl, who keep their nested data; those of unsubscribed.csv are left out.
--
--   ses campaign run examples/audiences/jsonl.lua --dry-run
return {
  name = "orders-jsonl",
  audience = {
    jsonl = "people.jsonl", name = "name", language = "lang",
    suppression = { lists = { unsubscribed = "unsubscribed.csv" } },
  },
  message = {
    from = "letters@lantern.example",
    subject = "Your year with us, {{name}}",
    text = "Dear {{name}} in {{city}},\n\n"
      .. "{{#each orders}}{{title}}: {{price}}\n{{else}}You have not ordered yet.\n{{/each}}",
    languages = {
      de = {
        subject = "Ihr Jahr bei uns, {{name}}",
        text = "Guten Tag {{name}} in {{city}},\n\n"
          .. "{{#each orders}}{{title}}: {{price}}\n{{else}}Bestellt haben Sie noch nichts.\n{{/each}}",
      },
    },
    data = { "name", "orders", city = "address.city" },
  },
}
