"""Signing in botocore: sign.py BODY_BYTES TIMES. Prints what result.h says; `requests` are signatures."""
import json
import sys
import time

import botocore.auth
import botocore.awsrequest
import botocore.credentials

size, times = int(sys.argv[1]), int(sys.argv[2])
body = b"b" * size
auth = botocore.auth.SigV4Auth(botocore.credentials.Credentials("AKIAIOSFODNN7EXAMPLE", "bench"), "ses", "us-east-1")


def sign():
    auth.add_auth(botocore.awsrequest.AWSRequest(
        method="POST", url="https://email.us-east-1.amazonaws.com/v2/email/outbound-emails", data=body,
        headers={"Content-Type": "application/json"}))


for _ in range(min(times, 100)):
    sign()
begin, cpu = time.perf_counter(), time.process_time()
for _ in range(times):
    sign()
print(json.dumps({"seconds": time.perf_counter() - begin, "cpu": time.process_time() - cpu, "requests": times,
                  "failed": 0}))
