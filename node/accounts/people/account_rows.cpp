#include "node/accounts/people/account_rows.hpp"

#include "protocol/base/text.hpp"

#include <boost/json.hpp>

namespace staffroom::accounts {
namespace {

namespace json = boost::json;

constexpr std::size_t row_bytes_max = 64 * limits::kib;

std::string key_of(char tag, ByteView id) {
    return tag + std::string(as_text(id));
}

json::value time_json(const std::optional<WallTime>& time) {
    return time ? json::value(time->ms) : json::value(nullptr);
}

/// Reads members and remembers whether one was missing or of a wrong shape.
class RowReader {
public:
    explicit RowReader(const json::object& object)
        : object_(object) {}

    std::string text(std::string_view name) {
        const json::value* value = object_.if_contains(name);
        if (value == nullptr || !value->is_string())
            return is_whole_ = false, std::string();
        return std::string(value->get_string());
    }
    std::uint64_t number(std::string_view name) {
        const json::value* value = object_.if_contains(name);
        boost::system::error_code error;
        const auto found = value == nullptr ? 0 : value->to_number<std::uint64_t>(error);
        is_whole_ = is_whole_ && value != nullptr && !error;
        return found;
    }
    WallTime time(std::string_view name) { return {number(name)}; }
    std::optional<WallTime> time_or_none(std::string_view name) {
        const json::value* value = object_.if_contains(name);
        if (value == nullptr || value->is_null())
            return std::nullopt;
        return time(name);
    }
    Bytes bytes(std::string_view name) {
        auto read = from_hex(text(name));
        is_whole_ = is_whole_ && read.has_value();
        return read.value_or(Bytes());
    }
    template <class Id> std::optional<Id> id_or_none(std::string_view name) {
        const bool is_there = object_.if_contains(name) != nullptr;
        return is_there ? std::optional(id<Id>(name)) : std::nullopt;
    }
    template <class Id> Id id(std::string_view name) {
        const auto read = Id::from(bytes(name));
        is_whole_ = is_whole_ && read.has_value();
        return read.value_or(Id(typename Id::Raw{}));
    }
    Role role(std::string_view name) {
        const auto read = parse_role(text(name));
        is_whole_ = is_whole_ && read.has_value();
        return read.value_or(Role::teacher);
    }
    /// Null where there is none.
    const json::object* object(std::string_view name) {
        const json::value* value = object_.if_contains(name);
        return value == nullptr ? nullptr : value->if_object();
    }
    const json::array* array(std::string_view name) {
        const json::value* value = object_.if_contains(name);
        return value == nullptr ? nullptr : value->if_array();
    }
    void expect(bool is_so) { is_whole_ = is_whole_ && is_so; }
    [[nodiscard]] bool is_whole() const { return is_whole_; }

private:
    const json::object& object_;
    bool is_whole_ = true;
};

json::object grant_json(const Grant& grant) {
    return {
        {"role", role_name(grant.role)},
        {"from", grant.from.ms},
        {"until", time_json(grant.until)}};
}

Grant read_grant(RowReader& from, const json::object& object) {
    RowReader reader(object);
    Grant grant{reader.role("role"), reader.time("from"), reader.time_or_none("until")};
    from.expect(reader.is_whole());
    return grant;
}

json::object credentials_json(const Credentials& credentials) {
    return {
        {"memory_mib", credentials.cost.memory_mib},
        {"passes", credentials.cost.passes},
        {"salt", to_hex(credentials.salt.view())},
        {"check", to_hex(credentials.check.view())},
        {"signing", to_hex(credentials.signing.view())},
        {"encryption", to_hex(credentials.encryption.view())},
        {"nonce", to_hex(credentials.nonce.view())},
        {"sealed", to_hex(credentials.sealed)}};
}

Credentials read_credentials(RowReader& from, const json::object& object) {
    RowReader reader(object);
    const PasswordCost cost{reader.number("memory_mib"), reader.number("passes")};
    Credentials credentials{
        cost,
        reader.id<PasswordSalt>("salt"),
        reader.id<Digest>("check"),
        reader.id<SigningPublicKey>("signing"),
        reader.id<EncryptionPublicKey>("encryption"),
        reader.id<crypto::RandomNonce>("nonce"),
        reader.bytes("sealed")};
    from.expect(reader.is_whole() && is_cost(cost));
    return credentials;
}

void read_devices(RowReader& from, Person& person) {
    const json::array* list = from.array("devices");
    if (list == nullptr || list->size() > devices_max)
        return from.expect(false);
    for (const json::value& each : *list) {
        if (!each.is_object())
            return from.expect(false);
        RowReader reader(each.get_object());
        person.devices.push_back({reader.id<Digest>("hash"), reader.time("used")});
        from.expect(reader.is_whole());
    }
}

Person read_person(RowReader& from, const PersonId& id) {
    const json::object* lasting = from.object("lasting");
    from.expect(lasting != nullptr);
    const Grant none{Role::teacher, {0}, WallTime{0}};
    Person person{
        id,
        from.text("name"),
        {lasting == nullptr ? none : read_grant(from, *lasting)},
        from.time("created"),
        from.time_or_none("left")};
    if (const json::object* acting = from.object("acting"))
        person.grants.acting = read_grant(from, *acting);
    if (const json::object* credentials = from.object("credentials"))
        person.credentials = read_credentials(from, *credentials);
    read_devices(from, person);
    return person;
}

Token read_token(RowReader& from, const Digest& hash) {
    const auto scope = parse_scope(from.text("scope"));
    from.expect(scope.has_value());
    return {
        hash,
        from.id<PersonId>("holder"),
        from.number("is_person") == 1,
        from.text("name"),
        scope.value_or(Scope::feed),
        from.time("created"),
        from.time_or_none("until")};
}

/// The thing of the key's tag; nothing for a tag that is none.
std::optional<AccountThing> read_thing(RowReader& from, char tag, ByteView id) {
    if (tag == 'p') {
        const auto person = PersonId::from(id);
        return person ? std::optional<AccountThing>(read_person(from, *person)) : std::nullopt;
    }
    const auto hash = Digest::from(id);
    if (!hash)
        return std::nullopt;
    if (tag == 's')
        return Session{
            *hash,
            from.id<PersonId>("person"),
            from.role("role"),
            from.time("begun"),
            from.time("seen"),
            from.text("agent")};
    if (tag == 'l')
        return Link{
            *hash,
            from.id<PersonId>("person"),
            from.time("until"),
            from.id_or_none<PersonId>("by")};
    if (tag == 't')
        return read_token(from, *hash);
    return std::nullopt;
}

} // namespace

std::string public_id(const Digest& hash) {
    constexpr std::size_t bytes = 10; // 16 letters
    return to_base32(hash.view().first(bytes));
}

AccountRow row_of(const Person& person) {
    json::array devices;
    for (const Device& device : person.devices)
        devices.push_back(json::object{
            {"hash", to_hex(device.hash.view())}, {"used", device.used.ms}});
    json::object row{
        {"name", person.name},
        {"lasting", grant_json(person.grants.lasting)},
        {"created", person.created.ms},
        {"left", time_json(person.left)},
        {"devices", std::move(devices)}};
    if (person.grants.acting)
        row["acting"] = grant_json(*person.grants.acting);
    if (person.credentials)
        row["credentials"] = credentials_json(*person.credentials);
    return {key_of('p', person.id.view()), json::serialize(row)};
}

AccountRow row_of(const Session& session) {
    const json::object row{
        {"person", to_hex(session.person.view())},
        {"role", role_name(session.role)},
        {"begun", session.begun.ms},
        {"seen", session.seen.ms},
        {"agent", session.agent}};
    return {key_of('s', session.hash.view()), json::serialize(row)};
}

AccountRow row_of(const Link& link) {
    json::object row{{"person", to_hex(link.person.view())}, {"until", link.until.ms}};
    if (link.by)
        row["by"] = to_hex(link.by->view());
    return {key_of('l', link.hash.view()), json::serialize(row)};
}

AccountRow row_of(const Token& token) {
    const json::object row{
        {"holder", to_hex(token.holder.view())},
        {"is_person", token.is_person ? 1 : 0},
        {"name", token.name},
        {"scope", scope_name(token.scope)},
        {"created", token.created.ms},
        {"until", time_json(token.until)}};
    return {key_of('t', token.hash.view()), json::serialize(row)};
}

AccountRow row_of(const Holding& holding) {
    return {key_of('h', holding.document.view()), std::string(as_text(holding.person.view()))};
}

Result<AccountThing> read_row(std::string_view key, std::string_view value) {
    if (key.empty() || value.size() > row_bytes_max)
        return fail(Errc::corrupt, "an account row without a key");
    const ByteView id = as_view(key.substr(1));
    if (key.front() == 'h') {
        const auto document = RevisionId::from(id);
        const auto person = PersonId::from(as_view(value));
        if (!document || !person)
            return fail(Errc::corrupt, "a held document's row");
        return Holding{*document, *person};
    }
    boost::system::error_code error;
    const json::value row = json::parse(value, error);
    if (error || !row.is_object())
        return fail(Errc::corrupt, "an account row that is no JSON");
    RowReader reader(row.get_object());
    auto thing = read_thing(reader, key.front(), id);
    if (!thing || !reader.is_whole())
        return fail(Errc::corrupt, "an account row that says what cannot be");
    return std::move(*thing);
}

} // namespace staffroom::accounts
