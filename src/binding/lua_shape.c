/* ses.core.shape: Lua values looked at and written as JSON by the shapes of a service's model, in
 * one pass. It is more than a binding, and no part of the core, since what it walks is Lua's. */
#include "binding.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define CLASS "ses.shape"
#define ROOM 10                    /* on Lua's stack, for a value and what is asked of it */
#define LARGE_BLOB ((size_t)32768) /* as of ses.model.writer */

enum kind { NEVER, STRUCTURE, LIST, MAP, STRING, BLOB, BOOLEAN, INTEGER, DOUBLE, TIMESTAMP };

static const char *const kinds[] = {"never",   "structure", "list",   "map",       "string", "blob",
                                    "boolean", "integer",   "double", "timestamp", NULL};

/* Texts of a shape that its rule need not see. */
enum quick { NO_QUICK, ADDRESS, PRINTABLE };

static const char *const quicks[] = {"none", "address", "printable", NULL};

struct member {
    struct ses_span name; /* of the plan's strings, as `key` */
    struct ses_span key;  /* "Name": */
    int node;
    bool is_required;
    bool is_path;
    bool is_body;
};

/* `rule`, `ask` and `known` are places in the plan's table of Lua values; 0 where there is none. */
struct node {
    enum kind kind;
    enum quick quick;
    bool is_union;
    double min, max;
    size_t quick_bytes; /* of JSON, below which a rule has nothing to say */
    int rule, ask, known;
    int key, value; /* of a map; `value` of a list as well */
    int members;    /* how many */
    int first;      /* of them */
};

struct plan {
    struct node *nodes;
    struct member *members;
    int node_count;
};

/* One look at a value. `at` are places on Lua's stack. */
struct walk {
    lua_State *L;
    const struct plan *plan;
    int values_at, walk_at, say_at;
    struct ses_buf *out; /* NULL where nothing is to be written, or no longer */
    enum ses_status status;
};

static bool accepts(struct walk *walk, int index, int node);

static void give_up_writing(struct walk *walk) {
    walk->out = NULL;
}

static void put(struct walk *walk, struct ses_span text) {
    if (walk->out == NULL)
        return;
    walk->status = ses_buf_append(walk->out, text);
    if (walk->status != SES_OK)
        walk->out = NULL;
}

static void put_text(struct walk *walk, struct ses_span text, bool is_blob) {
    put(walk, SES_SPAN("\""));
    if (walk->out != NULL)
        walk->status =
            is_blob ? ses_base64_encode(walk->out, text) : ses_json_append_escaped(walk->out, text);
    if (walk->status != SES_OK)
        walk->out = NULL;
    put(walk, SES_SPAN("\""));
}

static void put_integer(struct walk *walk, double number) {
    if (walk->out == NULL)
        return;
    if (number < 0)
        put(walk, SES_SPAN("-"));
    if (walk->out != NULL)
        walk->status = ses_buf_append_uint(walk->out, (uint64_t)fabs(number));
}

/* What a rule finds it notes in the walk's table. */
static void ask_rule(struct walk *walk, int index, int rule) {
    lua_State *L = walk->L;
    lua_rawgeti(L, walk->values_at, rule);
    lua_pushvalue(L, index);
    lua_pushvalue(L, walk->walk_at);
    lua_pushvalue(L, walk->say_at);
    lua_call(L, 3, 0);
}

static bool is_printable(struct ses_span text) {
    for (size_t i = 0; i < text.len; i++)
        if (text.data[i] < ' ' || text.data[i] > '~')
            return false;
    return true;
}

static bool is_quick(const struct node *node, struct ses_span text) {
    return (node->quick == ADDRESS && ses_address_is_plain(text)) ||
           (node->quick == PRINTABLE && is_printable(text));
}

/* Of what was written from `began` on. */
static bool is_short(const struct walk *walk, const struct node *node, size_t began) {
    return walk->out != NULL && walk->out->len - began < node->quick_bytes;
}

static size_t written(const struct walk *walk) {
    return walk->out == NULL ? 0 : walk->out->len;
}

static bool passes_ask(struct walk *walk, int index, int ask) {
    lua_State *L = walk->L;
    lua_rawgeti(L, walk->values_at, ask);
    lua_pushvalue(L, index);
    lua_call(L, 1, 1);
    bool passes = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return passes;
}

