-- What the reference says of the errors that SES is known to answer with, by AWS's code.
return {
  AccountSuspendedException = "AWS has suspended the account's sending. Only AWS can end that: see the mail "
    .. "and the support case that it sent.",
  AlreadyExistsException = "There is one of that name already. Update it, or choose another name.",
  BadRequestException = "SES found fault with the request beyond what its model tells. The message says what.",
  ConcurrentModificationException = "Something else changes the same resource at this moment. It is tried again.",
  ConflictException = "The request contradicts one that is open, or the state of the resource.",
  InternalServiceErrorException = "SES itself failed. It is tried again.",
  InvalidNextTokenException = "The token of the next page is not, or no longer, good. Begin the list anew.",
  LimitExceededException = "A quota on how many of these there may be is used up. Remove some, or ask AWS for more.",
  MailFromDomainNotVerifiedException = "The sender's MAIL FROM domain lacks its MX record, and the identity says "
    .. "that mail is then refused.",
  MessageRejected = "SES will not send this message: the sender's identity is not verified, a recipient is not while "
    .. "the account is in the sandbox, or the content is at fault.",
  NotFoundException = "There is none of that name in this account and Region.",
  SendingPausedException = "Sending is paused for the account or for the configuration set.",
  TooManyRequestsException = "Too many requests, or more recipients than the account may write to. It is tried again "
    .. "after a wait; a daily quota that is used up stays so for hours.",
}
