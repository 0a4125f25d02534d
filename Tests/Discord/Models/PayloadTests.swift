import Discord
import JSON
import Service
import Testing

@Suite("What is sent to Discord")
struct PayloadTests {
    struct Case: Sendable {
        var json: JSONValue
        var text: String

        init(_ json: JSONValue, _ parts: String...) {
            self.json = json
            text = parts.joined()
        }
    }

    private static let cases: [Case] = [
        Case(
            MessagePayload(content: "hi").json,
            #"{"content":"hi","allowed_mentions":{"parse":[],"replied_user":false}}"#),
        Case(
            MessagePayload(
                content: "hi", allowedMentions: .users([1, 2, 1]), nonce: "n", reply: .init(messageID: 3),
                flags: .suppressEmbeds
            ).json,
            #"{"content":"hi","allowed_mentions":{"parse":[],"replied_user":false,"users":["1","2"]},"flags":4,"#,
            #""nonce":"n","enforce_nonce":true,"message_reference":{"message_id":"3","fail_if_not_exists":false}}"#),
        Case(
            MessagePayload(content: "hi", nonce: "n", reply: .init(messageID: 3), flags: .ephemeral)
                .interactionJSON,
            #"{"content":"hi","allowed_mentions":{"parse":[],"replied_user":false},"flags":64}"#),
        Case(
            MessagePayload(files: [FileUpload(filename: "a.txt", bytes: [1], description: "d")]).json,
            #"{"allowed_mentions":{"parse":[],"replied_user":false},"#,
            #""attachments":[{"id":"0","filename":"a.txt","description":"d"}]}"#),
        Case(MessageEdit(content: "").json, #"{"content":"","allowed_mentions":{"parse":[],"replied_user":false}}"#),
        Case(
            MessageEdit(embeds: [], components: [], keptAttachments: []).json,
            #"{"embeds":[],"components":[],"allowed_mentions":{"parse":[],"replied_user":false},"attachments":[]}"#),
        Case(
            MessageEdit(files: [FileUpload(filename: "b", bytes: [])], keptAttachments: [7]).json,
            #"{"allowed_mentions":{"parse":[],"replied_user":false},"#,
            #""attachments":[{"id":"7"},{"id":"0","filename":"b"}]}"#),
        Case(
            AllowedMentions(allUsers: true, everyone: true, roles: [5], repliedUser: true).json,
            #"{"parse":["everyone","users"],"replied_user":true,"roles":["5"]}"#),
        Case(InteractionResponse.pong.json, #"{"type":1}"#),
        Case(InteractionResponse.deferUpdate.json, #"{"type":6}"#),
        Case(InteractionResponse.deferMessage(isEphemeral: false).json, #"{"type":5}"#),
        Case(InteractionResponse.deferMessage(isEphemeral: true).json, #"{"type":5,"data":{"flags":64}}"#),
        Case(
            InteractionResponse.autocomplete([CommandChoice(name: "A", value: .integer(1))]).json,
            #"{"type":8,"data":{"choices":[{"name":"A","value":1}]}}"#),
        Case(
            InteractionResponse.modal(
                ModalPayload(
                    customID: "m", title: "T",
                    components: [.row(TextInput(customID: "i", label: "L", maximumLength: 9, isRequired: false))])
            ).json,
            #"{"type":9,"data":{"custom_id":"m","title":"T","components":[{"type":1,"components":["#,
            #"{"type":4,"custom_id":"i","style":1,"label":"L","max_length":9,"required":false}]}]}}"#),
        Case(
            Component.row(Button(.danger, "No", emoji: PartialEmoji("👎"), customID: "n", isDisabled: true)).json,
            #"{"type":1,"components":[{"type":2,"style":4,"label":"No","emoji":{"name":"👎"},"#,
            #""custom_id":"n","disabled":true}]}"#),
        Case(
            Component.select(SelectMenu(customID: "s", choices: .users, defaultValues: [.user(4)])).json,
            #"{"type":5,"custom_id":"s","min_values":1,"max_values":1,"default_values":[{"type":"user","id":"4"}]}"#),
        Case(
            ThreadPayload(name: "t", kind: .privateThread, isInvitable: false).json,
            #"{"name":"t","type":12,"invitable":false}"#),
        Case(
            ThreadPayload(name: "t", autoArchiveMinutes: 60).messageThreadJSON,
            #"{"name":"t","auto_archive_duration":60}"#),
        Case(ChannelEdit(isArchived: true, isLocked: true).json, #"{"archived":true,"locked":true}"#),
        Case(ChannelEdit(topic: .clear, parentID: .set(4)).json, #"{"topic":null,"parent_id":"4"}"#),
        Case(ChannelEdit(topic: .keep).json, "{}"),
        Case(
            ChannelEdit(overwrites: [PermissionOverwrite(target: .member(4), allow: .viewChannel)]).json,
            #"{"permission_overwrites":[{"type":1,"allow":1024,"deny":0,"id":"4"}]}"#),
        Case(
            MemberEdit(nickname: .set("A"), roles: [2], timedOutUntil: .set(Timestamp(milliseconds: 0))).json,
            #"{"nick":"A","roles":["2"],"communication_disabled_until":"1970-01-01T00:00:00.000Z"}"#),
        Case(
            EmojiPayload(name: "seat", image: [1, 2, 3], contentType: "image/png").json,
            #"{"name":"seat","image":"data:image/png;base64,AQID"}"#),
    ]

    @Test("a payload becomes exactly this JSON", arguments: cases)
    func json(test: Case) {
        #expect(test.json.text == test.text)
    }

    @Test("what is received can be sent again unchanged")
    func roundTrip() throws {
        let embed = try Embed(parsing: Samples.embed)
        var expected = embed
        expected.kind = nil
        expected.image = embed.image.map { Embed.Image(url: $0.url) }
        #expect(try Embed(parsing: embed.json.text) == expected)

        let command = try ApplicationCommand(parsing: Samples.registeredCommand).definition
        var body = command.json
        body["id"] = "700"
        body["application_id"] = "99"
        #expect(try ApplicationCommand(parsing: body.text).definition == command)

        for component in try [Component](parsing: Samples.components) {
            let again = try Component(parsing: component.json.text)
            #expect(again.json == component.json)
            #expect(again.children.count == component.children.count)
        }
    }
}
