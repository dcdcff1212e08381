"""Where botocore asks STS: JSON lines in, JSON lines out.

Each line of the input is {"region":, "setting": "legacy" or "regional", "fips":, "dualstack":}, of the
output {"url":, "region": (signed for)} or {"error": the exception's class}. Nothing is sent.
"""
import json
import os
import re
import sys

import botocore.config
import botocore.loaders
import botocore.session

LOADER = botocore.loaders.create_loader()


class Stopped(Exception):
    pass


def stop(request, **_):
    raise Stopped(request)


def text(value):
    return value.decode() if isinstance(value, bytes) else value


def ask(case):
    os.environ["AWS_STS_REGIONAL_ENDPOINTS"] = case["setting"]
    session = botocore.session.Session()
    session.register_component("data_loader", LOADER)
    session.register("before-send.sts", stop)
    config = botocore.config.Config(
        region_name=case["region"], use_fips_endpoint=case["fips"],
        use_dualstack_endpoint=case["dualstack"])
    client = session.create_client(
        "sts", config=config, aws_access_key_id="AKIDBASE", aws_secret_access_key="secret")
    try:
        client.get_caller_identity()
    except Stopped as stopped:
        request = stopped.args[0]
    scope = re.search(r"Credential=[^/]+/\d+/([^/]+)/", text(request.headers["Authorization"]))
    return {"url": request.url, "region": scope.group(1)}


def main():
    os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
    for line in sys.stdin:
        try:
            answer = ask(json.loads(line))
        except Exception as error:  # every exception is an answer
            answer = {"error": type(error).__name__}
        print(json.dumps(answer), flush=True)


main()
