-- Made by tools/gen_model.lua from AWS's published JSON. Change that, not this.
return {
  operations = {
    AssociateEmailIdentityCertificate = {
      errors = {},
      input = "AssociateEmailIdentityCertificateRequest",
      method = "POST",
      output = "AssociateEmailIdentityCertificateResponse",
      uri = "/v2/email/identity/certificates",
    },
    DisassociateEmailIdentityCertificate = {
      errors = {},
      input = "DisassociateEmailIdentityCertificateRequest",
      method = "POST",
      output = "DisassociateEmailIdentityCertificateResponse",
      uri = "/v2/email/identity/certificates/delete",
    },
    ListEmailIdentityCertificates = {
      errors = {},
      input = "ListEmailIdentityCertificatesRequest",
      method = "POST",
      output = "ListEmailIdentityCertificatesResponse",
      pagination = {
        input_token = "NextToken",
        limit_key = "PageSize",
        output_token = "NextToken",
        result_key = "Certificates",
      },
      uri = "/v2/email/identity/certificates/list",
    },
  },
  shapes = {
    AssociateEmailIdentityCertificateRequest = {
      members = {
        CertificateArn = "SdkString",
        EmailIdentity = "SdkString",
        FromAddress = "SdkString",
      },
      required = { "CertificateArn", "EmailIdentity" },
      type = "structure",
    },
    AssociateEmailIdentityCertificateResponse = { members = {}, type = "structure" },
    DisassociateEmailIdentityCertificateRequest = {
      members = { EmailIdentity = "SdkString", FromAddress = "SdkString" },
      required = { "EmailIdentity" },
      type = "structure",
    },
    DisassociateEmailIdentityCertificateResponse = { members = {}, type = "structure" },
    IdentityCertificate = {
      members = {
        CertificateArn = "SdkString",
        CertificateExpiryTime = "SdkTimestamp",
        FromAddress = "SdkString",
        Status = "IdentityCertificateStatus",
      },
      type = "structure",
    },
    IdentityCertificateList = { member = "IdentityCertificate", type = "list" },
    IdentityCertificateStatus = {
      enum = { "ACTIVE", "DEPROVISIONING", "FAILED", "INACTIVE", "PROVISIONING" },
      type = "string",
    },
    ListEmailIdentityCertificatesRequest = {
      members = { EmailIdentity = "SdkString", NextToken = "SdkString", PageSize = "SdkNumber" },
      required = { "EmailIdentity" },
      type = "structure",
    },
    ListEmailIdentityCertificatesResponse = {
      members = { Certificates = "IdentityCertificateList", NextToken = "SdkString" },
      type = "structure",
    },
    SdkNumber = { type = "integer" },
    SdkTimestamp = { type = "timestamp" },
  },
}
