-- What the function does with an event such as {"email": "reader@example.com", "order": 1042}.
local ses = require "ses"

-- Made once and kept from event to event, with its connections. Keys and region are in the environment of the function.
local client = assert(ses.client { retry_in_doubt = false })

-- What is left of the function's time, less what is needed to answer.
local function time_left_ms(context)
  return math.max(1000, math.floor(context.deadline_ms - ses.now() * 1000 - 500))
end

-- → the result of the function | nil, an error: Lambda then calls an asynchronous function again
return function(event, context)
  local sent, err = client.emails:send({
    from = "The Lantern Bookshop <shop@lantern.example>",
    to = event.email,
    subject = "Your order " .. tostring(event.order),
    text = "It is on its way to you.",
    tags = { order = tostring(event.order) },
  }, { operation_timeout_ms = time_left_ms(context) })
  if sent then return { status = "sent", message_id = sent.message_id } end
  -- It may have been sent all the same, and a second call could send it twice: tell that instead of failing.
  if err.in_doubt then return { status = "in doubt", error = tostring(err) } end
  return nil, err
end
