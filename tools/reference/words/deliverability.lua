-- What the reference says of client.deliverability.
return {
  about = "The deliverability dashboard: test mail to seed mailboxes, statistics of a domain, and block "
    .. "lists. It is a paid subscription; `insights` is the newer way.",
  operations = {
    CreateDeliverabilityTestReport = {
      does = "Sends a mail to seed mailboxes at many providers and reports whether it lands in the inbox "
        .. "or in spam.",
      beware = "Needs the dashboard's subscription, which holds a number of tests a month. The report is "
        .. "ready after hours: ask `deliverability:get_test_report`.",
      example = {
        content = {
          simple = {
            body = { text = { data = "Here is what is new." } },
            subject = { data = "Autumn letter" },
          },
        },
      },
    },
    GetBlacklistReports = {
      does = "Tells on which block lists your dedicated addresses stand, and since when.",
      beware = "The items are IP addresses of yours, not domains.",
      example = { blacklist_item_names = { "192.0.2.10" } },
    },
    GetDeliverabilityDashboardOptions = {
      does = "Tells whether the dashboard is subscribed to, until when, and for which domains.",
    },
    GetDeliverabilityTestReport = {
      does = "Reads the outcome of an inbox test: placement over all and at each provider, with SPF and DKIM.",
      beware = "`deliverability_test_status` is IN_PROGRESS until the figures are there.",
    },
    GetDomainDeliverabilityCampaign = {
      does = "Reads what the dashboard saw of one campaign of a tracked domain: how much arrived, was "
        .. "read, was deleted.",
      beware = "A campaign here is what AWS counted as one mailing, not one of `ses campaign`.",
    },
    GetDomainStatisticsReport = {
      does = "Reads inbox and spam volumes of a tracked domain for a span of days.",
      beware = "The figures are projected from a panel of mailboxes. The span is 30 days at most.",
      example = {
        domain = "lantern.example",
        end_date = "2025-03-08T00:00:00Z",
        start_date = "2025-03-01T00:00:00Z",
      },
    },
    ListDeliverabilityTestReports = {
      does = "Lists the inbox tests, done and under way.",
    },
    ListDomainDeliverabilityCampaigns = {
      does = "Lists the campaigns that the dashboard saw of a domain in a span of days.",
      beware = "The domain must be subscribed to the dashboard.",
      example = {
        end_date = "2025-03-08T00:00:00Z",
        start_date = "2025-03-01T00:00:00Z",
        subscribed_domain = "lantern.example",
      },
    },
    PutDeliverabilityDashboardOption = {
      does = "Subscribes to the dashboard, or ends the subscription, and says which domains it tracks.",
      beware = "The subscription costs a sum each month and runs to the month's end when it is cancelled.",
      example = { dashboard_enabled = false },
    },
  },
}
