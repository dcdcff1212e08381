-- Configurations that botocore and ses are both given, and what each makes of them.
--
-- A case: { name, config =, credentials = (text of the two files), files = { name = text }, env = {…},
--   options = { profile =, region =, endpoint = },
--   gives = { key =, token =, from =, region =, url =, attempts =, mode =, account =, ca = }
--     | fails = the kind of our error,
--   botocore = {…} where botocore differs: what it gives instead, or fails = its exception,
--   why = how they differ, follows = whom ses goes along with,
--   others = how other SDKs differ from both,
--   since = the botocore that is the first to know what the case is about }
-- `gives` is laid over { region = "eu-west-1", url = SES's own address in that region }. "$dir" stands
-- for the folder that the files are in. The secret key of AKIDx is "secret/of+AKIDx".

local cases = {}

local function add(list)
  for _, case in ipairs(list) do cases[#cases + 1] = case end
end

local function keys(id, token)
  return ("aws_access_key_id = %s\naws_secret_access_key = secret/of+%s\n"):format(id, id)
    .. (token and "aws_session_token = " .. token .. "\n" or "")
end

-- The environment of a case about something else than keys or regions: `more` is laid over it.
local function env(more)
  local all = {
    AWS_ACCESS_KEY_ID = "AKIDENV", AWS_SECRET_ACCESS_KEY = "secret/of+AKIDENV", AWS_DEFAULT_REGION = "eu-west-1",
  }
  for name, value in pairs(more or {}) do all[name] = value or nil end
  return all
end

local REGION = { AWS_DEFAULT_REGION = "eu-west-1" }
local ENV = { key = "AKIDENV", from = "environment" }
local FILE = { key = "AKIDFILE", from = "profile" }
local CONFIG = { key = "AKIDCONFIG", from = "profile" }

local function at(url, more)
  local given = { key = "AKIDENV", from = "environment", url = url }
  for name, value in pairs(more or {}) do given[name] = value end
  return given
end

local ALL_FOLLOW = "the other SDKs, and the reference guide"

-- ---- keys: environment and files ----

add {
  { "nothing at all", env = REGION, fails = "credentials", botocore = { fails = "NoCredentialsError" } },
  { "keys in the environment", env = env(), gives = ENV },
  { "a session token in the environment", env = env { AWS_SESSION_TOKEN = "tok/en+==" },
    gives = { key = "AKIDENV", from = "environment", token = "tok/en+==" } },
  { "the session token's old name", env = env { AWS_SECURITY_TOKEN = "old" },
    gives = { key = "AKIDENV", from = "environment", token = "old" } },
  { "both names of the session token in the environment",
    env = env { AWS_SECURITY_TOKEN = "old", AWS_SESSION_TOKEN = "new" },
    gives = { key = "AKIDENV", from = "environment", token = "new" }, botocore = { token = "old" },
    why = "botocore asks for the old name first", follows = ALL_FOLLOW },
  { "an empty session token", env = env { AWS_SESSION_TOKEN = "" }, gives = ENV },
  { "an account id in the environment", env = env { AWS_ACCOUNT_ID = "123456789012" },
    gives = { key = "AKIDENV", from = "environment", account = "123456789012" }, since = "1.36" },
  { "an account id in a profile", env = REGION,
    credentials = "[default]\n" .. keys "AKIDFILE" .. "aws_account_id = 123456789012\n",
    gives = { key = "AKIDFILE", from = "profile", account = "123456789012" }, since = "1.36" },
  { "environment before files", env = env(), credentials = "[default]\n" .. keys "AKIDFILE", gives = ENV },
  { "a key id without a secret in the environment",
    env = { AWS_ACCESS_KEY_ID = "AKIDENV", AWS_DEFAULT_REGION = "eu-west-1" },
    credentials = "[default]\n" .. keys "AKIDFILE", fails = "credentials",
    botocore = { fails = "PartialCredentialsError" } },
  { "a secret without a key id in the environment",
    env = { AWS_SECRET_ACCESS_KEY = "s", AWS_DEFAULT_REGION = "eu-west-1" },
    credentials = "[default]\n" .. keys "AKIDFILE", gives = FILE },
  { "an empty key id in the environment", env = env { AWS_ACCESS_KEY_ID = "" },
    credentials = "[default]\n" .. keys "AKIDFILE", gives = FILE },
  { "the credentials file", env = REGION, credentials = "[default]\n" .. keys("AKIDFILE", "t"),
    gives = { key = "AKIDFILE", from = "profile", token = "t" } },
  { "keys in the config file", env = REGION, config = "[default]\n" .. keys("AKIDCONFIG", "t"),
    gives = { key = "AKIDCONFIG", from = "profile", token = "t" } },
  { "keys in both files", env = REGION, config = "[default]\n" .. keys "AKIDCONFIG",
    credentials = "[default]\n" .. keys "AKIDFILE", gives = FILE },
  { "keys in both files, a token in the config file alone", env = REGION,
    config = "[default]\n" .. keys("AKIDCONFIG", "t"), credentials = "[default]\n" .. keys "AKIDFILE", gives = FILE },
  { "a key id in the credentials file, its secret in the config file", env = REGION,
    config = "[default]\naws_secret_access_key = secret/of+AKIDFILE\n",
    credentials = "[default]\naws_access_key_id = AKIDFILE\n", fails = "credentials",
    botocore = { fails = "PartialCredentialsError" } },
  { "a secret alone in the credentials file, keys in the config file", env = REGION,
    config = "[default]\n" .. keys "AKIDCONFIG", credentials = "[default]\naws_secret_access_key = s\n",
    gives = CONFIG },
  { "the session token's old name in a file", env = REGION,
    credentials = "[default]\n" .. keys "AKIDFILE" .. "aws_security_token = old\n",
    gives = { key = "AKIDFILE", from = "profile", token = "old" } },
  { "both names of the session token in a file", env = REGION,
    credentials = "[default]\n" .. keys("AKIDFILE", "new") .. "aws_security_token = old\n",
    gives = { key = "AKIDFILE", from = "profile", token = "new" }, botocore = { token = "old" },
    why = "botocore asks for the old name first", follows = ALL_FOLLOW },
  { "names in capitals", env = REGION, gives = FILE,
    credentials = "[default]\nAWS_ACCESS_KEY_ID = AKIDFILE\nAws_Secret_Access_Key = secret/of+AKIDFILE\n" },
  { "a secret with = and + and /", env = REGION, gives = { key = "AKIDODD", from = "profile" },
    secret = "a=b+c/d==", credentials = "[default]\naws_access_key_id=AKIDODD\naws_secret_access_key=a=b+c/d==\n" },
  { "a secret with # and ; and %", env = REGION, gives = { key = "AKIDODD", from = "profile" },
    secret = "a#b;c%d%(e)s", credentials = "[default]\n" ..
    "aws_access_key_id=AKIDODD\naws_secret_access_key=a#b;c%d%(e)s\n" },
}

-- ---- which profile ----

local TWO = "[default]\n" .. keys "AKIDFILE" .. "[work]\n" .. keys "AKIDWORK" .. "[play]\n" .. keys "AKIDPLAY"
local WORK = { key = "AKIDWORK", from = "profile" }

add {
  { "AWS_PROFILE", env = { AWS_PROFILE = "work", AWS_DEFAULT_REGION = "eu-west-1" }, credentials = TWO, gives = WORK },
  { "AWS_DEFAULT_PROFILE", env = { AWS_DEFAULT_PROFILE = "work", AWS_DEFAULT_REGION = "eu-west-1" },
    credentials = TWO, gives = WORK },
  { "AWS_PROFILE and AWS_DEFAULT_PROFILE",
    env = { AWS_PROFILE = "work", AWS_DEFAULT_PROFILE = "play", AWS_DEFAULT_REGION = "eu-west-1" },
    credentials = TWO, gives = WORK, botocore = { key = "AKIDPLAY" },
    why = "botocore asks for AWS_DEFAULT_PROFILE first", follows = "the SDK for Go v2, and the reference guide" },
  { "an empty AWS_PROFILE", env = { AWS_PROFILE = "", AWS_DEFAULT_REGION = "eu-west-1" }, credentials = TWO,
    gives = FILE, botocore = { fails = "ProfileNotFound" },
    why = "botocore looks for a profile of no name", follows = "the SDK for Go v2" },
  { "AWS_PROFILE and keys in the environment", env = env { AWS_PROFILE = "work" }, credentials = TWO, gives = ENV },
  { "a profile by option and keys in the environment", env = env(), options = { profile = "work" },
    credentials = TWO, gives = WORK },
  { "a profile by option and another in the environment", options = { profile = "work" },
    env = { AWS_PROFILE = "play", AWS_DEFAULT_REGION = "eu-west-1" }, credentials = TWO, gives = WORK },
  { "a profile that is in neither file", env = env { AWS_PROFILE = "nobody" }, credentials = TWO,
    fails = "validation", botocore = { fails = "ProfileNotFound" } },
  { "a profile by option that is in neither file", env = env(), options = { profile = "nobody" }, credentials = TWO,
    fails = "validation", botocore = { fails = "ProfileNotFound" } },
  { "the default profile by name without any file", env = env { AWS_PROFILE = "default" },
    fails = "validation", botocore = { fails = "ProfileNotFound" } },
  { "a profile of the config file", env = { AWS_PROFILE = "work" },
    config = "[profile work]\nregion = eu-west-1\n" .. keys "AKIDWORK", gives = WORK },
  { "a section of the config file without the word profile", env = env { AWS_PROFILE = "work" },
    config = "[work]\nregion = us-west-2\n", fails = "validation", botocore = { fails = "ProfileNotFound" } },
  { "region and keys of one profile in two files", env = { AWS_PROFILE = "work" },
    config = "[profile work]\nregion = eu-west-1\n", credentials = TWO, gives = WORK },
  { "a profile whose name has a space", env = { AWS_PROFILE = "my work" },
    config = "[profile \"my work\"]\nregion = eu-west-1\n" .. keys "AKIDWORK", gives = WORK },
  { "a profile whose name is in single quotes", env = { AWS_PROFILE = "my work" },
    config = "[profile 'my work']\nregion = eu-west-1\n" .. keys "AKIDWORK", gives = WORK },
  { "more than one space behind the word profile", env = { AWS_PROFILE = "work" },
    config = "[profile   work]\nregion = eu-west-1\n" .. keys "AKIDWORK", gives = WORK },
  { "a tab behind the word profile", env = { AWS_PROFILE = "work" },
    config = "[profile\twork]\nregion = eu-west-1\n" .. keys "AKIDWORK", gives = WORK },
  { "a profile of a name with odd characters", env = { AWS_PROFILE = "a.b-c_d@e/f+g:h" },
    config = "[profile a.b-c_d@e/f+g:h]\nregion = eu-west-1\n" .. keys "AKIDWORK", gives = WORK },
  { "a profile of a name that is not ASCII", env = { AWS_PROFILE = "bücher" },
    config = "[profile bücher]\nregion = eu-west-1\n" .. keys "AKIDWORK", gives = WORK },
  { "names of profiles have a case", env = env { AWS_PROFILE = "Work" }, credentials = TWO,
    fails = "validation", botocore = { fails = "ProfileNotFound" } },
  { "[profile default]", env = {}, config = "[profile default]\nregion = eu-west-1\n" .. keys "AKIDCONFIG",
    gives = CONFIG },
  { "[profile default] behind [default]", env = REGION, gives = CONFIG,
    config = "[default]\n" .. keys "AKIDOTHER" .. "[profile default]\n" .. keys "AKIDCONFIG" },
  { "[default] behind [profile default]", env = REGION, gives = CONFIG,
    config = "[profile default]\n" .. keys "AKIDCONFIG" .. "[default]\n" .. keys "AKIDOTHER",
    botocore = { key = "AKIDOTHER" }, why = "in botocore the last one counts",
    follows = "the SDK for Go v2: [profile default] silences [default]" },
}

-- ---- where the files are ----

add {
  { "the files' usual places", env = { AWS_CONFIG_FILE = false, AWS_SHARED_CREDENTIALS_FILE = false },
    files = { [".aws/config"] = "[default]\nregion = eu-west-1\n", [".aws/credentials"] = TWO }, gives = FILE },
  { "a path that begins with ~", files = { there = "[default]\nregion = eu-west-1\n" .. keys "AKIDCONFIG" },
    env = { AWS_CONFIG_FILE = "~/there" }, gives = CONFIG },
  { "a credentials file that begins with ~", files = { there = TWO },
    env = { AWS_SHARED_CREDENTIALS_FILE = "~/there", AWS_DEFAULT_REGION = "eu-west-1" }, gives = FILE },
  { "a path that holds a variable", files = { there = "[default]\nregion = us-west-2\n" },
    env = env { AWS_CONFIG_FILE = "$HOME/there", AWS_DEFAULT_REGION = false },
    gives = { key = "AKIDENV", from = "environment", region = "us-east-1" }, botocore = { region = "us-west-2" },
    why = "botocore expands variables in a path", follows = "the SDK for Go v2: a path is a path" },
  { "a config file that does not exist", env = env { AWS_CONFIG_FILE = "$dir/none" }, gives = ENV },
  { "one file for both", env = { AWS_CONFIG_FILE = "$dir/both", AWS_SHARED_CREDENTIALS_FILE = "$dir/both" },
    files = { both = "[default]\nregion = eu-west-1\n" .. keys "AKIDFILE" }, gives = FILE },
}

-- ---- the files' text ----

add {
  { "empty files", env = env(), config = "", credentials = "", gives = ENV },
  { "comments and empty lines", env = {}, gives = FILE,
    config = "# one\n; two\n\n[default]\n# three\nregion = eu-west-1\n\n; four\n",
    credentials = "#[default]\n[default]\n#aws_access_key_id = AKIDNO\n" .. keys "AKIDFILE" },
  { "indented comments", env = {}, config = "[default]\nregion = eu-west-1\n  # a comment\n  ; another\n" ..
    keys "AKIDCONFIG", gives = CONFIG },
  { "no spaces around =", env = {}, config = "[default]\nregion=eu-west-1\n", credentials = TWO, gives = FILE },
  { "many spaces around =", env = {}, config = "[default]\nregion \t =   eu-west-1 \t \n", credentials = TWO,
    gives = FILE },
  { "line ends of Windows", env = {}, config = "[default]\r\nregion = eu-west-1\r\n" ..
    keys "AKIDCONFIG":gsub("\n", "\r\n"), gives = CONFIG },
  { "no line end at the end", env = {}, config = "[default]\nregion = eu-west-1", credentials = TWO, gives = FILE },
  { "spaces around a section's name", env = { AWS_PROFILE = "work" },
    config = "[ profile work ]\nregion = eu-west-1\n" .. keys "AKIDWORK", gives = WORK,
    botocore = { fails = "ProfileNotFound" }, why = "botocore wants no space behind [",
    follows = "the SDK for Go v2" },
  { "a comment behind a section's name", env = {},
    config = "[default] # mine\nregion = eu-west-1\n" .. keys "AKIDCONFIG", gives = CONFIG },
  { "a comment behind a value", env = env { AWS_DEFAULT_REGION = false },
    config = "[default]\nregion = eu-west-1 # Ireland\n", gives = ENV, botocore = { fails = "InvalidRegionError" },
    why = "botocore takes the comment for a part of the value", follows = ALL_FOLLOW },
  { "a value that has # without a space before it", env = {}, gives = { key = "AKIDFILE", from = "profile" },
    config = "[default]\nregion = eu-west-1\n", credentials = "[default]\naws_access_key_id = AKIDFILE\n" ..
    "aws_secret_access_key = a#b\n", secret = "a#b" },
  { "a byte order mark", env = {}, config = "\239\187\191[default]\nregion = eu-west-1\n" .. keys "AKIDCONFIG",
    gives = CONFIG, botocore = { fails = "ConfigParseError" }, why = "botocore does not know the mark",
    follows = "editors on Windows, which put it there" },
  { "a section that stands twice", env = {}, config = "[default]\nregion = eu-west-1\n[default]\n" ..
    keys "AKIDCONFIG", gives = CONFIG, botocore = { fails = "ConfigParseError" },
    why = "botocore refuses the file", follows = "the SDK for Go v2, which merges them" },
  { "a property that stands twice", env = {}, config = "[default]\nregion = us-west-2\nregion = eu-west-1\n" ..
    keys "AKIDCONFIG", gives = CONFIG, botocore = { fails = "ConfigParseError" },
    why = "botocore refuses the file", follows = "the SDK for Go v2, where the last one counts" },
  { "a colon in place of =", env = {}, config = "[default]\nregion: eu-west-1\n" .. keys "AKIDCONFIG",
    gives = CONFIG, others = "the SDK for JavaScript passes over such a line" },
  { "a colon before the =", env = {}, gives = CONFIG,
    config = "[default]\nregion: eu-west-1\nnote: a = b\n" .. keys "AKIDCONFIG" },
  { "a colon behind the =", env = env(), config = "[default]\nendpoint_url = http://general:1\n",
    gives = { key = "AKIDENV", from = "environment", url = "http://general:1" }, since = "1.31" },
  { "a section [DEFAULT]", env = { AWS_PROFILE = "work" }, gives = { key = "AKIDWORK", from = "profile",
    region = "us-east-1" }, config = "[DEFAULT]\nregion = us-west-2\n[profile work]\n" .. keys "AKIDWORK",
    botocore = { region = "us-west-2" }, why = "Python's parser lays it under every section",
    follows = "the reference guide, which has no such section" },
  { "a line that is nothing", env = env(), config = "[default]\nhello\n", fails = "validation",
    botocore = { fails = "ConfigParseError" } },
  { "a property before any section", env = env(), config = "region = us-west-2\n", fails = "validation",
    botocore = { fails = "ConfigParseError" } },
  { "a section that is not closed", env = env(), config = "[default\nregion = us-west-2\n", fails = "validation",
    botocore = { fails = "ConfigParseError" } },
  { "sections that nobody knows", env = {}, gives = CONFIG,
    config = "[plugins]\nregion = us-west-2\n[preview]\na = 1\n[default]\nregion = eu-west-1\n" .. keys "AKIDCONFIG" },
  { "blocks of other services", env = {}, gives = CONFIG,
    config = "[default]\ns3 =\n  region = us-west-2\n  addressing_style = path\nregion = eu-west-1\n" ..
    keys "AKIDCONFIG" },
  { "a block that is indented by a tab", env = {}, gives = CONFIG,
    config = "[default]\ns3 =\n\tregion = us-west-2\nregion = eu-west-1\n" .. keys "AKIDCONFIG" },
  { "a value that is not ASCII", env = {}, gives = CONFIG,
    config = "[default]\nnote = Grüße\nregion = eu-west-1\n" .. keys "AKIDCONFIG" },
  { "bytes that are not UTF-8 in a comment", env = {}, gives = CONFIG,
    config = "# caf\233\n[default]\nregion = eu-west-1\n" .. keys "AKIDCONFIG",
    botocore = { fails = "ConfigParseError" }, why = "botocore decodes the whole file",
    follows = "the SDK for Go v2: bytes stay bytes" },
}

-- ---- the region ----

add {
  { "no region anywhere", env = env { AWS_DEFAULT_REGION = false }, gives = { key = "AKIDENV", from = "environment",
    region = "us-east-1" }, botocore = { fails = "NoRegionError" }, why = "ses has a default",
    follows = "its own design" },
  { "AWS_REGION", env = env { AWS_REGION = "ap-south-1" }, gives = { key = "AKIDENV", from = "environment",
    region = "ap-south-1" }, botocore = { region = "eu-west-1" }, why = "botocore does not know AWS_REGION",
    follows = ALL_FOLLOW },
  { "AWS_DEFAULT_REGION before the profile", env = env(), config = "[default]\nregion = us-west-2\n", gives = ENV },
  { "an empty AWS_DEFAULT_REGION", env = env { AWS_DEFAULT_REGION = "" }, config = "[default]\nregion = eu-west-1\n",
    gives = ENV, botocore = { fails = "ValueError" }, why = "botocore takes an empty variable for a region",
    follows = "the SDK for Go v2" },
  { "a region by option", env = env(), options = { region = "sa-east-1" }, config = "[default]\nregion = us-west-2\n",
    gives = { key = "AKIDENV", from = "environment", region = "sa-east-1" } },
  { "a region in the credentials file", env = env { AWS_DEFAULT_REGION = false },
    credentials = "[default]\nregion = eu-west-1\n", gives = ENV },
  { "a region in both files", env = env { AWS_DEFAULT_REGION = false }, config = "[default]\nregion = us-west-2\n",
    credentials = "[default]\nregion = eu-west-1\n", gives = ENV },
  { "the default profile's region is no other profile's", env = env { AWS_PROFILE = "work",
    AWS_DEFAULT_REGION = false }, config = "[default]\nregion = us-west-2\n[profile work]\noutput = json\n",
    gives = { key = "AKIDENV", from = "environment", region = "us-east-1" }, botocore = { fails = "NoRegionError" },
    why = "ses has a default", follows = "its own design" },
  { "a region in China", env = env { AWS_DEFAULT_REGION = "cn-north-1" },
    gives = { key = "AKIDENV", from = "environment", region = "cn-north-1",
      url = "https://email.cn-north-1.amazonaws.com.cn" } },
  { "a region that no list has", env = env { AWS_DEFAULT_REGION = "eu-nowhere-7" },
    gives = { key = "AKIDENV", from = "environment", region = "eu-nowhere-7" } },
  { "a region that is no host label", env = env { AWS_DEFAULT_REGION = "eu_west_1/" }, fails = "validation",
    botocore = { fails = "InvalidRegionError" } },
}

-- ---- the endpoint ----

local FIPS = "https://email-fips.us-east-2.amazonaws.com"
local LOCAL = "[profile work]\nservices = local\nendpoint_url = http://general:1\n"
local SERVICES = "[services local]\nsesv2 =\n  endpoint_url = http://special:2\ns3 =\n  endpoint_url = http://s3:3\n"

add {
  { "an endpoint by option", env = env(), options = { endpoint = "http://127.0.0.1:8025" },
    gives = at "http://127.0.0.1:8025" },
  { "an endpoint by option before all others", env = env { AWS_ENDPOINT_URL = "http://no" },
    options = { endpoint = "https://mine.example" }, gives = at "https://mine.example" },
  { "an endpoint with a path", env = env(), options = { endpoint = "http://127.0.0.1:8025/some/path" },
    gives = at "http://127.0.0.1:8025/some/path" },
  { "an endpoint with a slash at its end", env = env(), options = { endpoint = "http://127.0.0.1:8025/path/" },
    gives = at "http://127.0.0.1:8025/path" },
  { "an endpoint at an IPv6 address", env = env(), options = { endpoint = "http://[::1]:8025" },
    gives = at "http://[::1]:8025" },
  { "an endpoint that is no URL", env = env(), options = { endpoint = "127.0.0.1:8025" }, fails = "validation",
    botocore = { fails = "ValueError" } },
  { "AWS_ENDPOINT_URL_SESV2", env = env { AWS_ENDPOINT_URL_SESV2 = "http://special:2" },
    gives = at "http://special:2", since = "1.31" },
  { "AWS_ENDPOINT_URL", env = env { AWS_ENDPOINT_URL = "http://general:1" }, gives = at "http://general:1",
    since = "1.31" },
  { "AWS_ENDPOINT_URL_SESV2 before AWS_ENDPOINT_URL",
    env = env { AWS_ENDPOINT_URL = "http://general:1", AWS_ENDPOINT_URL_SESV2 = "http://special:2" },
    gives = at "http://special:2", since = "1.31" },
  { "AWS_ENDPOINT_URL_SES", env = env { AWS_ENDPOINT_URL_SES = "http://first:3" }, gives = at "http://first:3",
    botocore = { url = "https://email.eu-west-1.amazonaws.com" }, why = "for botocore that is the first API of SES",
    follows = "its own design: one name more, behind AWS_ENDPOINT_URL_SESV2" },
  { "an empty AWS_ENDPOINT_URL_SESV2", env = env { AWS_ENDPOINT_URL = "http://general:1", AWS_ENDPOINT_URL_SESV2 = "" },
    gives = at "http://general:1", since = "1.31" },
  { "a general endpoint of a profile", env = env { AWS_PROFILE = "work" },
    config = "[profile work]\nendpoint_url = http://general:1\n", gives = at "http://general:1", since = "1.31" },
  { "a services section", env = env { AWS_PROFILE = "work" }, config = "[profile work]\nservices = local\n" .. SERVICES,
    gives = at "http://special:2", since = "1.31" },
  { "a services section before the profile's general endpoint", env = env { AWS_PROFILE = "work" },
    config = LOCAL .. SERVICES, gives = at "http://special:2", since = "1.31" },
  { "a services section that stands before its profile", env = env { AWS_PROFILE = "work" },
    config = SERVICES .. LOCAL, gives = at "http://special:2", since = "1.31" },
  { "a services section without sesv2", env = env { AWS_PROFILE = "work" },
    config = LOCAL .. "[services local]\ns3 =\n  endpoint_url = http://s3:3\n", gives = at "http://general:1",
    since = "1.31" },
  { "a services section that does not exist", env = env { AWS_PROFILE = "work" }, config = LOCAL,
    fails = "validation", botocore = { fails = "InvalidConfigError" }, since = "1.31" },
  { "a comment behind an endpoint", env = env { AWS_PROFILE = "work" }, since = "1.31",
    config = "[profile work]\nservices = local\n[services local]\nsesv2 =\n  endpoint_url = http://special:2 # mine\n",
    gives = at "http://special:2", botocore = { fails = "ValueError" },
    why = "botocore takes the comment for a part of the value", follows = "the SDK for JavaScript" },
  { "another profile's services section", env = env(), config = LOCAL .. SERVICES, gives = ENV },
  { "AWS_ENDPOINT_URL before a services section",
    env = env { AWS_PROFILE = "work", AWS_ENDPOINT_URL = "http://variable:4" }, config = LOCAL .. SERVICES,
    gives = at "http://variable:4", since = "1.31" },
  { "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    env = env { AWS_PROFILE = "work", AWS_ENDPOINT_URL = "http://variable:4",
      AWS_IGNORE_CONFIGURED_ENDPOINT_URLS = "true" }, config = LOCAL .. SERVICES, gives = ENV },
  { "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS and an endpoint by option",
    env = env { AWS_ENDPOINT_URL = "http://variable:4", AWS_IGNORE_CONFIGURED_ENDPOINT_URLS = "true" },
    options = { endpoint = "http://mine:5" }, gives = at "http://mine:5" },
  { "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=false",
    env = env { AWS_ENDPOINT_URL = "http://variable:4", AWS_IGNORE_CONFIGURED_ENDPOINT_URLS = "false" },
    gives = at "http://variable:4", since = "1.31" },
  { "ignore_configured_endpoint_urls in the profile", env = env { AWS_PROFILE = "work",
    AWS_ENDPOINT_URL = "http://variable:4" }, config = LOCAL .. "ignore_configured_endpoint_urls = true\n" .. SERVICES,
    gives = ENV },
  { "an endpoint of the credentials file", env = env(), credentials = "[default]\nendpoint_url = http://general:1\n",
    gives = at "http://general:1", since = "1.31" },
  { "FIPS", env = env { AWS_DEFAULT_REGION = "us-east-2", AWS_USE_FIPS_ENDPOINT = "true" },
    gives = at(FIPS, { region = "us-east-2" }) },
  { "FIPS in capitals", env = env { AWS_DEFAULT_REGION = "us-east-2", AWS_USE_FIPS_ENDPOINT = "TRUE" },
    gives = at(FIPS, { region = "us-east-2" }) },
  { "FIPS in the profile", env = env { AWS_DEFAULT_REGION = "us-east-2" },
    config = "[default]\nuse_fips_endpoint = true\n", gives = at(FIPS, { region = "us-east-2" }) },
  { "FIPS in the profile, and switched off in the environment",
    env = env { AWS_DEFAULT_REGION = "us-east-2", AWS_USE_FIPS_ENDPOINT = "false" },
    config = "[default]\nuse_fips_endpoint = true\n",
    gives = at("https://email.us-east-2.amazonaws.com", { region = "us-east-2" }) },
  { "a FIPS that is neither true nor false", env = env { AWS_USE_FIPS_ENDPOINT = "yes" }, fails = "validation",
    botocore = ENV, why = "for botocore all but true is false",
    follows = "the SDK for Go v2, which refuses it too" },
  { "dual stack", env = env { AWS_USE_DUALSTACK_ENDPOINT = "true" }, gives = at "https://email.eu-west-1.api.aws" },
  { "dual stack in the profile", env = env(), config = "[default]\nuse_dualstack_endpoint = true\n",
    gives = at "https://email.eu-west-1.api.aws" },
  { "FIPS and dual stack", env = env { AWS_DEFAULT_REGION = "us-east-2", AWS_USE_FIPS_ENDPOINT = "true",
    AWS_USE_DUALSTACK_ENDPOINT = "true" }, gives = at("https://email-fips.us-east-2.api.aws",
    { region = "us-east-2" }) },
  { "FIPS in a region without it", env = env { AWS_USE_FIPS_ENDPOINT = "true" },
    gives = at "https://email-fips.eu-west-1.amazonaws.com" },
  { "FIPS with an endpoint of one's own", env = env { AWS_USE_FIPS_ENDPOINT = "true" },
    options = { endpoint = "http://mine:5" }, fails = "validation", botocore = at "http://mine:5",
    why = "botocore forgets the first where the second is set",
    follows = "the service's endpoint rules" },
  { "dual stack with an endpoint of one's own", env = env { AWS_USE_DUALSTACK_ENDPOINT = "true" },
    options = { endpoint = "http://mine:5" }, fails = "validation", botocore = at "http://mine:5",
    why = "botocore forgets the first where the second is set",
    follows = "the service's endpoint rules" },
}

-- ---- retries and certificates ----

local function env_with(more)
  local given = { key = "AKIDENV", from = "environment" }
  for name, value in pairs(more) do given[name] = value end
  return given
end

add {
  { "AWS_MAX_ATTEMPTS", env = env { AWS_MAX_ATTEMPTS = "7" }, gives = env_with { attempts = 7 } },
  { "max_attempts", env = env(), config = "[default]\nmax_attempts = 2\n", gives = env_with { attempts = 2 } },
  { "AWS_MAX_ATTEMPTS before max_attempts", env = env { AWS_MAX_ATTEMPTS = "7" },
    config = "[default]\nmax_attempts = 2\n", gives = env_with { attempts = 7 } },
  { "AWS_MAX_ATTEMPTS that is no number", env = env { AWS_MAX_ATTEMPTS = "many" }, fails = "validation",
    botocore = { fails = "ValueError" } },
  { "AWS_RETRY_MODE", env = env { AWS_RETRY_MODE = "adaptive" }, gives = env_with { mode = "adaptive" } },
  { "retry_mode", env = env(), config = "[default]\nretry_mode = standard\n", gives = env_with { mode = "standard" } },
  { "AWS_RETRY_MODE before retry_mode", env = env { AWS_RETRY_MODE = "legacy" },
    config = "[default]\nretry_mode = standard\n", gives = env_with { mode = "legacy" } },
  { "AWS_RETRY_MODE that nobody knows", env = env { AWS_RETRY_MODE = "fast" }, fails = "validation",
    botocore = { fails = "InvalidRetryModeError" } },
  { "AWS_CA_BUNDLE", env = env { AWS_CA_BUNDLE = "$dir/bundle" }, files = { bundle = "" },
    gives = env_with { ca = "bundle" } },
  { "ca_bundle", env = env(), config = "[default]\nca_bundle = $dir/bundle\n", files = { bundle = "" },
    gives = env_with { ca = "bundle" } },
  { "AWS_CA_BUNDLE before ca_bundle", env = env { AWS_CA_BUNDLE = "$dir/bundle" },
    files = { bundle = "", other = "" }, config = "[default]\nca_bundle = $dir/other\n",
    gives = env_with { ca = "bundle" } },
}

return cases
