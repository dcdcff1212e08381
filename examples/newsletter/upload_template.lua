-- Stores the newsletter's template at SES, new or anew:  ses examples/newsletter/upload_template.lua
local ses = require "ses"

local NAME = "lantern-letter"
local folder = arg[0]:match("^(.*)/[^/]*$") or "."

local function read(name)
  local file = assert(io.open(folder .. "/template/" .. name, "rb"))
  local text = file:read "*a"
  file:close()
  return text
end

local client = assert(ses.client())
local template = {
  template_name = NAME,
  template_content = {
    subject = read "subject.txt":gsub("%s+$", ""),
    html = read "body.html",
    text = read "body.txt",
  },
}

local result, err = client.templates:create(template)
if err and err.code == "AlreadyExistsException" then
  result, err = client.templates:update(template)
end
client:close()
if not result then error(err, 0) end
print("template " .. NAME .. " is stored")