static bool is_known(struct walk *walk, int index, int known) {
    lua_State *L = walk->L;
    lua_rawgeti(L, walk->values_at, known);
    lua_pushvalue(L, index);
    lua_rawget(L, -2);
    bool found = !lua_isnil(L, -1);
    lua_pop(L, 2);
    return found;
}

static struct ses_span text_at(lua_State *L, int index) {
    struct ses_span text;
    text.data = lua_tolstring(L, index, &text.len);
    return text;
}

static bool accepts_string(struct walk *walk, int index, const struct node *node) {
    if (lua_type(walk->L, index) != LUA_TSTRING)
        return false;
    struct ses_span text = text_at(walk->L, index);
    size_t count = 0;
    if (!ses_utf8_count(text, &count) || (double)count < node->min || (double)count > node->max)
        return false;
    if (node->ask != 0 && !passes_ask(walk, index, node->ask))
        return false;
    if (node->known != 0 && !is_known(walk, index, node->known))
        return false;
    if (node->rule != 0 && !is_quick(node, text))
        ask_rule(walk, index, node->rule);
    put_text(walk, text, false);
    return true;
}

static bool accepts_blob(struct walk *walk, int index) {
    if (lua_type(walk->L, index) != LUA_TSTRING)
        return false;
    struct ses_span bytes = text_at(walk->L, index);
    if (bytes.len >= LARGE_BLOB)
        give_up_writing(walk);
    put_text(walk, bytes, true);
    return true;
}

static bool accepts_boolean(struct walk *walk, int index) {
    if (!lua_isboolean(walk->L, index))
        return false;
    put(walk, lua_toboolean(walk->L, index) ? SES_SPAN("true") : SES_SPAN("false"));
    return true;
}

static bool accepts_number(struct walk *walk, int index, const struct node *node) {
    if (lua_type(walk->L, index) != LUA_TNUMBER)
        return false;
    double number = lua_tonumber(walk->L, index);
    if (!(number >= node->min && number <= node->max))
        return false;
    if (node->kind != INTEGER)
        give_up_writing(walk);
    else if (number != floor(number))
        return false;
    else
        put_integer(walk, number);
    return true;
}

/* A metatable may give what is not in the table itself. */
static bool is_plain_table(lua_State *L, int index) {
    if (!lua_istable(L, index))
        return false;
    if (!lua_getmetatable(L, index))
        return true;
    lua_pop(L, 1);
    return false;
}

static double count_of(lua_State *L, int index) {
    double count = 0;
    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1))
        count++;
    return count;
}

static bool accepts_list(struct walk *walk, int index, const struct node *node) {
    lua_State *L = walk->L;
    if (!is_plain_table(L, index) || !lua_checkstack(L, ROOM))
        return false;
    double count = count_of(L, index);
    if (count < node->min || count > node->max || count > INT32_MAX)
        return false;
    put(walk, SES_SPAN("["));
    for (int i = 1; i <= (int)count; i++) {
        if (i > 1)
            put(walk, SES_SPAN(","));
        lua_rawgeti(L, index, i);
        bool is_sure = accepts(walk, lua_gettop(L), node->value);
        lua_pop(L, 1);
        if (!is_sure)
            return false;
    }
    put(walk, SES_SPAN("]"));
    if (node->rule != 0)
        ask_rule(walk, index, node->rule);
    return true;
}

/* Its keys would have to be sorted. */
static bool accepts_map(struct walk *walk, int index, const struct node *node) {
    lua_State *L = walk->L;
    if (!is_plain_table(L, index) || !lua_checkstack(L, ROOM))
        return false;
    give_up_writing(walk);
    double count = 0;
    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
        int value = lua_gettop(L);
        if (!accepts(walk, value - 1, node->key) || !accepts(walk, value, node->value)) {
            lua_pop(L, 2);
            return false;
        }
        count++;
    }
    return count >= node->min && count <= node->max;
}

static bool is_name(struct ses_span name, struct ses_span text) {
    return name.data == text.data ||
           (name.len == text.len && memcmp(name.data, text.data, name.len) == 0);
}

/* → its place among the node's members, -1 for one that it has not */
static int member_named(const struct node *node, const struct member *members,
                        struct ses_span text) {
    for (int i = 0; i < node->members; i++)
        if (members[i].name.data == text.data)
            return i;
    for (int i = 0; i < node->members; i++)
        if (is_name(members[i].name, text))
            return i;
    return -1;
}

/* Puts the values of the table at `index` behind `base`, each in the place of its member. → how
 * many there are, -1 where one is of no member */
