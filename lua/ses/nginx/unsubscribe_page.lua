--- The page that a link to unsubscribe by leads to: its texts in several languages, and its HTML, which needs nothing
-- from elsewhere.
-- @module ses.nginx.unsubscribe_page
local html = require "ses.html"
local suggest = require "ses.suggest"

local unsubscribe_page = {}

--- The texts that there are, by language. `question` and `done` may name the address by `{address}`, which is masked.
unsubscribe_page.TEXTS = {
  en = {
    title = "Unsubscribe", question = "No more of these mails to {address}?", button = "Unsubscribe",
    done = "{address} gets no more of these mails.", failed = "That did not work. Please try again in a minute.",
    invalid = "This link is not complete, or no longer valid. Please use the one of a newer mail.",
    rejected = "This was no request to unsubscribe. Please use the button.",
  },
  de = {
    title = "Abmelden", question = "Keine dieser E-Mails mehr an {address}?", button = "Abmelden",
    done = "{address} bekommt keine dieser E-Mails mehr.",
    failed = "Das hat nicht geklappt. Bitte versuchen Sie es in einer Minute noch einmal.",
    invalid = "Dieser Link ist unvollständig oder nicht mehr gültig. Bitte nehmen Sie den einer neueren E-Mail.",
    rejected = "Das war keine Abmeldung. Bitte benutzen Sie den Knopf.",
  },
  fr = {
    title = "Se désabonner", question = "Ne plus envoyer ces e-mails à {address} ?", button = "Se désabonner",
    done = "{address} ne recevra plus ces e-mails.", failed = "Cela n’a pas marché. Réessayez dans une minute.",
    invalid = "Ce lien est incomplet ou n’est plus valable. Utilisez celui d’un e-mail plus récent.",
    rejected = "Ce n’était pas une demande de désabonnement. Utilisez le bouton.",
  },
  es = {
    title = "Darse de baja", question = "¿No enviar más estos correos a {address}?", button = "Darse de baja",
    done = "{address} no recibirá más estos correos.", failed = "No ha funcionado. Inténtelo de nuevo en un minuto.",
    invalid = "Este enlace está incompleto o ya no es válido. Use el de un correo más reciente.",
    rejected = "Esto no era una solicitud de baja. Use el botón.",
  },
}

local DEFAULT = "en"
-- Of a header that anybody may send, no more languages than this are looked at.
local MAX_LANGUAGES = 20

local PAGE = [[
<!doctype html>
<html lang="{language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>{title}</title>
<style>body{font:1.1rem/1.5 system-ui,sans-serif;margin:0;display:grid;min-height:100vh;place-items:center;
color-scheme:light dark}main{max-width:32rem;padding:1.5rem}button{font:inherit;padding:.5rem 1.25rem}</style></head>
<body><main><h1>{title}</h1><p>{text}</p>{form}</main></body>
</html>
]]

local FORM = [[<form method="post"><button name="List-Unsubscribe" value="One-Click">{button}</button></form>]]

local HEADERS = {
  ["Content-Type"] = "text/html; charset=utf-8", ["Cache-Control"] = "no-store", ["Referrer-Policy"] = "no-referrer",
  ["X-Robots-Tag"] = "noindex", ["X-Content-Type-Options"] = "nosniff",
  ["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
    .. "frame-ancestors 'none'; base-uri 'none'",
}

-- A language's own texts, laid over those that there are.
local function laid_over(language, own)
  local texts = {}
  for name, text in pairs(unsubscribe_page.TEXTS[language] or unsubscribe_page.TEXTS[DEFAULT]) do texts[name] = text end
  for name, text in pairs(own) do
    local field = ("texts.%s.%s"):format(language, tostring(name))
    if not texts[name] then return nil, field, "is not known" .. suggest.hint(tostring(name), texts) end
    if type(text) ~= "string" then return nil, field, "must be a string" end
    texts[name] = text
  end
  return texts
end

--- All texts.
-- @tparam ?table own by language, each a table of texts as in `TEXTS`; what is missing in one of another language is
--   English
-- @treturn table|nil by language in lower case
-- @treturn ?string the field at fault
-- @treturn ?string what is wrong with it
function unsubscribe_page.texts(own)
  local all = {}
  for language, texts in pairs(unsubscribe_page.TEXTS) do all[language] = texts end
  if own ~= nil and type(own) ~= "table" then return nil, "texts", "must be a table by language" end
  for language, texts in pairs(own or {}) do
    if type(language) ~= "string" or not language:find("^%a[%w-]*$") or type(texts) ~= "table" then
      return nil, "texts." .. tostring(language), "must be a table by the tag of a language"
    end
    local made, field, message = laid_over(language:lower(), texts)
    if not made then return nil, field, message end
    all[language:lower()] = made
  end
  return all
end

-- The languages of Accept-Language, the best first (RFC 9110, section 12.5.4).
local function accepted(header)
  local list = {}
  for tag, parameters in (header or ""):gmatch "([%w-]+)([^,]*)" do
    local weight = tonumber(parameters:match ";%s*q=([%d.]+)") or 1
    list[#list + 1] = { tag = tag:lower(), weight = weight, place = #list }
    if #list == MAX_LANGUAGES then break end
  end
  table.sort(list, function(a, b)
    if a.weight ~= b.weight then return a.weight > b.weight end
    return a.place < b.place
  end)
  return list
end

--- The language of a page.
-- @tparam table texts of `texts`
-- @tparam ?string header the request's Accept-Language
-- @treturn string
function unsubscribe_page.language(texts, header)
  for _, one in ipairs(accepted(header)) do
    local tag = one.weight > 0 and one.tag or ""
    while tag ~= "" do
      if texts[tag] then return tag end
      tag = tag:match "^(.*)%-[^-]*$" or ""
    end
  end
  return DEFAULT
end

--- Answers the current request with a page.
-- @tparam integer status of HTTP
-- @tparam table page `texts` of one language, `language`, `name` of the text, `address` to name, `form`: whether there
--   is a button
function unsubscribe_page.answer(status, page)
  ngx.status = status
  for name, value in pairs(HEADERS) do ngx.header[name] = value end
  local texts = page.texts
  local text = html.render(texts[page.name], { address = page.address })
  local form = page.form and html.render(FORM, { button = texts.button }) or nil
  ngx.print(html.text(html.render(PAGE, { language = page.language, title = texts.title, text = text, form = form })))
end

return unsubscribe_page
