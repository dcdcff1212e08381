-- What the reference says of client.tags.
return {
  about = "Labels on SES resources, for bills and permissions. They are not the tags of a mail.",
  operations = {
    ListTagsForResource = {
      does = "Reads the tags of a resource, which is named by its ARN.",
    },
    TagResource = {
      does = "Adds tags to a resource; a tag whose key is there already gets the new value.",
      beware = "A resource has 50 tags at most.",
      example = { tags = { { key = "team", value = "letters" } } },
    },
    UntagResource = {
      does = "Removes tags from a resource by their keys.",
      example = { tag_keys = { "team" } },
    },
  },
}
