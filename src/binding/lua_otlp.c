/* ses.core.otlp */
#include "binding.h"

static struct ses_span optional_text(lua_State *L, int index, const char *field) {
    struct ses_span none = {NULL, 0};
    return ses_opt_span(L, index, field, none);
}

/* The attributes of the table on top of the stack. A value that is no text, number or flag is left
 * out. */
static enum ses_status append_attributes(lua_State *L, struct ses_buf *out) {
    enum ses_status status = SES_OK;
    int table = lua_gettop(L);
    for (lua_pushnil(L); status == SES_OK && lua_next(L, table) != 0; lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            continue;
        struct ses_span name = ses_check_span(L, -2);
        int type = lua_type(L, -1);
        if (type == LUA_TSTRING)
            status = ses_otlp_append_text(out, name, ses_check_span(L, -1));
        else if (type == LUA_TNUMBER)
            status = ses_otlp_append_number(out, name, lua_tonumber(L, -1));
        else if (type == LUA_TBOOLEAN)
            status = ses_otlp_append_flag(out, name, lua_toboolean(L, -1) != 0);
    }
    lua_settop(L, table);
    return status;
}

/* The events of the list on top of the stack. */
static enum ses_status append_events(lua_State *L, struct ses_buf *out, double offset) {
    enum ses_status status = ses_otlp_begin_events(out);
    int table = lua_gettop(L);
    for (int i = 1; status == SES_OK && lua_istable(L, table); i++) {
        lua_rawgeti(L, table, i);
        if (!lua_istable(L, -1))
            break;
        struct ses_span name = optional_text(L, -1, "name");
        status = ses_otlp_append_event(out, name, ses_opt_number(L, -1, "time", 0) + offset);
        lua_settop(L, table);
    }
    lua_settop(L, table);
    return status;
}

struct trace {
    struct ses_span id, parent_id, state;
    double offset;
};

/* The span at `index`. */
static enum ses_status append_span(lua_State *L, int index, struct ses_buf *out,
                                   const struct trace *trace) {
    struct ses_otlp_span span = {
        .name = optional_text(L, index, "name"),
        .trace_id = trace->id,
        .span_id = optional_text(L, index, "id"),
        .parent_span_id = optional_text(L, index, "parent"),
        .trace_state = trace->state,
        .kind = (enum ses_otlp_kind)ses_opt_number(L, index, "kind", SES_OTLP_INTERNAL),
        .start = ses_opt_number(L, index, "from", 0) + trace->offset,
        .end = ses_opt_number(L, index, "to", 0) + trace->offset,
        .failed = ses_opt_bool(L, index, "failed", false),
    };
    if (span.parent_span_id.len == 0) {
        span.parent_span_id = trace->parent_id;
        span.parent_is_remote = trace->parent_id.len > 0;
    }
    enum ses_status status = ses_otlp_begin_span(out);
    lua_getfield(L, index, "attributes");
    if (status == SES_OK && lua_istable(L, -1))
        status = append_attributes(L, out);
    lua_getfield(L, index, "events");
    if (status == SES_OK)
        status = append_events(L, out, trace->offset);
    lua_pop(L, 2);
    return status == SES_OK ? ses_otlp_end_span(out, &span) : status;
}

/* otlp.spans(traces) -> the spans of a list of ses.Trace, with commas between them */
static int otlp_spans(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    struct ses_buf *out = ses_push_buf(L, false);
    enum ses_status status = SES_OK;
    int count = (int)lua_rawlen(L, 1);
    for (int i = 1; status == SES_OK && i <= count; i++) {
        lua_rawgeti(L, 1, i);
        int at = lua_gettop(L);
        luaL_checktype(L, at, LUA_TTABLE);
        struct trace trace = {.id = optional_text(L, at, "trace_id"),
                              .parent_id = optional_text(L, at, "parent_id"),
                              .state = optional_text(L, at, "state"),
                              .offset = ses_opt_number(L, at, "offset", 0)};
        lua_getfield(L, at, "spans");
        luaL_checktype(L, -1, LUA_TTABLE);
        int spans = (int)lua_rawlen(L, at + 1);
        for (int k = 1; status == SES_OK && k <= spans; k++) {
            lua_rawgeti(L, at + 1, k);
            luaL_checktype(L, -1, LUA_TTABLE);
            status = append_span(L, at + 2, out, &trace);
            lua_settop(L, at + 1);
        }
        lua_settop(L, at - 1);
    }
    return ses_return_buf(L, out, status, NULL);
}

/* otlp.attributes(map) -> its attributes, with commas between them */
static int otlp_attributes(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    struct ses_buf *out = ses_push_buf(L, false);
    lua_pushvalue(L, 1);
    enum ses_status status = append_attributes(L, out);
    return ses_return_buf(L, out, status, NULL);
}

static const luaL_Reg functions[] = {
    {"attributes", otlp_attributes}, {"spans", otlp_spans}, {NULL, NULL}};

int ses_open_otlp(lua_State *L) {
    luaL_newlib(L, functions);
    return 1;
}
