-- Made by tools/gen_model.lua from AWS's published JSON. Change that, not this.
return {
  operations = {
    ListTagsForResource = {
      errors = { "BadRequestException", "NotFoundException", "TooManyRequestsException" },
      input = "ListTagsForResourceRequest",
      method = "GET",
      output = "ListTagsForResourceResponse",
      uri = "/v2/email/tags",
    },
    TagResource = {
      errors = {
        "BadRequestException",
        "ConcurrentModificationException",
        "NotFoundException",
        "TooManyRequestsException",
      },
      input = "TagResourceRequest",
      method = "POST",
      output = "TagResourceResponse",
      uri = "/v2/email/tags",
    },
    UntagResource = {
      errors = {
        "BadRequestException",
        "ConcurrentModificationException",
        "NotFoundException",
        "TooManyRequestsException",
      },
      input = "UntagResourceRequest",
      method = "DELETE",
      output = "UntagResourceResponse",
      uri = "/v2/email/tags",
    },
  },
  shapes = {
    ListTagsForResourceRequest = {
      members = { ResourceArn = "AmazonResourceName" },
      query = { ResourceArn = "ResourceArn" },
      required = { "ResourceArn" },
      type = "structure",
    },
    ListTagsForResourceResponse = {
      members = { Tags = "TagList" },
      required = { "Tags" },
      type = "structure",
    },
    TagKeyList = { member = "TagKey", type = "list" },
    TagResourceRequest = {
      members = { ResourceArn = "AmazonResourceName", Tags = "TagList" },
      required = { "ResourceArn", "Tags" },
      type = "structure",
    },
    TagResourceResponse = { members = {}, type = "structure" },
    UntagResourceRequest = {
      members = { ResourceArn = "AmazonResourceName", TagKeys = "TagKeyList" },
      query = { ResourceArn = "ResourceArn", TagKeys = "TagKeys" },
      required = { "ResourceArn", "TagKeys" },
      type = "structure",
    },
    UntagResourceResponse = { members = {}, type = "structure" },
  },
}
