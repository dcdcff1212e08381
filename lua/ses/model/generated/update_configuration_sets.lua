-- Made by tools/gen_model.lua from AWS's published JSON. Change that, not this.
return {
  operations = {
    UpdateConfigurationSet = {
      errors = {},
      input = "UpdateConfigurationSetRequest",
      method = "POST",
      output = "UpdateConfigurationSetResponse",
      uri = "/v2/email/update-configuration-sets",
    },
  },
  shapes = {
    UpdateConfigurationSetRequest = {
      members = {
        ConfigurationSetName = "SdkString",
        MessageSecurityOptions = "MessageSecurityOptions",
      },
      required = { "ConfigurationSetName" },
      type = "structure",
    },
    UpdateConfigurationSetResponse = { members = {}, type = "structure" },
  },
}
