"""botocore: send.py URL CONCURRENCY REQUESTS [bulk]. Prints what result.h says."""
import json
import os
import sys
import threading
import time

import botocore.config
import botocore.session

url, concurrency, requests = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
is_bulk = len(sys.argv) > 4 and sys.argv[4] == "bulk"
TEXT = "A few more words of the letter, as letters have them. " * 7
ENTRIES = 50

client = botocore.session.Session().create_client(
    "sesv2", region_name="us-east-1", endpoint_url=url, aws_access_key_id="bench", aws_secret_access_key="bench",
    config=botocore.config.Config(max_pool_connections=concurrency))

lock = threading.Lock()
state = {"left": 0, "n": 0, "failed": 0}


def email(n):
    client.send_email(
        FromEmailAddress="The Shop <news@shop.example>", Destination={"ToAddresses": [f"reader-{n}@example.com"]},
        Content={"Simple": {"Subject": {"Data": "Your order has left"}, "Body": {"Text": {"Data": TEXT}}}})


def bulk(n):
    client.send_bulk_email(
        FromEmailAddress="The Shop <news@shop.example>",
        DefaultContent={"Template": {"TemplateName": "letter", "TemplateData": '{"name":"","town":""}'}},
        BulkEmailEntries=[{
            "Destination": {"ToAddresses": [f"reader-{n * ENTRIES + i}@example.com"]},
            "ReplacementEmailContent": {"ReplacementTemplate": {
                "ReplacementTemplateData": json.dumps({"name": f"Reader {n * ENTRIES + i}", "town": "Lisbon"})}},
        } for i in range(ENTRIES)])


def work():
    while True:
        with lock:
            if state["left"] <= 0:
                return
            state["left"] -= 1
            state["n"] += 1
            n = state["n"]
        try:
            (bulk if is_bulk else email)(n)
        except Exception:  # pylint: disable=broad-except
            state["failed"] += 1


def run(times):
    state["left"] = times
    threads = [threading.Thread(target=work) for _ in range(min(concurrency, times))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


run(concurrency)
state["failed"] = 0
begin, cpu = time.perf_counter(), time.process_time()
run(requests)
print(json.dumps({"seconds": time.perf_counter() - begin, "cpu": time.process_time() - cpu, "requests": requests,
                  "failed": state["failed"]}))
