-- What the reference says of client.configuration_sets.
return {
  about = "Named sets of rules that a mail is sent under: where its events go, how it is tracked and "
    .. "delivered, and whether it is sent at all. `config_set` of a mail names one.",
  operations = {
    CreateConfigurationSet = {
      does = "Makes a configuration set, whole or empty; each group of options can be changed later by the "
        .. "put_… methods.",
      beware = "The name cannot be changed. Event destinations are no part of it: add them by "
        .. "`configuration_sets:create_event_destination`.",
      example = {
        reputation_options = { reputation_metrics_enabled = true },
        sending_options = { sending_enabled = true },
      },
    },
    CreateConfigurationSetEventDestination = {
      does = "Sends the events of a configuration set's mail (sends, deliveries, bounces, complaints, "
        .. "opens, clicks) to SNS, EventBridge, Firehose or CloudWatch. Without one, nobody tells you what "
        .. "became of a mail.",
      beware = "Exactly one kind of destination in each; `matching_event_types` must not be empty. Set "
        .. "`enabled = true`: a destination that is off stays silent.",
      example = {
        event_destination = {
          enabled = true,
          matching_event_types = { "BOUNCE", "COMPLAINT" },
          sns_destination = { topic_arn = "arn:aws:sns:eu-west-1:123456789012:mail-events" },
        },
      },
    },
    DeleteConfigurationSet = {
      does = "Removes a configuration set with its event destinations.",
      beware = "Mail that still names it is refused afterwards, and so is mail of an identity whose "
        .. "default it was.",
    },
    DeleteConfigurationSetEventDestination = {
      does = "Stops sending a configuration set's events to one destination. Events of mail already sent "
        .. "that come later are lost for it.",
    },
    GetConfigurationSet = {
      does = "Reads a configuration set's options and tags.",
      beware = "Event destinations come from `configuration_sets:get_event_destinations`.",
    },
    GetConfigurationSetEventDestinations = {
      does = "Lists where a configuration set's events go, all at once: there are at most ten.",
    },
    ListConfigurationSets = {
      does = "Lists the names of the configuration sets, not what is in them.",
    },
    PutConfigurationSetArchivingOptions = {
      does = "Keeps a copy of all mail of a configuration set in an archive of the Mail Manager; without "
        .. "`archive_arn` it stops.",
    },
    PutConfigurationSetDeliveryOptions = {
      does = "Sets how a configuration set's mail leaves: from which pool of dedicated IP addresses, "
        .. "whether TLS is a must, and how long SES keeps trying.",
      beware = "The options are replaced as a whole: what is left out falls back to its default. With "
        .. "`tls_policy` REQUIRE a mail bounces where the other side has no TLS.",
      example = { tls_policy = "REQUIRE" },
    },
    PutConfigurationSetReputationOptions = {
      does = "Turns the bounce and complaint metrics of a configuration set in CloudWatch on or off.",
      example = { reputation_metrics_enabled = true },
    },
    PutConfigurationSetSendingOptions = {
      does = "Pauses or resumes the mail of one configuration set while the rest of the account goes on.",
      beware = "While paused, a send under it fails. A call without `sending_enabled` means false.",
      example = { sending_enabled = false },
    },
    PutConfigurationSetSuppressionOptions = {
      does = "Gives a configuration set suppression reasons other than the account's.",
      beware = "An empty list means that nothing is suppressed for this set, whatever the account says.",
      example = { suppressed_reasons = { "COMPLAINT" } },
    },
    PutConfigurationSetTrackingOptions = {
      does = "Puts a domain of your own into the links and images that count opens and clicks, in place of AWS's.",
      beware = "The domain must be a verified identity, with a CNAME to SES's tracking host; links break "
        .. "without it.",
      example = { custom_redirect_domain = "links.lantern.example" },
    },
    PutConfigurationSetVdmOptions = {
      does = "Overrides for one configuration set what the Virtual Deliverability Manager does for the account.",
      example = { vdm_options = { dashboard_options = { engagement_metrics = "ENABLED" } } },
    },
    UpdateConfigurationSet = {
      does = "Changes how a configuration set's mail is signed: S/MIME by the identity's certificate, or not.",
      beware = "Other options have put_… methods of their own.",
      example = {
        message_security_options = { signing_scheme = { smime_scheme = { signature_format = "DETACHED" } } },
      },
    },
    UpdateConfigurationSetEventDestination = {
      does = "Replaces an event destination: its types of event, its target, or whether it is on.",
      beware = "It is replaced as a whole; send every field, not the changed one alone.",
      example = {
        event_destination = {
          enabled = true,
          matching_event_types = { "BOUNCE", "COMPLAINT", "DELIVERY" },
          sns_destination = { topic_arn = "arn:aws:sns:eu-west-1:123456789012:mail-events" },
        },
      },
    },
  },
}
