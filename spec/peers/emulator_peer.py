# Drives the emulator by botocore: the steps of emulator_peer.js, in the same order, one JSON object of what
# came back. Arguments: the emulator's URL, key id, secret.
import json
import sys
import time

import botocore.paginate
import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

url, key, secret = sys.argv[1:4]
session = botocore.session.get_session()


def connect(secret_key):
    return session.create_client(
        "sesv2", region_name="us-east-1", endpoint_url=url, aws_access_key_id=key, aws_secret_access_key=secret_key,
        config=Config(retries={"max_attempts": 0}))


ses = connect(secret)
out = {}


def caught(call, **arguments):
    try:
        call(**arguments)
    except ClientError as err:
        return {"class": type(err).__name__, "code": err.response["Error"]["Code"],
                "message": err.response["Error"]["Message"],
                "status": err.response["ResponseMetadata"]["HTTPStatusCode"]}
    return None


# Older versions of botocore know no paginators of SES v2: theirs are then made from what the model says.
def walk(operation, member, size, **arguments):
    if ses.can_paginate(operation):
        paginator = ses.get_paginator(operation)
    else:
        name = ses.meta.method_to_api_mapping[operation]
        paginator = botocore.paginate.Paginator(
            getattr(ses, operation),
            {"input_token": "NextToken", "output_token": "NextToken", "limit_key": "PageSize", "result_key": member},
            ses.meta.service_model.operation_model(name))
    pages = [page[member] for page in paginator.paginate(PaginationConfig={"PageSize": size}, **arguments)]
    return {"sizes": [len(page) for page in pages], "items": [item for page in pages for item in page]}


def text(data):
    return {"Data": data}


sent = ses.send_email(
    FromEmailAddress="Köln <sender@example.com>", Destination={"ToAddresses": ["Åsa <asa@example.com>"]},
    EmailTags=[{"Name": "peer", "Value": "yes"}],
    Content={"Simple": {"Subject": text("Grüße"), "Body": {"Text": text("Hello"), "Html": text("<p>Hello</p>")}}})
raw = ses.send_email(Content={"Raw": {"Data": b"From: raw@example.com\r\nTo: b@example.com\r\nSubject: Raw\r\n\r\nHi\r\n"}})
out["send"] = {"id": sent["MessageId"], "raw": raw["MessageId"]}

for i in range(5):
    ses.create_email_template(
        TemplateName="t%d" % i, TemplateContent={"Subject": "Hi {{name}}", "Text": "Dear {{name}}, %d" % i})
ses.update_email_template(TemplateName="t1", TemplateContent={"Subject": "Bye {{name}}", "Html": "<b>{{name}}</b>"})
out["templates"] = {
    "got": ses.get_email_template(TemplateName="t1")["TemplateContent"],
    "rendered": ses.test_render_email_template(TemplateName="t0", TemplateData='{"name":"Zoë"}')["RenderedTemplate"],
    "listed": [item["TemplateName"] for item in walk("list_email_templates", "TemplatesMetadata", 2)["items"]],
    "sizes": walk("list_email_templates", "TemplatesMetadata", 2)["sizes"],
    "exists": caught(ses.create_email_template, TemplateName="t1", TemplateContent={"Subject": "x"}),
}
ses.delete_email_template(TemplateName="t1")
out["templates"]["deleted"] = caught(ses.get_email_template, TemplateName="t1")

entries = [{"Destination": {"ToAddresses": [to]}, "ReplacementEmailContent": {
    "ReplacementTemplate": {"ReplacementTemplateData": json.dumps({"name": to})}}}
    for to in ("ann@example.com", "no address", "bounce@simulator.amazonses.com")]
bulk = ses.send_bulk_email(
    FromEmailAddress="sender@example.com", BulkEmailEntries=entries,
    DefaultContent={"Template": {"TemplateName": "t0", "TemplateData": "{}"}})["BulkEmailEntryResults"]
out["bulk"] = [{"status": entry["Status"], "id": entry.get("MessageId")} for entry in bulk]

made = ses.create_email_identity(EmailIdentity="example.org", Tags=[{"Key": "team", "Value": "post"}])
for name in ("a.example", "b.example"):
    ses.create_email_identity(EmailIdentity=name)
