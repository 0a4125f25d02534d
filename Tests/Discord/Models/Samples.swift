/// Bodies as Discord sends them, made up for these tests.
enum Samples {
    static let user = #"{"id": "11", "username": "ayla", "global_name": "Ayla", "discriminator": "0", "avatar": null}"#

    static let member = """
        {"user": \(user), "nick": "Ayla of AAA", "avatar": null, "roles": ["100", "101"], "deaf": false, "mute": false,
         "joined_at": "2024-02-29T12:00:00.000000+00:00", "pending": false, "flags": 0,
         "communication_disabled_until": "2026-03-14T15:09:26+00:00", "permissions": "2147483648"}
        """

    static let role = """
        {"id": "100", "name": "AAA", "color": 3100495, "hoist": true, "icon": null, "unicode_emoji": null,
         "position": 3, "permissions": "1071698660929", "managed": true, "mentionable": false, "flags": 0,
         "tags": {"bot_id": "99"}, "colors": {"primary_color": 3100495, "secondary_color": null}}
        """

    static let emoji =
        #"{"id": "200", "name": "seat", "roles": [], "animated": true, "managed": false, "available": true}"#

    static let channel = """
        {"id": "50", "type": 0, "guild_id": "1", "name": "general", "topic": "Talk", "position": 2, "parent_id": "40",
         "permission_overwrites": [
            {"id": "1", "type": 0, "allow": "0", "deny": "1024"}, {"id": "11", "type": 1, "allow": "1024", "deny": "0"}],
         "rate_limit_per_user": 5, "nsfw": false, "last_message_id": "300"}
        """

    static let thread = """
        {"id": "60", "type": 12, "guild_id": "1", "name": "W0001-ayla", "parent_id": "50", "owner_id": "99",
         "last_message_id": null, "message_count": 4, "member_count": 3, "rate_limit_per_user": 0,
         "thread_metadata": {"archived": true, "locked": true, "invitable": false, "auto_archive_duration": 4320,
            "archive_timestamp": "2026-03-14T15:09:26.535897+00:00",
            "create_timestamp": "2026-03-01T00:00:00+00:00"},
         "member": {"id": "60", "user_id": "99", "join_timestamp": "2026-03-01T00:00:00+00:00", "flags": 1},
         "applied_tags": ["7"]}
        """

    static let embed = """
        {"type": "rich", "title": "Seats", "description": "Two open", "url": "https://example.org/",
         "timestamp": "2026-03-14T15:09:26+00:00", "color": 3100495,
         "footer": {"text": "as of now", "icon_url": "https://example.org/i.png"},
         "image": {"url": "https://example.org/a.png", "proxy_url": "https://example.org/p.png", "width": 4, "height": 3},
         "thumbnail": {"url": "attachment://t.png"},
         "author": {"name": "AAA", "url": "https://example.org/aaa"},
         "fields": [{"name": "Open", "value": "2", "inline": true}, {"name": "Held", "value": "1"}]}
        """

    static let attachment = """
        {"id": "400", "filename": "proof.png", "description": "a screenshot", "content_type": "image/png", "size": 1234,
         "url": "https://example.org/proof.png", "proxy_url": "https://example.org/p", "width": 10, "height": 20,
         "ephemeral": true}
        """

    static let components = """
        [{"type": 1, "id": 1, "components": [
            {"type": 2, "id": 2, "style": 3, "label": "Yes", "emoji": {"id": null, "name": "👍"}, "custom_id": "yes"},
            {"type": 2, "id": 3, "style": 5, "label": "Site", "url": "https://example.org", "disabled": true}]},
         {"type": 1, "components": [{"type": 3, "custom_id": "clan", "placeholder": "Pick", "min_values": 0,
            "max_values": 2, "options": [{"label": "AAA", "value": "a", "description": "first", "default": true,
                "emoji": {"id": "200", "name": "seat", "animated": true}}]}]},
         {"type": 1, "components": [{"type": 8, "custom_id": "where", "channel_types": [0, 5],
            "default_values": [{"id": "50", "type": "channel"}]}]},
         {"type": 1, "components": [{"type": 5, "custom_id": "who"}]},
         {"type": 1, "components": [{"type": 6, "custom_id": "role"}]},
         {"type": 1, "components": [{"type": 7, "custom_id": "any"}]},
         {"type": 10, "content": "# Text"}]
        """

