/* ses/ses.h: the whole C core of ses in one include.
 *
 * Amazon SES v2 for Lua has a core in C11 that stands alone: it signs, resolves credentials, moves
 * HTTP messages and takes the decisions of resilience. It never includes lua.h, keeps no globals,
 * prints nothing and ends no process. Each header below opens with what its module is for, who owns
 * what, and what may be shared by threads.
 */
#ifndef SES_SES_H
#define SES_SES_H

#include "ses/address.h"
#include "ses/backoff.h"
#include "ses/base64.h"
#include "ses/breaker.h"
#include "ses/buf.h"
#include "ses/credentials.h"
#include "ses/credentials_cache.h"
#include "ses/credentials_resolver.h"
#include "ses/digest.h"
#include "ses/dkim.h"
#include "ses/host.h"
#include "ses/html.h"
#include "ses/http.h"
#include "ses/idna.h"
#include "ses/imds_region.h"
#include "ses/json.h"
#include "ses/limiter.h"
#include "ses/log_text.h"
#include "ses/otlp.h"
#include "ses/private_file.h"
#include "ses/process.h"
#include "ses/profile.h"
#include "ses/random.h"
#include "ses/retry.h"
#include "ses/seal.h"
#include "ses/secret.h"
#include "ses/send_rate.h"
#include "ses/signer.h"
#include "ses/sigv4.h"
#include "ses/sigv4_verify.h"
#include "ses/sigv4a.h"
#include "ses/sns.h"
#include "ses/span.h"
#include "ses/status.h"
#include "ses/timestamp.h"
#include "ses/transport.h"
#include "ses/uri.h"
#include "ses/utf8.h"
#include "ses/version.h"

#endif
