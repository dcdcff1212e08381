"""What botocore makes of a configuration: JSON lines in, JSON lines out, one process for all cases.

The first line of the output is {"version": botocore's}. Each line of the input is one of
  {"env": {...}, "options": {"profile": ..., "region": ..., "endpoint": ...}, "fake": URL or null}
      -> {"key":, "secret":, "token":, "from":, "region": (signed for), "url": (of GetAccount),
          "attempts":, "mode":, "account":, "ca":}
         or {"error": the exception's class, "message":}
  {"rules": {"Region": ..., "UseFIPS": ..., "UseDualStack": ..., "EndpointId": ..., "Endpoint": ...}}
      -> {"url":, "schemes": [...]} or {"error":, "message":}
No request leaves the machine: what goes to SES is stopped before it is sent, and what goes to STS or
IAM Identity Center is sent to `fake`.
"""
import json
import os
import re
import sys
import urllib.parse

import botocore
import botocore.awsrequest
import botocore.credentials
import botocore.httpsession
import botocore.loaders
import botocore.session
import botocore.tokens

LOADER = botocore.loaders.create_loader()
OPTION_NAMES = {"region": "region_name", "endpoint": "endpoint_url"}


class Stopped(Exception):
    """The request for SES, kept from the network."""

    def __init__(self, request):
        super().__init__()
        self.request = request


def stop(request, **_):
    raise Stopped(request)


def divert(fake):
    def handler(request, **_):
        if fake is None:
            raise AssertionError("a request to " + request.url)
        parts = urllib.parse.urlsplit(request.url)
        target = fake + (parts.path or "/") + ("?" + parts.query if parts.query else "")
        moved = botocore.awsrequest.AWSPreparedRequest(
            request.method, target, request.headers, request.body, request.stream_output)
        return botocore.httpsession.URLLib3Session().send(moved)
    return handler


def text(value):
    return value.decode() if isinstance(value, bytes) else value


def use_home():
    """botocore looks HOME up when it is loaded, and this process has one for every case."""
    cache = os.path.expanduser(os.path.join("~", ".aws", "sso", "cache"))
    botocore.credentials.SSOProvider._SSO_TOKEN_CACHE_DIR = cache
    botocore.tokens.SSOTokenProvider._SSO_TOKEN_CACHE_DIR = cache


def resolve(case):
    os.environ.clear()
    os.environ.update(case["env"])
    use_home()
    options = case.get("options") or {}
    session = botocore.session.Session(profile=options.get("profile"))
    session.register_component("data_loader", LOADER)
    for service in ("sts", "sso", "sso-oidc"):
        session.register("before-send." + service, divert(case.get("fake")))
    session.register("before-send.sesv2", stop)
    client = session.create_client(
        "sesv2", **{OPTION_NAMES[name]: options[name] for name in OPTION_NAMES if name in options})
    try:
        client.get_account()
    except Stopped as stopped:
        request = stopped.request
    credentials = session.get_credentials()
    frozen = credentials.get_frozen_credentials()
    scope = re.search(r"Credential=[^/]+/\d+/([^/]+)/", text(request.headers["Authorization"]))
    return {"key": frozen.access_key, "secret": frozen.secret_key, "token": frozen.token or None,
            "from": credentials.method, "region": scope.group(1), "url": request.url,
            "attempts": (client.meta.config.retries or {}).get("total_max_attempts"),
            "mode": (client.meta.config.retries or {}).get("mode"),
            "account": getattr(frozen, "account_id", None),
            "ca": client._endpoint.http_session._verify}


def make_rules():
    from botocore.endpoint_provider import EndpointProvider
    rules = LOADER.load_service_model("sesv2", "endpoint-rule-set-1")
    return EndpointProvider(rules, LOADER.load_data("partitions"))


def evaluate(provider, parameters):
    names = provider.ruleset.parameters
    known = {name: value for name, value in parameters.items() if name in names}
    found = provider.resolve_endpoint(**known)
    return {"url": found.url, "schemes": found.properties.get("authSchemes", [])}


def main():
    print(json.dumps({"version": botocore.__version__}), flush=True)
    provider = None
    for line in sys.stdin:
        case = json.loads(line)
        try:
            if "rules" in case:
                provider = provider or make_rules()
                answer = evaluate(provider, case["rules"])
            else:
                answer = resolve(case)
        except Exception as error:  # every exception is an answer
            answer = {"error": type(error).__name__, "message": str(error)}
        print(json.dumps(answer), flush=True)


main()