    static let message = """
        {"id": "300", "channel_id": "50", "guild_id": "1", "author": \(user),
         "member": {"nick": "Ayla of AAA", "roles": ["100"], "joined_at": "2024-02-29T12:00:00+00:00"},
         "content": "!clan AAA <@12>", "timestamp": "2026-03-14T15:09:26.535897+00:00",
         "edited_timestamp": "2026-03-14T15:10:00+00:00", "tts": false, "mention_everyone": false,
         "mentions": [{"id": "12", "username": "bran", "member": {"nick": "Bran", "roles": ["101"]}}],
         "mention_roles": ["100"], "attachments": [\(attachment)], "embeds": [\(embed)], "components": \(components),
         "reactions": [{"count": 2, "me": true, "burst_colors": [], "emoji": {"id": null, "name": "🔥"}}],
         "sticker_items": [{"id": "500", "name": "wave", "format_type": 1}], "nonce": 4711, "pinned": true, "type": 19,
         "flags": 32, "message_reference": {"type": 0, "message_id": "299", "channel_id": "50", "guild_id": "1"},
         "webhook_id": "99", "application_id": "99",
         "interaction_metadata": {"id": "600", "type": 2, "user": \(user), "authorizing_integration_owners": {}}}
        """

    static let guild = """
        {"id": "1", "name": "The Cluster", "icon": "abc", "owner_id": "10", "roles": [\(role)], "emojis": [\(emoji)],
         "features": ["COMMUNITY"], "system_channel_id": "50", "preferred_locale": "de", "premium_tier": 2,
         "member_count": 321, "large": true, "unavailable": false,
         "channels": [{"id": "50", "type": 0, "name": "general"}],
         "threads": [{"id": "60", "type": 11, "name": "talk", "parent_id": "50"}], "members": [\(member)]}
        """

    private static let interactionHead = """
        "id": "600", "application_id": "99", "token": "secret", "version": 1, "guild_id": "1", "channel_id": "50",
        "channel": {"id": "50", "type": 0, "name": "general"}, "member": \(member), "app_permissions": "8",
        "locale": "de", "guild_locale": "en-US", "context": 0
        """

    static let command = """
        {\(interactionHead), "type": 2, "data": {"id": "700", "name": "perm", "type": 1,
         "options": [{"type": 2, "name": "bot", "options": [{"type": 1, "name": "allow", "options": [
            {"type": 7, "name": "channel", "value": "50"}, {"type": 4, "name": "days", "value": 3},
            {"type": 10, "name": "share", "value": 0.5}, {"type": 5, "name": "quiet", "value": true}]}]}],
         "resolved": {"users": {"11": \(user)}, "members": {"11": {"nick": "A", "roles": []}},
            "roles": {"100": \(role)}, "channels": {"50": {"id": "50", "type": 0, "name": "general"}},
            "attachments": {"400": \(attachment)}}}}
        """

    static let autocomplete = """
        {\(interactionHead), "type": 4, "data": {"id": "700", "name": "clan",
         "options": [{"type": 3, "name": "tag", "value": "A", "focused": true}]}}
        """

    static let press = """
        {\(interactionHead), "type": 3, "message": \(message),
         "data": {"custom_id": "clan", "component_type": 3, "values": ["a", "b"]}}
        """

    static let modal = """
        {\(interactionHead), "type": 5, "data": {"custom_id": "form", "components": [
            {"type": 1, "components": [{"type": 4, "custom_id": "name", "value": "Ayla"}]},
            {"type": 18, "id": 3, "component": {"type": 3, "custom_id": "clan", "values": ["a", "b"]}},
            {"type": 10, "id": 4}]}}
        """

    static let registeredCommand = """
        {"id": "700", "application_id": "99", "guild_id": "1", "version": "1", "type": 1, "name": "seat",
         "description": "Shows a seat", "default_member_permissions": "8192", "options": [
            {"type": 3, "name": "clan", "description": "Which", "required": true, "autocomplete": true, "min_length": 1},
            {"type": 4, "name": "days", "description": "How long", "min_value": 1, "max_value": 30,
             "choices": [{"name": "a week", "value": 7}]}]}
        """
}
