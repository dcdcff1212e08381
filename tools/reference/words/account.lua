-- What the reference says of client.account.
return {
  about = "The account's own state in one Region: its quotas, whether it has left the sandbox, and the "
    .. "switches that apply to all mail.",
  operations = {
    GetAccount = {
      does = "Tells how many recipients the account may write to in 24 hours and in a second, whether it "
        .. "is still in the sandbox, and whether sending is on. Ask it before a large run, or when sends are "
        .. "refused.",
      beware = "The quotas are one Region's and count recipients, not requests. `max_24_hour_send` of -1 "
        .. "means that there is no daily limit.",
    },
    PutAccountDedicatedIpWarmupAttributes = {
      does = "Turns the automatic warm-up of new dedicated IP addresses on or off. One needs it where an "
        .. "own schedule raises the volume.",
      beware = "It changes what becomes of addresses leased later; one that warms up now is set by "
        .. "`dedicated_ips:put_warmup_attributes`. A call without `auto_warmup_enabled` means false.",
      example = { auto_warmup_enabled = true },
    },
    PutAccountDeliveryAttributes = {
      does = "Chooses, for the whole account, between the shared IP addresses of this Region and those of "
        .. "all Regions as the way out for mail that has no dedicated address.",
      beware = "A configuration set follows this unless its own `shared_pool_delivery_mode` is other than ACCOUNT.",
    },
    PutAccountDetails = {
      does = "Tells AWS what the account sends and asks for production access, which is the way out of the "
        .. "sandbox.",
      beware = "People at AWS read the request: the answer comes by support case, and `account:get` shows "
        .. "its state in `details.review_details`. A second request while one is open ends as a "
        .. "ConflictException.",
      example = {
        mail_type = "TRANSACTIONAL",
        production_access_enabled = true,
        use_case_description = "Receipts and notices to customers who ordered; bounces are suppressed.",
        website_url = "https://lantern.example",
      },
    },
    PutAccountPricingAttributes = {
      does = "Chooses the account's pricing plan.",
      beware = "The choice may take effect later: `account:get` shows the plan of now and the next one in "
        .. "`pricing_attributes`.",
      example = { plan = "ESSENTIALS" },
    },
    PutAccountSendingAttributes = {
      does = "Pauses all sending of the account in this Region, or resumes it: the emergency brake when "
        .. "mail goes out that must not.",
      beware = "While paused, every send fails with SendingPausedException. AWS may itself have paused the "
        .. "account; then only AWS can resume it. A call without `sending_enabled` means false.",
      example = { sending_enabled = true },
    },
    PutAccountSuppressionAttributes = {
      does = "Says which events put an address on the account's suppression list by themselves: hard "
        .. "bounces, complaints, both, or none.",
      beware = "An empty list turns the suppression off for new events; addresses that are on the list stay.",
      example = { suppressed_reasons = { "BOUNCE", "COMPLAINT" } },
    },
    PutAccountVdmAttributes = {
      does = "Turns the Virtual Deliverability Manager on or off, and with it the metrics, insights and "
        .. "recommendations that `insights:batch_get_metric_data` and its neighbours read.",
      beware = "It is charged for by the message, and collects only from the moment when it is on.",
    },
  },
}