ses.put_email_identity_mail_from_attributes(EmailIdentity="example.org", MailFromDomain="mail.example.org")
ses.create_email_identity_policy(EmailIdentity="example.org", PolicyName="p", Policy='{"Version":"2012-10-17"}')
until = time.monotonic() + 60
while time.monotonic() < until:
    identity = ses.get_email_identity(EmailIdentity="example.org")
    if identity["VerifiedForSendingStatus"]:
        break
    time.sleep(0.05)
out["identities"] = {
    "type": made["IdentityType"], "verified_at_first": made["VerifiedForSendingStatus"],
    "tokens": len(made["DkimAttributes"]["Tokens"]), "verified": identity["VerifiedForSendingStatus"],
    "dkim": identity["DkimAttributes"]["Status"], "mail_from": identity["MailFromAttributes"]["MailFromDomain"],
    "policies": identity["Policies"], "tags": identity["Tags"],
    "listed": [item["IdentityName"] for item in walk("list_email_identities", "EmailIdentities", 2)["items"]],
    "bad": caught(ses.create_email_identity, EmailIdentity="no domain"),
}
ses.delete_email_identity(EmailIdentity="example.org")
out["identities"]["deleted"] = caught(ses.get_email_identity, EmailIdentity="example.org")

for address, reason in (("a@example.com", "BOUNCE"), ("b@example.com", "COMPLAINT"), ("c+d/e@example.com", "BOUNCE")):
    ses.put_suppressed_destination(EmailAddress=address, Reason=reason)
one = ses.get_suppressed_destination(EmailAddress="c+d/e@example.com")["SuppressedDestination"]
out["suppression"] = {
    "reason": one["Reason"], "age": time.time() - one["LastUpdateTime"].timestamp(),
    "bounces": [item["EmailAddress"] for item in walk(
        "list_suppressed_destinations", "SuppressedDestinationSummaries", 1, Reasons=["BOUNCE"])["items"]],
}
ses.delete_suppressed_destination(EmailAddress="a@example.com")
out["suppression"]["deleted"] = caught(ses.get_suppressed_destination, EmailAddress="a@example.com")

ses.create_contact_list(ContactListName="all", Topics=[
    {"TopicName": "news", "DisplayName": "News", "DefaultSubscriptionStatus": "OPT_OUT"}])
for i in range(5):
    ses.create_contact(
        ContactListName="all", EmailAddress="c%d@example.com" % i,
        TopicPreferences=[{"TopicName": "news", "SubscriptionStatus": "OPT_IN"}] if i % 2 == 0 else [])
ses.update_contact(ContactListName="all", EmailAddress="c4@example.com", UnsubscribeAll=True)
wants = {"FilteredStatus": "OPT_IN", "TopicFilter": {"TopicName": "news"}}
out["contacts"] = {
    "sizes": walk("list_contacts", "Contacts", 2, ContactListName="all")["sizes"],
    "wanting": [item["EmailAddress"] for item in walk(
        "list_contacts", "Contacts", 1, ContactListName="all", Filter=wants)["items"]],
    "unsubscribed": ses.get_contact(ContactListName="all", EmailAddress="c4@example.com")["UnsubscribeAll"],
    "second": caught(ses.create_contact_list, ContactListName="more"),
}
ses.delete_contact(ContactListName="all", EmailAddress="c0@example.com")
out["contacts"]["deleted"] = caught(ses.get_contact, ContactListName="all", EmailAddress="c0@example.com")
ses.delete_contact_list(ContactListName="all")
out["contacts"]["lists"] = ses.list_contact_lists()["ContactLists"]

ses.create_configuration_set(ConfigurationSetName="set", SuppressionOptions={"SuppressedReasons": []})
ses.create_configuration_set_event_destination(
    ConfigurationSetName="set", EventDestinationName="sns", EventDestination={
        "Enabled": True, "MatchingEventTypes": ["BOUNCE"],
        "SnsDestination": {"TopicArn": "arn:aws:sns:us-east-1:000000000000:topic"}})
out["configuration_set"] = {
    "reasons": ses.get_configuration_set(ConfigurationSetName="set")["SuppressionOptions"]["SuppressedReasons"],
    "destination": ses.get_configuration_set_event_destinations(ConfigurationSetName="set")["EventDestinations"][0],
    "names": ses.list_configuration_sets()["ConfigurationSets"],
}

out["quota"] = ses.get_account()["SendQuota"]["MaxSendRate"]
out["forged"] = caught(connect("another secret").get_account)
print(json.dumps(out))
