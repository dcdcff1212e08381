/* ses.core.sns: messages of Amazon SNS, its certificates, and who they are checked by.
 */
#include "binding.h"

#define MESSAGE_CLASS "ses.sns_message"
#define TRUST_CLASS "ses.sns_trust"
#define CERTIFICATE_CLASS "ses.sns_certificate"

/* sns.parse(text) -> message | nil, failure */
static int sns_parse(lua_State *L) {
    struct ses_span text = ses_check_span(L, 1);
    struct ses_box *box = ses_push_box(L, MESSAGE_CLASS);
    struct ses_error error = {0};
    ses_sns_message *message = NULL;
    enum ses_status status = ses_sns_message_parse(text, &message, &error);
    if (status != SES_OK)
        return ses_push_failure(L, status, &error);
    box->object = message;
    return 1;
}

/* sns.trust{ anchors = pem, intermediates = pem } -> trust | nil, failure */
static int sns_trust(lua_State *L) {
    static const struct ses_span none = {NULL, 0};
    luaL_checktype(L, 1, LUA_TTABLE);
    struct ses_span anchors = ses_opt_span(L, 1, "anchors", none);
    struct ses_span intermediates = ses_opt_span(L, 1, "intermediates", none);
    struct ses_box *box = ses_push_box(L, TRUST_CLASS);
    struct ses_error error = {0};
    ses_sns_trust *trust = NULL;
    enum ses_status status = ses_sns_trust_new(anchors, intermediates, &trust, &error);
    if (status != SES_OK)
        return ses_push_failure(L, status, &error);
    box->object = trust;
    return 1;
}

/* sns.certificate(pem, region, now, trust or nil) -> certificate | nil, failure */
static int sns_certificate(lua_State *L) {
    struct ses_span pem = ses_check_span(L, 1), region = ses_check_span(L, 2);
    lua_Number now = luaL_checknumber(L, 3);
    const ses_sns_trust *trust = lua_isnoneornil(L, 4) ? NULL : ses_check_box(L, 4, TRUST_CLASS);
    struct ses_box *box = ses_push_box(L, CERTIFICATE_CLASS);
    struct ses_error error = {0};
    ses_sns_certificate *certificate = NULL;
    enum ses_status status = ses_sns_certificate_new(pem, region, trust, now, &certificate, &error);
    if (status != SES_OK)
        return ses_push_failure(L, status, &error);
    box->object = certificate;
    return 1;
}

static int return_region(lua_State *L, struct ses_span region, enum ses_status status,
                         const struct ses_error *error) {
    if (status != SES_OK)
        return ses_push_failure(L, status, error);
    ses_push_span(L, region);
    return 1;
}

/* sns.check_cert_url(url) -> region | nil, failure */
static int sns_check_cert_url(lua_State *L) {
    struct ses_error error = {0};
    struct ses_span region = {NULL, 0};
    enum ses_status status = ses_sns_check_cert_url(ses_check_span(L, 1), &region, &error);
    return return_region(L, region, status, &error);
}

/* sns.check_subscribe_url(url) -> region | nil, failure */
static int sns_check_subscribe_url(lua_State *L) {
    struct ses_error error = {0};
    struct ses_span region = {NULL, 0};
    enum ses_status status = ses_sns_check_subscribe_url(ses_check_span(L, 1), &region, &error);
    return return_region(L, region, status, &error);
}

static const ses_sns_message *check_message(lua_State *L) {
    return ses_check_box(L, 1, MESSAGE_CLASS);
}

/* message:fields() -> { Type =, MessageId =, … }, as far as it has them */
static int message_fields(lua_State *L) {
    const ses_sns_message *message = check_message(L);
    lua_createtable(L, 0, SES_SNS_FIELDS);
    for (int i = 0; i < SES_SNS_FIELDS; i++) {
        struct ses_span value = ses_sns_message_field(message, (enum ses_sns_field)i);
        if (value.data == NULL)
            continue;
        ses_push_span(L, value);
        lua_setfield(L, -2, ses_sns_field_name((enum ses_sns_field)i));
    }
    return 1;
}

