-- What the reference says of client.insights.
return {
  about = "What the Virtual Deliverability Manager knows: figures, the fate of single messages, and advice.",
  operations = {
    BatchGetMetricData = {
      does = "Reads time series of sends, deliveries, bounces, complaints, opens and clicks, by identity, "
        .. "provider or configuration set; up to ten queries at once.",
      beware = "Needs the Virtual Deliverability Manager. Queries fail one by one: `errors` names those by "
        .. "their `id`, and the call itself succeeds.",
      example = {
        queries = {
          {
            end_date = "2025-03-08T00:00:00Z",
            id = "sends",
            metric = "SEND",
            namespace = "VDM",
            start_date = "2025-03-01T00:00:00Z",
          },
        },
      },
    },
    GetEmailAddressInsights = {
      does = "Judges an address before you write to it: syntax, DNS, whether the mailbox seems to exist, "
        .. "is a role, is disposable or was typed at random.",
      beware = "The verdicts are likelihoods, LOW to HIGH, not facts. Each call is charged.",
    },
    GetMessageInsights = {
      does = "Tells what became of one message: every event of each of its recipients, with the receiver's "
        .. "words for a bounce.",
      beware = "Needs the Virtual Deliverability Manager; events take minutes to appear and are kept for a "
        .. "limited time.",
    },
    ListRecommendations = {
      does = "Lists what AWS advises for your domains: missing DKIM, DMARC, SPF or BIMI records, rates "
        .. "that are too high, listed addresses.",
      beware = "Filter values are strings; the keys are TYPE, IMPACT, STATUS and RESOURCE_ARN.",
    },
  },
}
