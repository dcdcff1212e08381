--- What may be a secret, and so is neither shown at the prompt nor kept in its history.
-- @module ses.cli.prompt.secrets
local secrets = {}

local WORDS = { "secret", "password", "session_token", "sessiontoken", "private_key", "privatekey", "private key" }

-- AWS's secret access keys have so many characters of base64.
local KEY_LENGTH = 40

-- Such as a key in base64: long, and of all kinds of characters.
local function is_random(word)
  return #word >= KEY_LENGTH and word:find "%l" ~= nil and word:find "%u" ~= nil and word:find "%d" ~= nil
end

local function has_word(text)
  text = text:lower()
  for _, word in ipairs(WORDS) do
    if text:find(word, 1, true) then return true end
  end
  return false
end

--- Whether a line may hold a secret.
-- @tparam string line
-- @treturn boolean
function secrets.in_line(line)
  if has_word(line) or line:find "%f[%w]A[KS]IA%w%w%w%w%w%w%w%w" then return true end
  for word in line:gmatch "[%w+/]+" do
    if is_random(word) then return true end
  end
  return false
end

--- Whether a field of that name holds a secret.
-- @param name
-- @treturn boolean
function secrets.is_name(name)
  return type(name) == "string" and has_word(name)
end

--- Whether a text is one: of the form of a secret access key, or what the environment has as such.
-- @tparam string text
-- @treturn boolean
function secrets.is_value(text)
  if #text == KEY_LENGTH and text:find "^[%w+/]+$" and is_random(text) then return true end
  for _, name in ipairs { "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN" } do
    local value = os.getenv(name)
    if value and value ~= "" and text:find(value, 1, true) then return true end
  end
  return text:find("PRIVATE KEY-----", 1, true) ~= nil
end

return secrets
