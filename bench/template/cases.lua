-- The templates that are measured, with their data: a line, a receipt, and a list of a hundred rows.
local cases = {}

local LINE = "Hi {{first_name}}, your order {{order.number}} has left our house."

local RECEIPT = [[
<!doctype html>
<html lang="{{language}}">
<body style="margin:0;font-family:sans-serif">
{{#*inline "address"}}
<p>{{name}}<br>{{street}}<br>{{zip}} {{city}}</p>
{{/inline}}
<h1>Thank you, {{customer.name}}</h1>
<p>We have received your order <b>{{order.number}}</b> of {{order.date}}.</p>
{{#if order.gift}}<p>It will be wrapped as a gift.</p>{{else}}<p>It comes in a plain box.</p>{{/if}}
<table>
{{#each order.items}}
  <tr{{#if @first}} class="first"{{/if}}><td>{{@index}}</td><td>{{title}}</td>{{!
  }}<td>{{quantity}} × {{price}}</td></tr>
{{/each}}
</table>
{{#with order.total}}<p>{{net}} net, {{tax}} tax, <b>{{gross}}</b> in all, {{../currency}}</p>{{/with}}
{{#unless customer.known}}<p>Welcome to our shop.</p>{{/unless}}
<h2>Delivery</h2>
{{> address order.delivery}}
<h2>Invoice</h2>
{{> address order.invoice}}
<p>Your notes: {{notes}}</p>
<p><a href="https://shop.example/u/{{{token}}}">Unsubscribe</a></p>
</body>
</html>
]]

local LIST = [[
<table>
{{#each rows}}
<tr class="{{#if even}}even{{else}}odd{{/if}}"><td>{{@index}}</td><td>{{name}}</td><td>{{city}}</td>{{!
}}<td>{{amount}}</td><td>{{#each tags}}<i>{{this}}</i> {{/each}}</td><td>{{../currency}}</td></tr>
{{/each}}
</table>
]]

local function receipt_data()
  local items = {}
  for i = 1, 6 do
    items[i] = { title = "A thing & its <case> no. " .. i, quantity = i, price = ("%.2f €"):format(i * 9.5) }
  end
  local address = { name = "Zoë O'Neill", street = "Lindenstraße 5", zip = "10969", city = "Berlin" }
  return {
    language = "en", customer = { name = "Zoë O'Neill", known = false }, currency = "EUR", notes = "Ring \"twice\"",
    token = "b3Blbi1zZXNhbWU",
    order = {
      number = "2026-1042", date = "25 November 2026", gift = true, items = items, delivery = address,
      invoice = address, total = { net = "167.65 €", tax = "31.85 €", gross = "199.50 €" },
    },
  }
end

local function list_data()
  local rows = {}
  for i = 1, 100 do
    rows[i] = {
      name = "Person " .. i .. (i % 10 == 0 and " & Sons" or ""), city = "City " .. i % 7, amount = i * 3,
      even = i % 2 == 0, tags = { "new", "blue", "no. " .. i },
    }
  end
  return { rows = rows, currency = "EUR" }
end

--- In the order in which they are shown, each { name =, template =, data = }.
function cases.all()
  return {
    { name = "a line", template = LINE, data = { first_name = "Ada", order = { number = "1042" } } },
    { name = "a receipt", template = RECEIPT, data = receipt_data() },
    { name = "100 rows", template = LIST, data = list_data() },
  }
end

return cases
