-- What the reference says of client.identities.
return {
  about = "The domains and addresses that you may write from: their verification, DKIM, MAIL FROM and policies.",
  operations = {
    AssociateEmailIdentityCertificate = {
      does = "Gives an identity, or one sender address of a domain, the certificate that its mail is "
        .. "signed with by S/MIME.",
      beware = "Signing itself is switched on in a configuration set (`configuration_sets:update`).",
      example = { email_identity = "lantern.example", from_address = "letters@lantern.example" },
    },
    CreateEmailIdentity = {
      does = "Begins the verification of a domain or an address, so that you may write from it. A domain "
        .. "covers every address below it and is the better choice.",
      beware = "A domain is verified once its three DKIM records stand in the DNS, which may take up to 72 "
        .. "hours; an address once its owner clicked in the mail that SES sends. `identities:dns_records` gives "
        .. "the records, `identities:wait_until_verified` waits. In the sandbox recipients must be verified too.",
      example = { email_identity = "lantern.example" },
    },
    CreateEmailIdentityPolicy = {
      does = "Lets another AWS account send for your identity, by a policy of IAM's form.",
      beware = "At most 20 policies an identity. The policy is a string of JSON.",
    },
    DeleteEmailIdentity = {
      does = "Removes an identity with its DKIM keys and policies.",
      beware = "Sends from it fail at once. Created again, a domain gets new DKIM tokens and needs new records.",
    },
    DeleteEmailIdentityPolicy = {
      does = "Takes back what a policy allowed another account.",
      beware = "Succeeds as well where there is no such policy.",
    },
    DisassociateEmailIdentityCertificate = {
      does = "Takes an identity's S/MIME certificate away.",
      beware = "Mail under a configuration set that asks for S/MIME then has nothing to be signed with.",
      example = { email_identity = "lantern.example" },
    },
    GetEmailIdentity = {
      does = "Reads an identity: whether mail may be sent from it, its DKIM tokens and state, its MAIL "
        .. "FROM domain, and why a verification failed.",
      beware = "`verified_for_sending_status` is the answer to whether you may send; DKIM may lag behind.",
    },
    GetEmailIdentityPolicies = {
      does = "Reads all policies of an identity, as name → JSON.",
    },
    ListEmailIdentities = {
      does = "Lists the domains and addresses of the account in this Region, with their state.",
    },
    ListEmailIdentityCertificates = {
      does = "Lists the S/MIME certificates of an identity, with their state and the day they expire.",
      example = { email_identity = "lantern.example" },
    },
    PutEmailIdentityConfigurationSetAttributes = {
      does = "Sets the configuration set that mail of an identity is sent under when it names none.",
      beware = "Without `configuration_set_name` the identity has no default any more.",
      example = { configuration_set_name = "newsletter" },
    },
    PutEmailIdentityDkimAttributes = {
      does = "Turns DKIM signatures of an identity on or off.",
      beware = "Unsigned mail is refused by the large providers: leave it on. A call without "
        .. "`signing_enabled` means false.",
      example = { signing_enabled = true },
    },
    PutEmailIdentityDkimSigningAttributes = {
      does = "Changes where an identity's DKIM key comes from: SES's own (Easy DKIM), one of yours "
        .. "(BYODKIM), or another Region's; and how long SES's next key is.",
      beware = "The new records must be in the DNS before SES signs with the new key, and the old ones "
        .. "must stay while mail signed by it is on its way. A private key is base64 of PKCS #1 or #8 without "
        .. "its header lines; `identities:create_byodkim` makes one and sees to all of this.",
      example = {
        signing_attributes = { next_signing_key_length = "RSA_2048_BIT" },
        signing_attributes_origin = "AWS_SES",
      },
    },
    PutEmailIdentityFeedbackAttributes = {
      does = "Says whether bounces and complaints are forwarded to the sender's address as mail.",
      beware = "Turn it off only where a configuration set's event destination tells of both: SES keeps "
        .. "forwarding otherwise.",
      example = { email_forwarding_enabled = false },
    },
    PutEmailIdentityMailFromAttributes = {
      does = "Gives an identity a MAIL FROM domain of its own, so that SPF passes in line with your domain "
        .. "as DMARC asks.",
      beware = "It must be a subdomain that no mail is read at, with an MX and an SPF record "
        .. "(`identities:dns_records`). Until they stand, `behavior_on_mx_failure` decides between AWS's domain "
        .. "and a refusal.",
      example = {
        behavior_on_mx_failure = "USE_DEFAULT_VALUE",
        mail_from_domain = "bounce.lantern.example",
      },
    },
    UpdateEmailIdentityPolicy = {
      does = "Replaces the text of a policy.",
      beware = "It does not create: where there is no policy of that name, AWS says that the call succeeds "
        .. "and nothing changes.",
    },
  },
}
