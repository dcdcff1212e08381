// Drives the emulator by AWS's SDK for JavaScript: the steps of emulator_peer.py, in the same order, and what
// botocore's version of Debian does not know; one JSON object of what came back.
//
//   node emulator_peer.js FOLDER URL KEY-ID SECRET    FOLDER holds the node_modules with the SDK
"use strict";

const path = require("path");

const [folder, endpoint, accessKeyId, secret] = process.argv.slice(2);
const sdk = require("module").createRequire(path.resolve(folder, "package.json"))("@aws-sdk/client-sesv2");

function connect(secretAccessKey) {
  return new sdk.SESv2({ region: "us-east-1", endpoint, maxAttempts: 1, credentials: { accessKeyId, secretAccessKey } });
}

const ses = connect(secret);
const out = {};

async function caught(promise) {
  try {
    await promise;
  } catch (err) {
    if (!(err instanceof sdk.SESv2ServiceException)) throw err;
    return { class: err.constructor.name, code: err.name, message: err.message, status: err.$metadata.httpStatusCode };
  }
  return null;
}

async function walk(operation, member, pageSize, input = {}) {
  const sizes = [], items = [];
  for await (const page of sdk["paginate" + operation]({ client: ses, pageSize }, input)) {
    sizes.push(page[member].length);
    items.push(...page[member]);
  }
  return { sizes, items };
}

const text = (Data) => ({ Data });

async function send() {
  const sent = await ses.sendEmail({
    FromEmailAddress: "Köln <sender@example.com>", Destination: { ToAddresses: ["Åsa <asa@example.com>"] },
    EmailTags: [{ Name: "peer", Value: "yes" }],
    Content: { Simple: { Subject: text("Grüße"), Body: { Text: text("Hello"), Html: text("<p>Hello</p>") } } },
  });
  const Data = Buffer.from("From: raw@example.com\r\nTo: b@example.com\r\nSubject: Raw\r\n\r\nHi\r\n");
  const raw = await ses.sendEmail({ Content: { Raw: { Data } } });
  out.send = { id: sent.MessageId, raw: raw.MessageId };
}

async function templates() {
  for (let i = 0; i < 5; i++) {
    await ses.createEmailTemplate({
      TemplateName: "t" + i, TemplateContent: { Subject: "Hi {{name}}", Text: `Dear {{name}}, ${i}` } });
  }
  await ses.updateEmailTemplate({
    TemplateName: "t1", TemplateContent: { Subject: "Bye {{name}}", Html: "<b>{{name}}</b>" } });
  const listed = await walk("ListEmailTemplates", "TemplatesMetadata", 2);
  const rendered = await ses.testRenderEmailTemplate({ TemplateName: "t0", TemplateData: '{"name":"Zoë"}' });
  out.templates = {
    got: (await ses.getEmailTemplate({ TemplateName: "t1" })).TemplateContent,
    rendered: rendered.RenderedTemplate, listed: listed.items.map((item) => item.TemplateName), sizes: listed.sizes,
    exists: await caught(ses.createEmailTemplate({ TemplateName: "t1", TemplateContent: { Subject: "x" } })),
  };
  await ses.deleteEmailTemplate({ TemplateName: "t1" });
  out.templates.deleted = await caught(ses.getEmailTemplate({ TemplateName: "t1" }));
}

async function bulk() {
  const addresses = ["ann@example.com", "no address", "bounce@simulator.amazonses.com"];
  const sent = await ses.sendBulkEmail({
    FromEmailAddress: "sender@example.com",
    DefaultContent: { Template: { TemplateName: "t0", TemplateData: "{}" } },
    BulkEmailEntries: addresses.map((to) => ({
      Destination: { ToAddresses: [to] },
      ReplacementEmailContent: { ReplacementTemplate: { ReplacementTemplateData: JSON.stringify({ name: to }) } },
    })),
  });
  out.bulk = sent.BulkEmailEntryResults.map((entry) => ({ status: entry.Status, id: entry.MessageId ?? null }));
}

