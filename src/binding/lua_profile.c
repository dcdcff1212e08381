/* ses.core.profile: the settings of a profile that are no secrets. */
#include "lua_profile.h"

#define PROFILE_CLASS "ses.profile"

struct ses_profile_options ses_opt_profile(lua_State *L, int index) {
    struct ses_profile_options options = {0};
    if (lua_isnoneornil(L, index))
        return options;
    luaL_checktype(L, index, LUA_TTABLE);
    options.profile = ses_opt_span(L, index, "profile", options.profile);
    options.config_file = ses_opt_span(L, index, "config_file", options.config_file);
    options.credentials_file = ses_opt_span(L, index, "credentials_file", options.credentials_file);
    return options;
}

static int profile_close(lua_State *L) {
    struct ses_box *box = luaL_checkudata(L, 1, PROFILE_CLASS);
    ses_profile_free(box->object);
    box->object = NULL;
    return 0;
}

/* Keys are compared without regard to case, so that a table needs one case. */
static void push_key(lua_State *L, struct ses_span key) {
    luaL_Buffer buffer;
    luaL_buffinit(L, &buffer);
    for (size_t i = 0; i < key.len; i++) {
        char c = key.data[i];
        luaL_addchar(&buffer, c >= 'A' && c <= 'Z' ? (char)(c + 32) : c);
    }
    luaL_pushresult(&buffer);
}

static void set_property(lua_State *L, const ses_profile_file *file,
                         const struct ses_profile_property *property) {
    push_key(L, property->key);
    if (!property->block) {
        ses_push_span(L, property->value);
        lua_rawset(L, -3);
        return;
    }
    lua_newtable(L);
    size_t cursor = 0;
    struct ses_profile_property inner;
    while (ses_profile_next_nested(file, property, &cursor, &inner)) {
        if (ses_profile_is_secret(inner.key))
            continue;
        push_key(L, inner.key);
        ses_push_span(L, inner.value);
        lua_rawset(L, -3);
    }
    lua_rawset(L, -3);
}

/* Lays the properties of one section over the table at the top. */
static void set_section(lua_State *L, const ses_profile_file *file,
                        enum ses_profile_section section, struct ses_span name) {
    size_t cursor = 0;
    struct ses_profile_property property;
    while (ses_profile_next(file, section, name, &cursor, &property))
        if (!ses_profile_is_secret(property.key))
            set_property(L, file, &property);
}

/* Puts the [services x] section in the place of its name; false where there is none. */
static bool set_services(lua_State *L, const ses_profile *profile) {
    lua_getfield(L, -1, "services");
    if (lua_type(L, -1) != LUA_TSTRING) {
        lua_pop(L, 1);
        return true;
    }
    struct ses_span name = {0};
    name.data = lua_tolstring(L, -1, &name.len);
    const ses_profile_file *config = ses_profile_config(profile);
    if (!ses_profile_has(config, SES_SECTION_SERVICES, name))
        return false;
    lua_newtable(L);
    set_section(L, config, SES_SECTION_SERVICES, name);
    lua_setfield(L, -3, "services");
    lua_pop(L, 1);
    return true;
}

/* The set of the properties that the credentials file gave. */
static void push_overrides(lua_State *L, const ses_profile *profile) {
    lua_newtable(L);
    size_t cursor = 0;
    struct ses_profile_property property;
    while (ses_profile_next(ses_profile_credentials(profile), SES_SECTION_PROFILE,
                            ses_profile_name(profile), &cursor, &property)) {
        push_key(L, property.key);
        lua_pushboolean(L, 1);
        lua_rawset(L, -3);
    }
}

static void push_info(lua_State *L, const ses_profile *profile) {
    lua_createtable(L, 0, 5);
    push_overrides(L, profile);
    lua_setfield(L, -2, "overridden");
    ses_push_span(L, ses_profile_name(profile));
    lua_setfield(L, -2, "profile");
    lua_pushboolean(L, ses_profile_exists(profile));
    lua_setfield(L, -2, "exists");
    ses_push_span(L, ses_profile_config_path(profile));
    lua_setfield(L, -2, "config_file");
    ses_push_span(L, ses_profile_credentials_path(profile));
    lua_setfield(L, -2, "credentials_file");
}

/* profile.read{ profile = nil, config_file = nil, credentials_file = nil }
 *   -> settings, { profile =, exists =, config_file =, credentials_file =, overridden = } | nil,
 * failure Keys are in lower case; blocks are tables; `services` is the table of the section of that
 * name. The credentials file's settings go over the config file's (`overridden` is the set of their
 * names), and no secret is among them. */
static int profile_read(lua_State *L) {
    struct ses_profile_options options = ses_opt_profile(L, 1);
    struct ses_box *box = ses_push_box(L, PROFILE_CLASS);
    struct ses_error error = {0};
    ses_profile *profile = NULL;
    enum ses_status status = ses_profile_load(&options, ses_host_system(), &profile, &error);
    if (status != SES_OK)
        return ses_push_failure(L, status, &error);
    box->object = profile;
    struct ses_span name = ses_profile_name(profile);
    lua_newtable(L);
    set_section(L, ses_profile_config(profile), SES_SECTION_PROFILE, name);
    set_section(L, ses_profile_credentials(profile), SES_SECTION_PROFILE, name);
    if (!set_services(L, profile)) {
        (void)ses_error_set(&error, SES_ERR_INVALID, "services",
                            "of the profile names a section that %.160s does not have",
                            ses_profile_config_path(profile).data);
        return ses_push_failure(L, SES_ERR_INVALID, &error);
    }
    push_info(L, profile);
    /* What was read holds secrets: it need not wait for the collector. */
    ses_profile_free(box->object);
    box->object = NULL;
    return 2;
}

static const luaL_Reg profile_methods[] = {{NULL, NULL}};

static const luaL_Reg functions[] = {{"read", profile_read}, {NULL, NULL}};

int ses_open_profile(lua_State *L) {
    ses_bind_class(L, PROFILE_CLASS, profile_methods, NULL, profile_close);
    luaL_newlib(L, functions);
    return 1;
}
