-- What host.c asks of Lua: a function that tells a reader that a book is there. The C program decides when.
local ses = require "ses"

-- A program that must not write twice would rather know of a doubt than try again.
local client = assert(ses.client { retry_in_doubt = false })

-- → the message's id; or nil, what went wrong, and whether the mail may have left all the same.
return function(from, to, book)
  local sent, err = client.emails:send {
    from = from, to = to, subject = book .. " is here",
    text = ("%s waits behind the counter, with your name on a slip."):format(book),
  }
  if not sent then return nil, tostring(err), err.in_doubt == true end
  return sent.message_id
end