async function verified(EmailIdentity) {
  const until = Date.now() + 60000;
  for (;;) {
    const identity = await ses.getEmailIdentity({ EmailIdentity });
    if (identity.VerifiedForSendingStatus || Date.now() > until) return identity;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function identities() {
  const EmailIdentity = "example.org";
  const made = await ses.createEmailIdentity({ EmailIdentity, Tags: [{ Key: "team", Value: "post" }] });
  for (const name of ["a.example", "b.example"]) await ses.createEmailIdentity({ EmailIdentity: name });
  await ses.putEmailIdentityMailFromAttributes({ EmailIdentity, MailFromDomain: "mail.example.org" });
  await ses.createEmailIdentityPolicy({ EmailIdentity, PolicyName: "p", Policy: '{"Version":"2012-10-17"}' });
  const identity = await verified(EmailIdentity);
  out.identities = {
    type: made.IdentityType, verified_at_first: made.VerifiedForSendingStatus,
    tokens: made.DkimAttributes.Tokens.length, verified: identity.VerifiedForSendingStatus,
    dkim: identity.DkimAttributes.Status, mail_from: identity.MailFromAttributes.MailFromDomain,
    policies: identity.Policies, tags: identity.Tags,
    listed: (await walk("ListEmailIdentities", "EmailIdentities", 2)).items.map((item) => item.IdentityName),
    bad: await caught(ses.createEmailIdentity({ EmailIdentity: "no domain" })),
  };
  await ses.deleteEmailIdentity({ EmailIdentity });
  out.identities.deleted = await caught(ses.getEmailIdentity({ EmailIdentity }));
}

async function suppression() {
  for (const [EmailAddress, Reason] of [
    ["a@example.com", "BOUNCE"], ["b@example.com", "COMPLAINT"], ["c+d/e@example.com", "BOUNCE"]]) {
    await ses.putSuppressedDestination({ EmailAddress, Reason });
  }
  const one = (await ses.getSuppressedDestination({ EmailAddress: "c+d/e@example.com" })).SuppressedDestination;
  const bounces = await walk(
    "ListSuppressedDestinations", "SuppressedDestinationSummaries", 1, { Reasons: ["BOUNCE"] });
  out.suppression = {
    reason: one.Reason, age: (Date.now() - one.LastUpdateTime.getTime()) / 1000,
    bounces: bounces.items.map((item) => item.EmailAddress),
  };
  await ses.deleteSuppressedDestination({ EmailAddress: "a@example.com" });
  out.suppression.deleted = await caught(ses.getSuppressedDestination({ EmailAddress: "a@example.com" }));
}

async function contacts() {
  const ContactListName = "all";
  await ses.createContactList({
    ContactListName, Topics: [{ TopicName: "news", DisplayName: "News", DefaultSubscriptionStatus: "OPT_OUT" }] });
  for (let i = 0; i < 5; i++) {
    await ses.createContact({
      ContactListName, EmailAddress: `c${i}@example.com`,
      TopicPreferences: i % 2 === 0 ? [{ TopicName: "news", SubscriptionStatus: "OPT_IN" }] : [] });
  }
  await ses.updateContact({ ContactListName, EmailAddress: "c4@example.com", UnsubscribeAll: true });
  const Filter = { FilteredStatus: "OPT_IN", TopicFilter: { TopicName: "news" } };
  const wanting = await walk("ListContacts", "Contacts", 1, { ContactListName, Filter });
  out.contacts = {
    sizes: (await walk("ListContacts", "Contacts", 2, { ContactListName })).sizes,
    wanting: wanting.items.map((item) => item.EmailAddress),
    unsubscribed: (await ses.getContact({ ContactListName, EmailAddress: "c4@example.com" })).UnsubscribeAll,
    second: await caught(ses.createContactList({ ContactListName: "more" })),
  };
  await ses.deleteContact({ ContactListName, EmailAddress: "c0@example.com" });
  out.contacts.deleted = await caught(ses.getContact({ ContactListName, EmailAddress: "c0@example.com" }));
  await ses.deleteContactList({ ContactListName });
  out.contacts.lists = (await ses.listContactLists({})).ContactLists;
}

async function configurationSets() {
  const ConfigurationSetName = "set";
  await ses.createConfigurationSet({ ConfigurationSetName, SuppressionOptions: { SuppressedReasons: [] } });
  await ses.createConfigurationSetEventDestination({
    ConfigurationSetName, EventDestinationName: "sns", EventDestination: {
      Enabled: true, MatchingEventTypes: ["BOUNCE"],
      SnsDestination: { TopicArn: "arn:aws:sns:us-east-1:000000000000:topic" } } });
  const set = await ses.getConfigurationSet({ ConfigurationSetName });
  const destinations = await ses.getConfigurationSetEventDestinations({ ConfigurationSetName });
  out.configuration_set = {
    reasons: set.SuppressionOptions.SuppressedReasons, destination: destinations.EventDestinations[0],
    names: (await walk("ListConfigurationSets", "ConfigurationSets", 1)).items,
  };
}

async function newer() {
  for (const TenantName of ["acme", "best", "calm"]) await ses.createTenant({ TenantName });
  const { JobId } = await ses.createExportJob({
    ExportDataSource: { MessageInsightsDataSource: { StartDate: new Date(0), EndDate: new Date(1e12) } },
    ExportDestination: { DataFormat: "CSV" } });
  const endpoint = { EndpointName: "two", Details: { RoutesDetails: [{ Region: "eu-west-1" }] } };
  const { Status } = await ses.createMultiRegionEndpoint(endpoint);
  const insights = await ses.getMessageInsights({ MessageId: out.send.id });
  out.newer = {
    tenants: (await walk("ListTenants", "Tenants", 2)).items.map((item) => item.TenantName),
    job: (await ses.getExportJob({ JobId })).ExportDataSource.MessageInsightsDataSource.EndDate.getTime(),
    jobs: (await walk("ListExportJobs", "ExportJobs", 1)).items.length, endpoint: Status,
    events: insights.Insights[0].Events.map((event) => event.Type),
    missing: await caught(ses.getDeliverabilityDashboardOptions({})),
  };
}

async function main() {
  for (const step of [
    send, templates, bulk, identities, suppression, contacts, configurationSets, newer]) await step();
  out.quota = (await ses.getAccount({})).SendQuota.MaxSendRate;
  out.forged = await caught(connect("another secret").getAccount({}));
  console.log(JSON.stringify(out));
}

main().catch((err) => {
  console.error(err);
  process.exitCode = 1;
});
