-- More cases for botocore_spec.lua, of the form that botocore_cases.lua explains: credentials that a
-- program, STS, IAM Identity Center, a container or an instance gives.
--
-- "$fake" stands for the address of a server that plays these endpoints (every peer has one of its own),
-- "$case" for the number of the case. STS gives out AKIDROLE for AssumeRole and AKIDWEB for web identity,
-- the others AKIDSSO, AKIDCONTAINER and AKIDIMDS, each with the session token "token/of+" and its name.
-- `asks` is what both must ask the server for, one line a request:
--   sts.AssumeRole by=KEY arn=… [external=…] [session=…] [seconds=…]
--   sts.AssumeRoleWithWebIdentity arn=… [session=…] token=…
--   sso.credentials account=… role=… bearer=…   sso.token refresh=… client=…
--   container path=… [auth=…]
local cases = {}

local function add(list)
  for _, case in ipairs(list) do cases[#cases + 1] = case end
end

local function keys(id)
  return ("aws_access_key_id = %s\naws_secret_access_key = secret/of+%s\n"):format(id, id)
end

local function env(more)
  local all = {
    AWS_DEFAULT_REGION = "eu-west-1", AWS_ENDPOINT_URL_STS = "$fake", AWS_ENDPOINT_URL_SSO = "$fake",
    AWS_ENDPOINT_URL_SSO_OIDC = "$fake",
  }
  for name, value in pairs(more or {}) do all[name] = value or nil end
  return all
end

local function env_keys(more)
  local all = env { AWS_ACCESS_KEY_ID = "AKIDENV", AWS_SECRET_ACCESS_KEY = "secret/of+AKIDENV" }
  for name, value in pairs(more or {}) do all[name] = value or nil end
  return all
end

local function given(id, from)
  return { key = id, from = from, token = "token/of+" .. id }
end

local ROLE, WEB, SSO = given("AKIDROLE", "assume_role"), given("AKIDWEB", "web_identity"), given("AKIDSSO", "sso")
local CONTAINER, IMDS = given("AKIDCONTAINER", "container"), given("AKIDIMDS", "imds")
local ENV = { key = "AKIDENV", from = "environment" }
local CONFIG = { key = "AKIDCONFIG", from = "profile" }
local PROCESS = { key = "AKIDPROCESS", from = "process" }

-- ---- credential_process ----

-- A program that prints this.
local function printing(text)
  return { helper = "cat <<'EOF'\n" .. text .. "\nEOF\n" }
end

local ANSWER = [[{"Version": 1, "AccessKeyId": "AKIDPROCESS", "SecretAccessKey": "secret/of+AKIDPROCESS"%s}]]
local RUN = "credential_process = sh $dir/helper\n"

-- One whose key id tells the number of its arguments, and the third of them.
local COUNTING = { helper = [[
id=AKID$#$3
echo "{\"Version\":1,\"AccessKeyId\":\"$id\",\"SecretAccessKey\":\"secret/of+$id\"}"
]] }

add {
  { "a process", env = env(), config = "[default]\n" .. RUN, files = printing(ANSWER:format ""), gives = PROCESS },
  { "a process of a profile in the credentials file", env = env(), credentials = "[default]\n" .. RUN,
    files = printing(ANSWER:format ""), gives = PROCESS },
  { "a process with a token that expires", env = env(), config = "[default]\n" .. RUN,
    files = printing(ANSWER:format [[, "SessionToken": "t/o+k", "Expiration": "2099-01-01T00:00:00Z"]]),
    gives = { key = "AKIDPROCESS", from = "process", token = "t/o+k" } },
  { "a process whose token is null", env = env(), config = "[default]\n" .. RUN,
    files = printing(ANSWER:format [[, "SessionToken": null]]), gives = PROCESS },
  { "a process whose answer has more than is known", env = env(), config = "[default]\n" .. RUN,
    files = printing(ANSWER:format [[, "AccountId": "123456789012", "More": {"a": [1, true, null]}]]),
    gives = { key = "AKIDPROCESS", from = "process", account = "123456789012" }, since = "1.36" },
  { "a process of a profile with an account id", env = env(), config = "[default]\n" .. RUN
      .. "aws_account_id = 123456789012\n", files = printing(ANSWER:format ""),
    gives = { key = "AKIDPROCESS", from = "process", account = "123456789012" }, since = "1.36" },
  { "a process whose credentials have expired", env = env(), config = "[default]\n" .. RUN,
    files = printing(ANSWER:format [[, "Expiration": "2001-01-01T00:00:00Z"]]), fails = "credentials",
    botocore = { fails = "RuntimeError" } },
  { "a process of another version", env = env(), config = "[default]\n" .. RUN,
    files = printing((ANSWER:format ""):gsub("1", "2", 1)), fails = "credentials",
    botocore = { fails = "CredentialRetrievalError" } },
  { "a process whose answer has no version", env = env(), config = "[default]\n" .. RUN,
    files = printing [[{"AccessKeyId": "A", "SecretAccessKey": "s"}]], fails = "credentials",
    botocore = { fails = "CredentialRetrievalError" } },
  { "a process whose answer has no secret", env = env(), config = "[default]\n" .. RUN,
    files = printing [[{"Version": 1, "AccessKeyId": "A"}]], fails = "credentials",
    botocore = { fails = "CredentialRetrievalError" } },
  { "a process that prints no JSON", env = env(), config = "[default]\n" .. RUN, files = printing "hello",
    fails = "credentials", botocore = { fails = "JSONDecodeError" } },
  { "a process that fails", env = env(), config = "[default]\n" .. RUN, files = { helper = "exit 3\n" },
    fails = "credentials", botocore = { fails = "CredentialRetrievalError" } },
  { "a process that does not exist", env = env(), config = "[default]\ncredential_process = $dir/nothing\n",
    fails = "credentials", botocore = { fails = "FileNotFoundError" } },
  { "a process that also writes to stderr", env = env(), config = "[default]\n" .. RUN,
    files = { helper = "echo noise >&2\n" .. printing(ANSWER:format "").helper }, gives = PROCESS },
  { "a process that sees the environment", env = env { MARK = "AKIDMARK" }, config = "[default]\n" .. RUN,
    files = { helper = [[echo "{\"Version\":1,\"AccessKeyId\":\"$MARK\",\"SecretAccessKey\":\"secret/of+$MARK\"}"]] },
    gives = { key = "AKIDMARK", from = "process" } },
  { "a process with quoted arguments", env = env(), files = COUNTING,
    config = "[default]\ncredential_process = sh $dir/helper \"one two\" 'three four' fi\\ve\n",
    gives = { key = "AKID3five", from = "process" } },
  { "a process and keys in the config file", env = env(), config = "[default]\n" .. keys "AKIDCONFIG" .. RUN,
    files = printing(ANSWER:format ""), gives = PROCESS,
    others = "the SDKs for Go v2 and JavaScript take the keys; botocore does so in the credentials file alone" },
  { "a process behind keys in the environment", env = env_keys(), config = "[default]\n" .. RUN,
    files = { helper = "exit 1\n" }, gives = ENV },
  { "a process behind keys in the credentials file", env = env(), config = "[default]\n" .. RUN,
    credentials = "[default]\n" .. keys "AKIDCONFIG", files = { helper = "exit 1\n" }, gives = CONFIG },
}

-- ---- roles ----

local ARN = "arn:aws:iam::123456789012:role/case-$case"
local BASE = "[profile base]\n" .. keys "AKIDBASE"
local function role(more, name)
  return ("[%s]\nrole_arn = %s\n%s\n"):format(name or "default", ARN, more)
end
local BY_BASE = "sts.AssumeRole by=AKIDBASE arn=" .. ARN

add {
  { "a role of a source profile", env = env(), config = role "source_profile = base" .. BASE, gives = ROLE,
    asks = { BY_BASE } },
  { "a role whose source is in the credentials file", env = env(), config = role "source_profile = base",
    credentials = "[base]\n" .. keys "AKIDBASE", gives = ROLE, asks = { BY_BASE } },
  { "a role of a profile in the credentials file", env = env(), gives = ROLE, asks = { BY_BASE },
    credentials = role "source_profile = base" .. "[base]\n" .. keys "AKIDBASE" },
  { "a role with all its settings", env = env(), gives = ROLE,
    config = role("source_profile = base\nexternal_id = a/b=c d\nrole_session_name = mailer@x\n" ..
      "duration_seconds = 900") .. BASE, asks = { BY_BASE .. " external=a/b=c d session=mailer@x seconds=900" } },
  { "a role before keys of the same profile", env = env(), gives = ROLE, asks = { BY_BASE },
    config = role("source_profile = base\n" .. keys "AKIDCONFIG") .. BASE },
  { "a role behind keys in the environment", env = env_keys(), config = role "source_profile = base" .. BASE,
    gives = ENV, asks = {} },
  { "a role of a profile by option, and keys in the environment", env = env_keys(), options = { profile = "work" },
    config = role("source_profile = base", "profile work") .. BASE, gives = ROLE, asks = { BY_BASE } },
  { "a profile that is its own source", env = env(), gives = ROLE,
    config = role("source_profile = default\n" .. keys "AKIDCONFIG"),
    asks = { "sts.AssumeRole by=AKIDCONFIG arn=" .. ARN } },
  { "a chain of three roles", env = env(), gives = ROLE,
    config = role "source_profile = two" ..
      "[profile two]\nrole_arn = " .. ARN .. "-two\nsource_profile = three\n" ..
      "[profile three]\nrole_arn = " .. ARN .. "-three\nsource_profile = base\n" .. BASE,
    asks = { BY_BASE .. "-three", "sts.AssumeRole by=AKIDROLE arn=" .. ARN .. "-two",
      "sts.AssumeRole by=AKIDROLE arn=" .. ARN } },
  { "a chain that ends at a profile with keys and a role", env = env(), gives = ROLE,
    config = role "source_profile = two" .. "[profile two]\nrole_arn = " .. ARN .. "-two\nsource_profile = base\n" ..
      keys "AKIDTWO" .. BASE, asks = { "sts.AssumeRole by=AKIDTWO arn=" .. ARN } },
  { "a chain that bites its tail", env = env(), fails = "credentials", asks = {},
    config = role "source_profile = two" .. "[profile two]\nrole_arn = " .. ARN .. "-two\nsource_profile = default\n",
    botocore = { fails = "InfiniteLoopConfigError" } },
  { "a profile that is its own source without keys", env = env(), fails = "credentials", asks = {},
    config = role "source_profile = default", botocore = { fails = "InfiniteLoopConfigError" } },
  { "a source profile that does not exist", env = env(), config = role "source_profile = nobody",
    fails = "credentials", botocore = { fails = "InvalidConfigError" }, asks = {} },
  { "a source profile without credentials", env = env(), fails = "credentials", asks = {},
    config = role "source_profile = base" .. "[profile base]\noutput = json\n",
    botocore = { fails = "InvalidConfigError" } },
  { "a role without any source", env = env(), config = role "", fails = "credentials", asks = {},
    botocore = { fails = "PartialCredentialsError" } },
  { "a role with two kinds of source", env = env(), fails = "credentials", asks = {},
    config = role "source_profile = base\ncredential_source = Environment" .. BASE,
    botocore = { fails = "InvalidConfigError" } },
  { "a credential_source that nobody knows", env = env(), config = role "credential_source = Moon",
    fails = "credentials", asks = {}, botocore = { fails = "InvalidConfigError" } },
  { "a role with a process in the same profile", env = env(), gives = ROLE, asks = { BY_BASE },
    config = role("source_profile = base\n" .. RUN) .. BASE, files = { helper = "exit 1\n" } },
  { "a role whose source has a session token", env = env(), gives = ROLE, asks = { BY_BASE },
    config = role "source_profile = base" .. BASE .. "aws_session_token = t\n" },
  { "a role whose duration is no number", env = env(), fails = "credentials",
    config = role "source_profile = base\nduration_seconds = long" .. BASE, botocore = ROLE,
    why = "botocore asks for a role without a duration", follows = "its own design: what does not parse is an error",
    others = "the SDK for Go v2 does as botocore" },
  { "a credential_source in small letters", env = env_keys(), options = { profile = "work" }, gives = ROLE,
    config = role("credential_source = environment", "profile work"), botocore = { fails = "InvalidConfigError" },
    asks = { "sts.AssumeRole by=AKIDENV arn=" .. ARN }, why = "botocore wants the words as they are written",
    follows = "the SDK for Java" },
  { "credential_source Environment", env = env_keys(), options = { profile = "work" }, gives = ROLE,
    config = role("credential_source = Environment", "profile work"),
    asks = { "sts.AssumeRole by=AKIDENV arn=" .. ARN } },
  { "credential_source Environment without keys there", env = env(), fails = "credentials", asks = {},
    config = role "credential_source = Environment", botocore = { fails = "CredentialRetrievalError" } },
  { "credential_source EcsContainer", env = env { AWS_CONTAINER_CREDENTIALS_FULL_URI = "$fake/container/$case" },
    config = role "credential_source = EcsContainer", gives = ROLE,
    asks = { "container path=/container/$case", "sts.AssumeRole by=AKIDCONTAINER arn=" .. ARN } },
  { "credential_source Ec2InstanceMetadata",
    env = env { AWS_EC2_METADATA_DISABLED = "false", AWS_EC2_METADATA_SERVICE_ENDPOINT = "$fake" },
    config = role "credential_source = Ec2InstanceMetadata", gives = ROLE,
    asks = { "sts.AssumeRole by=AKIDIMDS arn=" .. ARN } },
  { "a role whose source is a process", env = env(), files = printing(ANSWER:format ""), gives = ROLE,
    config = role "source_profile = base" .. "[profile base]\n" .. RUN,
    asks = { "sts.AssumeRole by=AKIDPROCESS arn=" .. ARN } },
  { "a role whose source is a web identity", env = env(), files = { token = "web.token.$case" }, gives = ROLE,
    config = role "source_profile = base" .. "[profile base]\nweb_identity_token_file = $dir/token\nrole_arn = " ..
      ARN .. "-web\n",
    asks = { "sts.AssumeRoleWithWebIdentity arn=" .. ARN .. "-web token=web.token.$case",
      "sts.AssumeRole by=AKIDWEB arn=" .. ARN } },
}

-- ---- web identity ----

local TOKEN = { token = "web.token.$case" }
local function web_env(more)
  local all = env { AWS_WEB_IDENTITY_TOKEN_FILE = "$dir/token", AWS_ROLE_ARN = ARN }
  for name, value in pairs(more or {}) do all[name] = value or nil end
  return all
end
local BY_TOKEN = "sts.AssumeRoleWithWebIdentity arn=" .. ARN
local WEB_PROFILE = "web_identity_token_file = $dir/token\nrole_arn = " .. ARN .. "\n"

add {
  { "a web identity of the environment", env = web_env(), files = TOKEN, gives = WEB,
    asks = { BY_TOKEN .. " token=web.token.$case" } },
  { "a web identity with a session's name", env = web_env { AWS_ROLE_SESSION_NAME = "mailer" }, files = TOKEN,
    gives = WEB, asks = { BY_TOKEN .. " session=mailer token=web.token.$case" } },
  { "a web identity before keys in the files", env = web_env(), files = TOKEN, gives = WEB,
    credentials = "[default]\n" .. keys "AKIDFILE", asks = { BY_TOKEN .. " token=web.token.$case" },
    others = "the SDK for JavaScript asks the files first" },
  { "a web identity behind keys in the environment", env = web_env { AWS_ACCESS_KEY_ID = "AKIDENV",
    AWS_SECRET_ACCESS_KEY = "secret/of+AKIDENV" }, files = TOKEN, gives = ENV, asks = {} },
  { "a web identity of the environment, and a profile by option", env = web_env(), files = TOKEN,
    options = { profile = "work" }, credentials = "[work]\n" .. keys "AKIDCONFIG", gives = CONFIG, asks = {} },
  { "a web identity of the environment, and AWS_PROFILE", env = web_env { AWS_PROFILE = "work" }, files = TOKEN,
    credentials = "[work]\n" .. keys "AKIDCONFIG", gives = WEB, asks = { BY_TOKEN .. " token=web.token.$case" } },
  { "a web identity of the environment, and a role of the profile", env = web_env(), files = TOKEN, gives = WEB,
    config = role "source_profile = base" .. BASE, asks = { BY_TOKEN .. " token=web.token.$case" }, botocore = ROLE,
    why = "botocore looks for roles in profiles first", follows = "the SDK for Go v2" },
  { "a token file that ends in a line break", env = web_env(), files = { token = "web.token.$case\n" }, gives = WEB,
    asks = { BY_TOKEN .. " token=web.token.$case" }, botocore = WEB, why = "botocore sends the line break along",
    follows = "its own design: no token ends in one" },
  { "a web identity of a profile", env = env(), config = "[default]\n" .. WEB_PROFILE .. "role_session_name = me\n",
    files = TOKEN, gives = WEB, asks = { BY_TOKEN .. " session=me token=web.token.$case" } },
  { "a web identity of a profile with keys", env = env(), config = "[default]\n" .. WEB_PROFILE .. keys "AKIDCONFIG",
    files = TOKEN, gives = WEB, asks = { BY_TOKEN .. " token=web.token.$case" } },
  { "a token file without a role", env = web_env { AWS_ROLE_ARN = false }, files = TOKEN, fails = "credentials",
    asks = {}, botocore = { fails = "InvalidConfigError" } },
  { "a role without a token file", env = web_env { AWS_WEB_IDENTITY_TOKEN_FILE = false },
    credentials = "[default]\n" .. keys "AKIDCONFIG", gives = CONFIG, asks = {} },
  { "a token file that does not exist", env = web_env { AWS_WEB_IDENTITY_TOKEN_FILE = "$dir/none" },
    fails = "credentials", asks = {}, botocore = { fails = "FileNotFoundError" } },
}

-- ---- IAM Identity Center ----

-- The files are named by the SHA-1 of the start URL or of the session's name.
local LEGACY_CACHE = ".aws/sso/cache/1bdc5d5526b5b62458ccfc3c91fb6083b0ca441e.json"
local SESSION_CACHE = ".aws/sso/cache/e274eeff768c6396088ec6eb091f4bf4d47ab1e0.json"
local LEGACY = "sso_start_url = https://start.example/legacy\nsso_region = eu-central-1\n"
local ACCOUNT = "sso_account_id = 123456789012\nsso_role_name = case-$case\n"
local SESSION = "[sso-session work]\n" .. "sso_start_url = https://start.example/\nsso_region = eu-central-1\n" ..
  "sso_registration_scopes = sso:account:access\n"
local IN_SESSION = "sso_session = work\n" .. ACCOUNT

local function cached(path, expires, more)
  return { [path] = ([[{"startUrl": "https://start.example/", "region": "eu-central-1",
    "accessToken": "bearer-$case", "expiresAt": "%s"%s}]]):format(expires, more or "") }
end
local LATER, BEFORE = "2099-01-01T00:00:00Z", "2001-01-01T00:00:00Z"
local CLIENT = [[, "clientId": "client-$case", "clientSecret": "s", "refreshToken": "refresh-$case",
  "registrationExpiresAt": "%s"]]
local SSO_ASKS = "sso.credentials account=123456789012 role=case-$case bearer="

add {
  { "SSO without a session", env = env(), config = "[default]\n" .. LEGACY .. ACCOUNT,
    files = cached(LEGACY_CACHE, LATER), gives = SSO, asks = { SSO_ASKS .. "bearer-$case" } },
  { "SSO with a session", env = env(), config = "[default]\n" .. IN_SESSION .. SESSION,
    files = cached(SESSION_CACHE, LATER), gives = SSO, asks = { SSO_ASKS .. "bearer-$case" } },
  { "SSO before keys of the same profile", env = env(), config = "[default]\n" .. IN_SESSION .. keys "AKIDCONFIG" ..
    SESSION, files = cached(SESSION_CACHE, LATER), gives = SSO, asks = { SSO_ASKS .. "bearer-$case" },
    others = "the SDKs for Go v2 and JavaScript take the keys" },
  { "SSO behind keys in the environment", env = env_keys(), config = "[default]\n" .. IN_SESSION .. SESSION,
    files = cached(SESSION_CACHE, LATER), gives = ENV, asks = {} },
  { "SSO and a role in the same profile", env = env(), gives = ROLE, asks = { BY_BASE },
    config = role("source_profile = base\n" .. IN_SESSION) .. BASE .. SESSION, files = cached(SESSION_CACHE, LATER) },
  { "SSO as the source of a role", env = env(), gives = ROLE, since = "1.31",
    config = role "source_profile = base" .. "[profile base]\n" .. IN_SESSION .. SESSION,
    files = cached(SESSION_CACHE, LATER),
    asks = { SSO_ASKS .. "bearer-$case", "sts.AssumeRole by=AKIDSSO arn=" .. ARN } },
  { "SSO whose token has expired", env = env(), config = "[default]\n" .. LEGACY .. ACCOUNT,
    files = cached(LEGACY_CACHE, BEFORE), fails = "credentials", asks = {}, since = "1.31",
    botocore = { fails = "UnauthorizedSSOTokenError" } },
  { "SSO whose token can be refreshed", env = env(), config = "[default]\n" .. IN_SESSION .. SESSION,
    files = cached(SESSION_CACHE, BEFORE, CLIENT:format(LATER)), gives = SSO,
    asks = { "sso.token refresh=refresh-$case client=client-$case", SSO_ASKS .. "refreshed" } },
  { "SSO whose client has expired with its token", env = env(), config = "[default]\n" .. IN_SESSION .. SESSION,
    files = cached(SESSION_CACHE, BEFORE, CLIENT:format(BEFORE)), fails = "credentials", asks = {},
    botocore = { fails = "TokenRetrievalError" } },
  { "SSO without a token in the cache", env = env(), config = "[default]\n" .. IN_SESSION .. SESSION,
    fails = "credentials", asks = {}, botocore = { fails = "SSOTokenLoadError" } },
  { "SSO with a session that does not exist", env = env(), config = "[default]\n" .. IN_SESSION,
    fails = "credentials", asks = {}, botocore = { fails = "InvalidConfigError" } },
  { "SSO with a start URL that contradicts its session", env = env(), fails = "credentials", asks = {},
    config = "[default]\n" .. IN_SESSION .. "sso_start_url = https://other.example/\n" .. SESSION,
    files = cached(SESSION_CACHE, LATER), botocore = { fails = "InvalidConfigError" } },
  { "SSO without a role's name", env = env(), config = "[default]\n" .. LEGACY .. "sso_account_id = 123456789012\n",
    files = cached(LEGACY_CACHE, LATER), fails = "credentials", asks = {},
    botocore = { fails = "InvalidConfigError" } },
}

-- ---- containers and instances ----

local FULL = "$fake/container/$case"
local METADATA = { AWS_EC2_METADATA_DISABLED = "false", AWS_EC2_METADATA_SERVICE_ENDPOINT = "$fake" }

local function metadata_env(more)
  local all = env(METADATA)
  for name, value in pairs(more or {}) do all[name] = value or nil end
  return all
end

add {
  { "a container", env = env { AWS_CONTAINER_CREDENTIALS_FULL_URI = FULL }, gives = CONTAINER,
    asks = { "container path=/container/$case" } },
  { "a container with a token", gives = CONTAINER, asks = { "container path=/container/$case auth=Basic abc" },
    env = env { AWS_CONTAINER_CREDENTIALS_FULL_URI = FULL, AWS_CONTAINER_AUTHORIZATION_TOKEN = "Basic abc" } },
  { "a container with a token file", gives = CONTAINER, asks = { "container path=/container/$case auth=pod.token" },
    since = "1.31", files = { pod = "pod.token" },
    env = env { AWS_CONTAINER_CREDENTIALS_FULL_URI = FULL, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE = "$dir/pod",
      AWS_CONTAINER_AUTHORIZATION_TOKEN = "not this one" } },
  { "a container's token with a line break in it", fails = "credentials", asks = {},
    env = env { AWS_CONTAINER_CREDENTIALS_FULL_URI = FULL, AWS_CONTAINER_AUTHORIZATION_TOKEN = "a\nX-B: c" },
    botocore = { fails = "ValueError" }, since = "1.31" },
  { "a container at a host that is not allowed", fails = "credentials", asks = {},
    env = env { AWS_CONTAINER_CREDENTIALS_FULL_URI = "http://192.0.2.7/container" },
    botocore = { fails = "ValueError" } },
  { "a container behind a profile with keys", env = env { AWS_CONTAINER_CREDENTIALS_FULL_URI = FULL },
    config = "[default]\n" .. keys "AKIDCONFIG", gives = CONFIG, asks = {} },
  { "a container before the instance", env = metadata_env { AWS_CONTAINER_CREDENTIALS_FULL_URI = FULL },
    gives = CONTAINER, asks = { "container path=/container/$case" } },
  { "an instance", env = metadata_env(), gives = IMDS },
  { "an instance, and no region anywhere", env = metadata_env { AWS_DEFAULT_REGION = false },
    gives = { key = "AKIDIMDS", from = "imds", token = "token/of+AKIDIMDS", region = "eu-north-1" },
    botocore = { fails = "NoRegionError" }, why = "botocore does not ask an instance for its region",
    follows = "the SDK for Java, and its own design" },
  { "an instance whose metadata service's address ends in a slash", gives = IMDS,
    env = metadata_env { AWS_EC2_METADATA_SERVICE_ENDPOINT = "$fake/" } },
  { "an instance behind a profile with keys", env = metadata_env(), config = "[default]\n" .. keys "AKIDCONFIG",
    gives = CONFIG },
  { "an instance whose metadata service is switched off", env = metadata_env { AWS_EC2_METADATA_DISABLED = "true" },
    fails = "credentials", botocore = { fails = "NoCredentialsError" } },
  { "an instance whose metadata service is switched off in capitals",
    env = metadata_env { AWS_EC2_METADATA_DISABLED = "TRUE" }, fails = "credentials",
    botocore = { fails = "NoCredentialsError" } },
}

return cases
