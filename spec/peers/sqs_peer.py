"""Drives the queues of the emulator by botocore: one JSON object of what came back, and of what ReceiveMessage sent.

Arguments: the emulator's URL, key id, secret, the queue's name. A botocore whose model has SQS's older protocol alone
is given the names of the JSON protocol: its serialiser and its parser are then those of that protocol.
"""
import json
import sys

import botocore.loaders
import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

url, key, secret, name = sys.argv[1:5]


def without_query(shapes):
    """Names that the older protocol has for members of lists."""
    if isinstance(shapes, dict):
        return {k: without_query(v) for k, v in shapes.items() if k not in ("locationName", "flattened")}
    return [without_query(v) for v in shapes] if isinstance(shapes, list) else shapes


class Loader(botocore.loaders.Loader):
    def load_service_model(self, service, kind, api_version=None):
        model = super().load_service_model(service, kind, api_version)
        if service != "sqs" or kind != "service-2" or model["metadata"]["protocol"] == "json":
            return model
        metadata = dict(model["metadata"], protocol="json", jsonVersion="1.0", targetPrefix="AmazonSQS")
        operations = {k: {n: v for n, v in op.items()} for k, op in model["operations"].items()}
        for operation in operations.values():
            if "output" in operation:
                operation["output"] = {"shape": operation["output"]["shape"]}
        return dict(model, metadata=metadata, operations=operations, shapes=without_query(model["shapes"]))


session = botocore.session.get_session()
session.register_component("data_loader", Loader(include_default_search_paths=True))
sqs = session.create_client(
    "sqs", region_name="us-east-1", endpoint_url=url, aws_access_key_id=key, aws_secret_access_key=secret,
    config=Config(retries={"max_attempts": 0}))
out, sent = {}, {}


def text(value):
    return value.decode() if isinstance(value, bytes) else value


def record(request, **_):
    headers = {k.lower(): text(v) for k, v in request.headers.items()}
    sent.setdefault(headers["x-amz-target"], {"method": request.method, "url": request.url, "headers": headers,
                                              "body": text(request.body)})


sqs.meta.events.register("before-send.sqs", record)
queue = sqs.get_queue_url(QueueName=name)["QueueUrl"]


def receive(**more):
    return sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, **more).get("Messages", [])


messages = receive(WaitTimeSeconds=20, AttributeNames=["ApproximateReceiveCount"])
out["received"] = [{"body": m["Body"], "count": m["Attributes"]["ApproximateReceiveCount"]} for m in messages]
sqs.change_message_visibility(QueueUrl=queue, ReceiptHandle=messages[0]["ReceiptHandle"], VisibilityTimeout=0)
again = receive()
out["again"] = [m["Body"] for m in again]
sqs.delete_message(QueueUrl=queue, ReceiptHandle=again[0]["ReceiptHandle"])
batch = [{"Id": str(i), "ReceiptHandle": m["ReceiptHandle"]} for i, m in enumerate(messages[1:])]
batch.append({"Id": "bad", "ReceiptHandle": "!"})
result = sqs.delete_message_batch(QueueUrl=queue, Entries=batch)
out["deleted"] = [entry["Id"] for entry in result["Successful"]]
out["failed"] = [[entry["Id"], entry["Code"]] for entry in result["Failed"]]
try:
    sqs.receive_message(QueueUrl=queue + "-none")
except ClientError as err:
    out["missing"] = err.response["Error"]["Code"]
sqs.send_message(QueueUrl=queue, MessageBody="last")
out["left"] = [m["Body"] for m in receive()]
out["sent"] = sent["AmazonSQS.ReceiveMessage"]
out["queue"] = queue
print(json.dumps(out))
