--- `ses template preview`: how a folder's template comes out with the sample data.
-- @module ses.cli.template.preview
local args = require "ses.cli.args"
local common = require "ses.cli.template.common"
local errors = require "ses.errors"
local file = require "ses.cli.file"
local folder = require "ses.cli.template.folder"
local output = require "ses.cli.output"
local page = require "ses.cli.template.page"

local function write_page(parsed, name, found)
  local sentences = {}
  for i, warning in ipairs(common.warnings(parsed, found.warnings)) do sentences[i] = warning.message end
  local path = parsed.output or folder.path(parsed.dir, "preview.html")
  local done, err = file.write(path, function(write)
    return write(page.html(name, found.rendered, sentences))
  end)
  return done and path, err
end

local function open(path)
  -- A path that begins with - would be an option.
  local word = file.quote(path:find "^%-" and "./" .. path or path)
  if os.execute("xdg-open " .. word .. " >/dev/null 2>&1 </dev/null") then return true end
  return nil, errors.new {
    kind = "client", code = "CannotOpen",
    message = ("xdg-open cannot open %s; it is written all the same"):format(path),
  }
end

-- Without data there would be nothing to show: what is missing is named then.
local function check(parsed)
  local found, err = common.check(parsed)
  if not found or found.rendered then return found, err end
  return nil, args.fault(("there is no %s to render the template with; say --sample"):format(
    folder.path(parsed.dir, folder.SAMPLE)))
end

local function show(parsed, name, found, path)
  if parsed.json then
    local rendered = found.rendered
    return common.print_json {
      name = name, file = path, subject = rendered.subject, html = rendered.html, text = rendered.text,
      warnings = common.warnings(parsed, found.warnings),
    }
  end
  common.print_warnings(parsed, found.warnings)
  output.write(path, ": written\n")
end

local function run(parsed)
  local name, fault = common.name(parsed)
  if not name then return nil, fault end
  if parsed.output == "-" and (parsed.open or parsed.json) then
    return nil, args.fault "--output - excludes --open and --json"
  end
  local found
  found, fault = check(parsed)
  if not found then return nil, fault end
  local path, err = write_page(parsed, name, found)
  if not path then return nil, err end
  if path ~= "-" then show(parsed, name, found, path) end
  if not parsed.open then return 0 end
  local opened
  opened, err = open(path)
  return opened and 0 or nil, err
end

return {
  name = "preview",
  summary = "render a folder's template with its sample data, into a page",
  usage = [[
The page shows the subject, the HTML part in a frame that runs no script, the text part, and what is to be known of the
template. Nothing is sent anywhere.

  ses template preview templates/welcome --open
  ses template preview templates/welcome --sample data/ada.json -o ada.html]],
  options = {
    common.DIR, common.NAME, common.SAMPLE,
    { name = "output", short = "o", value = "FILE",
      help = "the page (default: DIR/preview.html); - for standard output" },
    { name = "open", type = "flag", help = "show the page, by xdg-open" },
    common.JSON,
  },
  run = run,
}