static int spread(struct walk *walk, int index, int base, const struct node *node,
                  const struct member *members) {
    lua_State *L = walk->L;
    int count = 0;
    for (lua_pushnil(L); lua_next(L, index); count++) {
        int found = -1;
        if (lua_type(L, -2) == LUA_TSTRING)
            found = member_named(node, members, text_at(L, -2));
        if (found < 0)
            return -1;
        lua_replace(L, base + found);
    }
    return count;
}

/* What is a part of the path. */
static bool fits_path(lua_State *L, int index) {
    if (lua_type(L, index) != LUA_TSTRING)
        return true;
    struct ses_span text = text_at(L, index);
    return text.len > 0 && !is_name(SES_SPAN("."), text) && !is_name(SES_SPAN(".."), text);
}

static bool accepts_member(struct walk *walk, int index, const struct member *member,
                           bool *is_first) {
    if (lua_isnil(walk->L, index))
        return !member->is_required;
    if (member->is_path && !fits_path(walk->L, index))
        return false;
    if (member->is_body) {
        put(walk, *is_first ? SES_SPAN("{") : SES_SPAN(","));
        put(walk, member->key);
        *is_first = false;
        return accepts(walk, index, member->node);
    }
    struct ses_buf *out = walk->out;
    walk->out = NULL;
    bool is_sure = accepts(walk, index, member->node);
    walk->out = out;
    return is_sure;
}

static bool accepts_structure(struct walk *walk, int index, const struct node *node) {
    lua_State *L = walk->L;
    if (!is_plain_table(L, index) || !lua_checkstack(L, node->members + ROOM))
        return false;
    const struct member *members = walk->plan->members + node->first;
    size_t began = written(walk);
    int base = lua_gettop(L) + 1;
    lua_settop(L, base - 1 + node->members);
    int count = spread(walk, index, base, node, members);
    bool is_sure = count >= 0 && (!node->is_union || count == 1), is_first = true;
    for (int i = 0; is_sure && i < node->members; i++)
        is_sure = accepts_member(walk, base + i, &members[i], &is_first);
    lua_settop(L, base - 1);
    if (!is_sure)
        return false;
    put(walk, is_first ? SES_SPAN("{}") : SES_SPAN("}"));
    if (node->rule != 0 && !is_short(walk, node, began))
        ask_rule(walk, index, node->rule);
    return true;
}

static bool accepts(struct walk *walk, int index, int number) {
    const struct node *node = &walk->plan->nodes[number];
    switch (node->kind) {
    case STRUCTURE:
        return accepts_structure(walk, index, node);
    case LIST:
        return accepts_list(walk, index, node);
    case MAP:
        return accepts_map(walk, index, node);
    case STRING:
        return accepts_string(walk, index, node);
    case BLOB:
        return accepts_blob(walk, index);
    case BOOLEAN:
        return accepts_boolean(walk, index);
    case INTEGER:
    case DOUBLE:
    case TIMESTAMP:
        return accepts_number(walk, index, node);
    case NEVER:
        break;
    }
    return false;
}

/* ---- plans ---- */

static int place_of(lua_State *L, int values, const char *field) {
    lua_getfield(L, -1, field);
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
        return 0;
    }
    int place = (int)lua_rawlen(L, values) + 1;
    lua_rawseti(L, values, place);
    return place;
}

static struct ses_span kept_text(lua_State *L, int values, const char *field) {
    lua_getfield(L, -1, field);
    struct ses_span text = ses_check_span(L, -1);
    lua_rawseti(L, values, (int)lua_rawlen(L, values) + 1);
    return text;
}

static int number_of(lua_State *L, const struct plan *plan, const char *field) {
    int number = (int)ses_opt_number(L, -1, field, 1) - 1;
    if (number < 0 || number >= plan->node_count)
        luaL_error(L, "no node %d in the plan", number + 1);
    return number;
}

static void read_member(lua_State *L, int values, const struct plan *plan, struct member *member) {
    member->name = kept_text(L, values, "name");
    member->key = kept_text(L, values, "json_key");
    member->node = number_of(L, plan, "node");
    member->is_required = ses_opt_bool(L, -1, "required", false);
    member->is_path = ses_opt_bool(L, -1, "is_path", false);
    member->is_body = ses_opt_bool(L, -1, "is_body", false);
}

static int choice_of(lua_State *L, const char *field, const char *fallback,
                     const char *const *choices) {
    lua_getfield(L, -1, field);
    int choice = luaL_checkoption(L, -1, fallback, choices);
    lua_pop(L, 1);
    return choice;
}

