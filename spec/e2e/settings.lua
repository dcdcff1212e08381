-- Where the specs of spec/e2e run, from the environment.
local settings = {}

-- The settings, or nil and what is missing; nothing at all is set: nil, nil.
function settings.read(getenv)
  local region, endpoint = getenv "SES_E2E_REGION", getenv "SES_E2E_ENDPOINT"
  region, endpoint = region ~= "" and region or nil, endpoint ~= "" and endpoint or nil
  if not region and not endpoint then return nil end
  local from = getenv "SES_E2E_FROM"
  if from == "" then from = nil end
  if not from and not endpoint then return nil, "SES_E2E_FROM must name a verified address of the account" end
  return {
    region = region or "us-east-1", endpoint = endpoint, from = from or "sender@example.com",
    rate = tonumber(getenv "SES_E2E_RATE") or not endpoint and 1 or nil,
  }
end

return settings
