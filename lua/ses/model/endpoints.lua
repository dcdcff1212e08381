-- Made by tools/gen_model.lua from AWS's published JSON. Change that, not this.
return {
  parameters = {
    Endpoint = { builtIn = "SDK::Endpoint", required = false, type = "string" },
    EndpointId = { required = false, type = "string" },
    Region = { builtIn = "AWS::Region", required = false, type = "string" },
    UseDualStack = {
      builtIn = "AWS::UseDualStack",
      default = false,
      required = true,
      type = "boolean",
    },
    UseFIPS = { builtIn = "AWS::UseFIPS", default = false, required = true, type = "boolean" },
  },
  partitions = {
    {
      id = "aws",
      outputs = {
        dnsSuffix = "amazonaws.com",
        dualStackDnsSuffix = "api.aws",
        implicitGlobalRegion = "us-east-1",
        name = "aws",
        supportsDualStack = true,
        supportsFIPS = true,
      },
      region_patterns = {
        "^us%-[A-Za-z0-9_]+%-[0-9]+$",
        "^eu%-[A-Za-z0-9_]+%-[0-9]+$",
        "^ap%-[A-Za-z0-9_]+%-[0-9]+$",
        "^sa%-[A-Za-z0-9_]+%-[0-9]+$",
        "^ca%-[A-Za-z0-9_]+%-[0-9]+$",
        "^me%-[A-Za-z0-9_]+%-[0-9]+$",
        "^af%-[A-Za-z0-9_]+%-[0-9]+$",
        "^il%-[A-Za-z0-9_]+%-[0-9]+$",
        "^mx%-[A-Za-z0-9_]+%-[0-9]+$",
      },
      regions = {
        "af-south-1",
        "ap-east-1",
        "ap-east-2",
        "ap-northeast-1",
        "ap-northeast-2",
        "ap-northeast-3",
        "ap-south-1",
        "ap-south-2",
        "ap-southeast-1",
        "ap-southeast-2",
        "ap-southeast-3",
        "ap-southeast-4",
        "ap-southeast-5",
        "ap-southeast-6",
        "ap-southeast-7",
        "aws-global",
        "ca-central-1",
        "ca-west-1",
        "eu-central-1",
        "eu-central-2",
        "eu-north-1",
        "eu-south-1",
        "eu-south-2",
        "eu-west-1",
        "eu-west-2",
        "eu-west-3",
        "il-central-1",
        "me-central-1",
        "me-south-1",
        "mx-central-1",
        "sa-east-1",
        "us-east-1",
        "us-east-2",
        "us-west-1",
        "us-west-2",
      },
    },
    {
      id = "aws-cn",
      outputs = {
        dnsSuffix = "amazonaws.com.cn",
        dualStackDnsSuffix = "api.amazonwebservices.com.cn",
        implicitGlobalRegion = "cn-northwest-1",
        name = "aws-cn",
        supportsDualStack = true,
        supportsFIPS = true,
      },
      region_patterns = { "^cn%-[A-Za-z0-9_]+%-[0-9]+$" },
      regions = { "aws-cn-global", "cn-north-1", "cn-northwest-1" },
    },
    {
      id = "aws-eusc",
      outputs = {
        dnsSuffix = "amazonaws.eu",
        dualStackDnsSuffix = "api.amazonwebservices.eu",
        implicitGlobalRegion = "eusc-de-east-1",
        name = "aws-eusc",
        supportsDualStack = true,
        supportsFIPS = true,
      },
      region_patterns = { "^eusc%-de%-[A-Za-z0-9_]+%-[0-9]+$" },
      regions = { "eusc-de-east-1" },
    },
    {
      id = "aws-iso",
      outputs = {
        dnsSuffix = "c2s.ic.gov",
        dualStackDnsSuffix = "api.aws.ic.gov",
        implicitGlobalRegion = "us-iso-east-1",
        name = "aws-iso",
        supportsDualStack = true,
        supportsFIPS = true,
      },
      region_patterns = { "^us%-iso%-[A-Za-z0-9_]+%-[0-9]+$" },
      regions = { "aws-iso-global", "us-iso-east-1", "us-iso-west-1" },
    },
    {
      id = "aws-iso-b",
      outputs = {
        dnsSuffix = "sc2s.sgov.gov",
        dualStackDnsSuffix = "api.aws.scloud",
        implicitGlobalRegion = "us-isob-east-1",
        name = "aws-iso-b",
        supportsDualStack = true,
        supportsFIPS = true,
      },
      region_patterns = { "^us%-isob%-[A-Za-z0-9_]+%-[0-9]+$" },
      regions = { "aws-iso-b-global", "us-isob-east-1", "us-isob-west-1" },
    },
    {
      id = "aws-iso-e",
      outputs = {
        dnsSuffix = "cloud.adc-e.uk",
        dualStackDnsSuffix = "api.cloud-aws.adc-e.uk",
        implicitGlobalRegion = "eu-isoe-west-1",
        name = "aws-iso-e",
        supportsDualStack = true,
        supportsFIPS = true,
      },
      region_patterns = { "^eu%-isoe%-[A-Za-z0-9_]+%-[0-9]+$" },
      regions = { "aws-iso-e-global", "eu-isoe-west-1" },
    },
    {
      id = "aws-iso-f",
      outputs = {
        dnsSuffix = "csp.hci.ic.gov",
        dualStackDnsSuffix = "api.aws.hci.ic.gov",
        implicitGlobalRegion = "us-isof-south-1",
        name = "aws-iso-f",
        supportsDualStack = true,
        supportsFIPS = true,
      },
      region_patterns = { "^us%-isof%-[A-Za-z0-9_]+%-[0-9]+$" },
      regions = { "aws-iso-f-global", "us-isof-east-1", "us-isof-south-1" },
    },
    {
      id = "aws-us-gov",
      outputs = {
        dnsSuffix = "amazonaws.com",
        dualStackDnsSuffix = "api.aws",
        implicitGlobalRegion = "us-gov-west-1",
        name = "aws-us-gov",
        supportsDualStack = true,
        supportsFIPS = true,
      },
      region_patterns = { "^us%-gov%-[A-Za-z0-9_]+%-[0-9]+$" },
      regions = { "aws-us-gov-global", "us-gov-east-1", "us-gov-west-1" },
    },
  },
  rules = {
    {
      conditions = {
        { argv = { { ref = "EndpointId" } }, fn = "isSet" },
        { argv = { { ref = "Region" } }, fn = "isSet" },
        { argv = { { ref = "Region" } }, assign = "PartitionResult", fn = "aws.partition" },
      },
      rules = {
        {
          conditions = { { argv = { { ref = "EndpointId" }, true }, fn = "isValidHostLabel" } },
          rules = {
            {
              conditions = { { argv = { { ref = "UseFIPS" }, false }, fn = "booleanEquals" } },
              rules = {
                {
                  conditions = { { argv = { { ref = "Endpoint" } }, fn = "isSet" } },
                  endpoint = {
                    headers = {},
                    properties = {
                      authSchemes = {
                        { name = "sigv4a", signingName = "ses", signingRegionSet = { "*" } },
                      },
                    },
                    url = { ref = "Endpoint" },
                  },
                  type = "endpoint",
                },
                {
                  conditions = {
                    {
                      argv = {
                        { argv = { { ref = "PartitionResult" }, "name" }, fn = "getAttr" },
                        "aws-us-gov",
                      },
                      fn = "stringEquals",
                    },
                    { argv = { { ref = "UseDualStack" }, true }, fn = "booleanEquals" },
                  },
                  rules = {
                    {
                      conditions = {
                        {
                          argv = {
                            true,
                            {
                              argv = { { ref = "PartitionResult" }, "supportsDualStack" },
                              fn = "getAttr",
                            },
                          },
                          fn = "booleanEquals",
                        },
                      },
                      rules = {
                        {
                          conditions = {},
                          endpoint = {
                            headers = {},
                            properties = {
                              authSchemes = {
                                { name = "sigv4a", signingName = "ses", signingRegionSet = { "*" } },
                              },
                            },
                            url = "https://{EndpointId}.endpoints.email.us-gov.{PartitionResult#dualStackDnsSuffix}",
                          },
                          type = "endpoint",
                        },
                      },
                      type = "tree",
                    },
                    {
                      conditions = {},
                      error = "DualStack is enabled but this partition does not support DualStack",
                      type = "error",
                    },
                  },
                  type = "tree",
                },
                {
                  conditions = {
                    {
                      argv = {
                        { argv = { { ref = "PartitionResult" }, "name" }, fn = "getAttr" },
                        "aws-us-gov",
                      },
                      fn = "stringEquals",
                    },
                  },
                  endpoint = {
                    headers = {},
                    properties = {
                      authSchemes = {
                        { name = "sigv4a", signingName = "ses", signingRegionSet = { "*" } },
                      },
                    },
                    url = "https://{EndpointId}.endpoints.email.us-gov.{PartitionResult#dnsSuffix}",
                  },
                  type = "endpoint",
                },
                {
                  conditions = {
                    {
                      argv = {
                        {
                          argv = {
                            { argv = { { ref = "PartitionResult" }, "name" }, fn = "getAttr" },
                            "aws-us-gov",
                          },
                          fn = "stringEquals",
                        },
                      },
                      fn = "not",
                    },
                    { argv = { { ref = "UseDualStack" }, true }, fn = "booleanEquals" },
                  },
                  rules = {
                    {
                      conditions = {
                        {
                          argv = {
                            true,
                            {
                              argv = { { ref = "PartitionResult" }, "supportsDualStack" },
                              fn = "getAttr",
                            },
                          },
                          fn = "booleanEquals",
                        },
                      },
                      rules = {
                        {
                          conditions = {},
                          endpoint = {
                            headers = {},
                            properties = {
                              authSchemes = {
                                { name = "sigv4a", signingName = "ses", signingRegionSet = { "*" } },
                              },
                            },
                            url = "https://{EndpointId}.endpoints.email.global.{PartitionResult#dualStackDnsSuffix}",
                          },
                          type = "endpoint",
                        },
                      },
                      type = "tree",
                    },
                    {
                      conditions = {},
                      error = "DualStack is enabled but this partition does not support DualStack",
                      type = "error",
                    },
                  },
                  type = "tree",
                },
                {
                  conditions = {
                    {
                      argv = {
                        {
                          argv = {
                            { argv = { { ref = "PartitionResult" }, "name" }, fn = "getAttr" },
                            "aws-us-gov",
                          },
                          fn = "stringEquals",
                        },
                      },
                      fn = "not",
                    },
                  },
                  endpoint = {
                    headers = {},
                    properties = {
                      authSchemes = {
                        { name = "sigv4a", signingName = "ses", signingRegionSet = { "*" } },
                      },
                    },
                    url = "https://{EndpointId}.endpoints.email.{PartitionResult#dnsSuffix}",
                  },
                  type = "endpoint",
                },
              },
              type = "tree",
            },
            {
              conditions = {},
              error = "Invalid Configuration: FIPS is not supported with multi-region endpoints",
              type = "error",
            },
          },
          type = "tree",
        },
        { conditions = {}, error = "EndpointId must be a valid host label", type = "error" },
      },
      type = "tree",
    },
    {
      conditions = { { argv = { { ref = "Endpoint" } }, fn = "isSet" } },
      rules = {
        {
          conditions = { { argv = { { ref = "UseFIPS" }, true }, fn = "booleanEquals" } },
          error = "Invalid Configuration: FIPS and custom endpoint are not supported",
          type = "error",
        },
        {
          conditions = { { argv = { { ref = "UseDualStack" }, true }, fn = "booleanEquals" } },
          error = "Invalid Configuration: Dualstack and custom endpoint are not supported",
          type = "error",
        },
        {
          conditions = {},
          endpoint = { headers = {}, properties = {}, url = { ref = "Endpoint" } },
          type = "endpoint",
        },
      },
      type = "tree",
    },
    {
      conditions = { { argv = { { ref = "Region" } }, fn = "isSet" } },
      rules = {
        {
          conditions = {
            { argv = { { ref = "Region" } }, assign = "PartitionResult", fn = "aws.partition" },
          },
          rules = {
            {
              conditions = {
                { argv = { { ref = "UseFIPS" }, true }, fn = "booleanEquals" },
                { argv = { { ref = "UseDualStack" }, true }, fn = "booleanEquals" },
              },
              rules = {
                {
                  conditions = {
                    {
                      argv = {
                        true,
                        { argv = { { ref = "PartitionResult" }, "supportsFIPS" }, fn = "getAttr" },
                      },
                      fn = "booleanEquals",
                    },
                    {
                      argv = {
                        true,
                        {
                          argv = { { ref = "PartitionResult" }, "supportsDualStack" },
                          fn = "getAttr",
                        },
                      },
                      fn = "booleanEquals",
                    },
                  },
                  rules = {
                    {
                      conditions = {},
                      endpoint = {
                        headers = {},
                        properties = {},
                        url = "https://email-fips.{Region}.{PartitionResult#dualStackDnsSuffix}",
                      },
                      type = "endpoint",
                    },
                  },
                  type = "tree",
                },
                {
                  conditions = {},
                  error = "FIPS and DualStack are enabled, but this partition does not support one or both",
                  type = "error",
                },
              },
              type = "tree",
            },
            {
              conditions = { { argv = { { ref = "UseFIPS" }, true }, fn = "booleanEquals" } },
              rules = {
                {
                  conditions = {
                    {
                      argv = {
                        { argv = { { ref = "PartitionResult" }, "supportsFIPS" }, fn = "getAttr" },
                        true,
                      },
                      fn = "booleanEquals",
                    },
                  },
                  rules = {
                    {
                      conditions = {},
                      endpoint = {
                        headers = {},
                        properties = {},
                        url = "https://email-fips.{Region}.{PartitionResult#dnsSuffix}",
                      },
                      type = "endpoint",
                    },
                  },
                  type = "tree",
                },
                {
                  conditions = {},
                  error = "FIPS is enabled but this partition does not support FIPS",
                  type = "error",
                },
              },
              type = "tree",
            },
            {
              conditions = { { argv = { { ref = "UseDualStack" }, true }, fn = "booleanEquals" } },
              rules = {
                {
                  conditions = {
                    {
                      argv = {
                        true,
                        {
                          argv = { { ref = "PartitionResult" }, "supportsDualStack" },
                          fn = "getAttr",
                        },
                      },
                      fn = "booleanEquals",
                    },
                  },
                  rules = {
                    {
                      conditions = {},
                      endpoint = {
                        headers = {},
                        properties = {},
                        url = "https://email.{Region}.{PartitionResult#dualStackDnsSuffix}",
                      },
                      type = "endpoint",
                    },
                  },
                  type = "tree",
                },
                {
                  conditions = {},
                  error = "DualStack is enabled but this partition does not support DualStack",
                  type = "error",
                },
              },
              type = "tree",
            },
            {
              conditions = {},
              endpoint = {
                headers = {},
                properties = {},
                url = "https://email.{Region}.{PartitionResult#dnsSuffix}",
              },
              type = "endpoint",
            },
          },
          type = "tree",
        },
      },
      type = "tree",
    },
    { conditions = {}, error = "Invalid Configuration: Missing Region", type = "error" },
  },
}