/* The node's table is on top. `*next` is where its members go. */
static void read_node(lua_State *L, int values, struct plan *plan, struct node *node, int *next) {
    node->kind = (enum kind)choice_of(L, "kind", "never", kinds);
    node->quick = (enum quick)choice_of(L, "quick", "none", quicks);
    node->is_union = ses_opt_bool(L, -1, "is_union", false);
    node->min = ses_opt_number(L, -1, "min", -HUGE_VAL);
    node->max = ses_opt_number(L, -1, "max", HUGE_VAL);
    node->quick_bytes = (size_t)ses_opt_count(L, -1, "quick_bytes");
    node->rule = place_of(L, values, "rule");
    node->ask = place_of(L, values, "ask");
    node->known = place_of(L, values, "known");
    node->key = number_of(L, plan, "key");
    node->value = number_of(L, plan, "value");
    node->first = *next;
    lua_getfield(L, -1, "members");
    node->members = lua_istable(L, -1) ? (int)lua_rawlen(L, -1) : 0;
    for (int i = 1; i <= node->members; i++) {
        lua_rawgeti(L, -1, i);
        read_member(L, values, plan, &plan->members[(*next)++]);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

static int members_in(lua_State *L, int nodes) {
    int count = 0;
    for (int i = 1; i <= (int)lua_rawlen(L, nodes); i++) {
        lua_rawgeti(L, nodes, i);
        lua_getfield(L, -1, "members");
        if (lua_istable(L, -1))
            count += (int)lua_rawlen(L, -1);
        lua_pop(L, 2);
    }
    return count;
}

/* shape.plan(nodes) -> a plan. Each node is { kind =, min =, max =, … }, as ses.model.accept makes
 * them; the first is the whole value's. All of it is one block of Lua's. */
static int shape_plan(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    size_t nodes = lua_rawlen(L, 1), members = (size_t)members_in(L, 1);
    struct plan *plan = lua_newuserdatauv(
        L, sizeof *plan + nodes * sizeof(struct node) + members * sizeof(struct member), 1);
    plan->nodes = (struct node *)(plan + 1);
    plan->members = (struct member *)(plan->nodes + nodes);
    plan->node_count = (int)nodes;
    lua_newtable(L);
    int next = 0;
    for (int i = 0; i < plan->node_count; i++) {
        lua_rawgeti(L, 1, i + 1);
        read_node(L, 3, plan, &plan->nodes[i], &next);
        lua_pop(L, 1);
    }
    ses_set_uservalue(L, 2);
    luaL_getmetatable(L, CLASS);
    lua_setmetatable(L, 2);
    return 1;
}

/* The arguments of a method: plan, value, walk, say; the plan's values come behind them. */
static struct walk begin_walk(lua_State *L) {
    struct walk walk = {
        .L = L, .plan = luaL_checkudata(L, 1, CLASS), .values_at = 5, .walk_at = 3, .say_at = 4};
    lua_settop(L, 4);
    ses_get_uservalue(L, 1);
    return walk;
}

/* plan:accepts(value, walk, say) -> whether the value is beyond doubt what its shape asks for,
 * but for what rules note in `walk` by `say` */
static int plan_accepts(lua_State *L) {
    struct walk walk = begin_walk(L);
    lua_pushboolean(L, accepts(&walk, 2, 0));
    return 1;
}

/* plan:write(value, walk, say) -> the members that are of the body as JSON; true where the value is
 * accepted and holds what is not written here: maps, times, fractions, large blobs; false where it
 * is not accepted */
static int plan_write(lua_State *L) {
    struct walk walk = begin_walk(L);
    struct ses_buf *out = ses_push_buf(L, false);
    walk.out = out;
    bool is_sure = accepts(&walk, 2, 0);
    if (is_sure && walk.out != NULL)
        ses_push_span(L, ses_buf_span(out));
    else
        lua_pushboolean(L, is_sure);
    ses_buf_free(out);
    if (walk.status != SES_OK)
        return luaL_error(L, "not enough memory");
    return 1;
}

static const luaL_Reg functions[] = {{"plan", shape_plan}, {NULL, NULL}};
static const luaL_Reg methods[] = {{"accepts", plan_accepts}, {"write", plan_write}, {NULL, NULL}};

int ses_open_shape(lua_State *L) {
    ses_bind_class(L, CLASS, methods, NULL, NULL);
    luaL_newlib(L, functions);
    return 1;
}