/* message:time() -> seconds since 1970 */
static int message_time(lua_State *L) {
    lua_pushnumber(L, ses_sns_message_time(check_message(L)));
    return 1;
}

/* message:region() -> that of its topic */
static int message_region(lua_State *L) {
    ses_push_span(L, ses_sns_message_region(check_message(L)));
    return 1;
}

/* message:string_to_sign() -> text | nil, failure */
static int message_string_to_sign(lua_State *L) {
    const ses_sns_message *message = check_message(L);
    struct ses_buf *out = ses_push_buf(L, false);
    return ses_return_buf(L, out, ses_sns_message_string_to_sign(message, out), NULL);
}

static int return_true(lua_State *L, enum ses_status status, const struct ses_error *error) {
    if (status != SES_OK)
        return ses_push_failure(L, status, error);
    lua_pushboolean(L, 1);
    return 1;
}

/* message:check_urls() -> true | nil, failure */
static int message_check_urls(lua_State *L) {
    struct ses_error error = {0};
    enum ses_status status = ses_sns_message_check_urls(check_message(L), &error);
    return return_true(L, status, &error);
}

/* message:verify(certificate) -> true | nil, failure */
static int message_verify(lua_State *L) {
    const ses_sns_message *message = check_message(L);
    const ses_sns_certificate *certificate = ses_check_box(L, 2, CERTIFICATE_CLASS);
    struct ses_error error = {0};
    enum ses_status status = ses_sns_message_verify(message, certificate, &error);
    return return_true(L, status, &error);
}

static int message_close(lua_State *L) {
    struct ses_box *box = luaL_checkudata(L, 1, MESSAGE_CLASS);
    ses_sns_message_free(box->object);
    box->object = NULL;
    return 0;
}

static int message_tostring(lua_State *L) {
    struct ses_box *box = luaL_checkudata(L, 1, MESSAGE_CLASS);
    lua_pushstring(L, box->object == NULL ? MESSAGE_CLASS " (closed)" : MESSAGE_CLASS);
    return 1;
}

static int trust_close(lua_State *L) {
    struct ses_box *box = luaL_checkudata(L, 1, TRUST_CLASS);
    ses_sns_trust_free(box->object);
    box->object = NULL;
    return 0;
}

static int trust_tostring(lua_State *L) {
    struct ses_box *box = luaL_checkudata(L, 1, TRUST_CLASS);
    if (box->object == NULL)
        lua_pushliteral(L, TRUST_CLASS " (closed)");
    else
        lua_pushfstring(L, TRUST_CLASS " (%d authorities)", (int)ses_sns_trust_count(box->object));
    return 1;
}

static int certificate_close(lua_State *L) {
    struct ses_box *box = luaL_checkudata(L, 1, CERTIFICATE_CLASS);
    ses_sns_certificate_free(box->object);
    box->object = NULL;
    return 0;
}

static const luaL_Reg message_methods[] = {
    {"fields", message_fields},
    {"time", message_time},
    {"region", message_region},
    {"string_to_sign", message_string_to_sign},
    {"check_urls", message_check_urls},
    {"verify", message_verify},
    {NULL, NULL},
};

static const luaL_Reg message_meta[] = {{"__tostring", message_tostring}, {NULL, NULL}};
static const luaL_Reg no_methods[] = {{NULL, NULL}};
static const luaL_Reg trust_meta[] = {{"__tostring", trust_tostring}, {NULL, NULL}};

static const luaL_Reg functions[] = {
    {"parse", sns_parse},
    {"trust", sns_trust},
    {"certificate", sns_certificate},
    {"check_cert_url", sns_check_cert_url},
    {"check_subscribe_url", sns_check_subscribe_url},
    {NULL, NULL},
};

int ses_open_sns(lua_State *L) {
    ses_bind_class(L, MESSAGE_CLASS, message_methods, message_meta, message_close);
    ses_bind_class(L, TRUST_CLASS, no_methods, trust_meta, trust_close);
    ses_bind_class(L, CERTIFICATE_CLASS, no_methods, no_methods, certificate_close);
    luaL_newlib(L, functions);
    return 1;
}
