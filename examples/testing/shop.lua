-- A shop that writes to its customers; shop_spec.lua is its spec.
local shop = {}

-- Tells a customer that an order is on its way. → "sent", "in doubt" or "failed", and the error
function shop.confirm(client, order)
  local sent, err = client.emails:send {
    from = "The Lantern Bookshop <shop@lantern.example>",
    to = order.email,
    subject = "Your order " .. order.number,
    text = ("%d books are on their way to you."):format(#order.books),
    tags = { order = tostring(order.number) },
  }
  if sent then return "sent" end
  return err.in_doubt and "in doubt" or "failed", err
end

return shop
