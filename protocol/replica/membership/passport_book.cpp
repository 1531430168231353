#include "protocol/replica/membership/passport_book.hpp"

#include "protocol/base/limits.hpp"

#include <algorithm>
#include <tuple>

namespace staffroom::replica {
namespace {

/// The one of two about the same log that counts. A last passport pins for good: the smaller one.
bool is_better(const PassportBook::Kept& one, const PassportBook::Kept& other) {
    const auto rank = [](const PassportBook::Kept& each) {
        return std::tie(each.statement.bytes, each.statement.signatures.front().signature);
    };
    if (one.passport.size != other.passport.size)
        return (one.passport.size > other.passport.size) != one.passport.last;
    return rank(one) < rank(other);
}

PassportBook::About about_of(const agreement::Passport& passport) {
    return {
        passport.agreement,
        passport.card,
        log::log_id(passport.descriptor),
        passport.last,
        passport.before};
}

} // namespace

void PassportBook::take(const Writer& writer, agreement::SignedStatement statement) {
    const auto passport = agreement::parse_passport(statement.bytes);
    if (!passport)
        return;
    // The attack: a member writes an honest passport down again with signatures in the name of many
    // schools, of coordinators too. They stand before the true ones, or make the whole too large to
    // be read. A last passport may be another network's, whose coordinators write nothing here.
    if (!passport->last)
        std::erase_if(statement.signatures, [&](const agreement::CoordinatorSignature& each) {
            return each.school != writer.school;
        });
    if (statement.signatures.empty())
        return;
    note_reach(writer.school, *passport);
    const About about = about_of(*passport);
    Kept kept{*passport, std::move(statement)};
    OfWriter& of_writer = all_[writer];
    const auto known = of_writer.find(about);
    if (known == of_writer.end())
        of_writer.emplace(about, std::move(kept));
    else if (is_better(kept, known->second))
        known->second = std::move(kept);
    else
        return;
    drop_surplus(writer, about, passport->descriptor.school);
    ++changes_;
    last_changes_ += about.last ? 1U : 0U;
}

void PassportBook::note_reach(const SchoolId& school, const agreement::Passport& passport) {
    std::map<Reach, LogSize>& of_school = reached_[school];
    const Reach reach{passport.agreement, passport.card, log::log_id(passport.descriptor)};
    const auto [at, is_new] = of_school.try_emplace(reach, passport.size);
    at->second = std::max(at->second, passport.size);
    if (is_new && of_school.size() > limits::passports_reached_max)
        of_school.erase(std::prev(of_school.end()));
}

bool PassportBook::has(const SchoolId& school, const agreement::SignedStatement& statement) const {
    const auto passport = agreement::parse_passport(statement.bytes);
    if (!passport)
        return false;
    const About about = about_of(*passport);
    return std::ranges::any_of(all_, [&](const auto& each) {
        const auto& [writer, of_writer] = each;
        const auto found = writer.school == school ? of_writer.find(about) : of_writer.end();
        return found != of_writer.end() && found->second.statement == statement;
    });
}

bool PassportBook::would_keep(const Writer& writer, const agreement::Passport& passport) const {
    const auto of_writer = passed_.find(writer);
    if (of_writer == passed_.end() || of_writer->second.count < limits::passports_passed_on_max)
        return true;
    const Passed& passed = of_writer->second;
    const Owner owner{passport.agreement, passport.card, passport.descriptor.school};
    const auto names = passed.names.find(owner);
    const std::size_t size = names == passed.names.end() ? 0 : names->second.size();
    if (*passed.sizes.rbegin() > std::pair(size + 1, owner))
        return true;
    return size > 0 && about_of(passport) < *names->second.rbegin();
}

/// Notes that an owner has more or fewer names than it had.
void PassportBook::resize(Passed& passed, const Owner& owner, std::size_t before) {
    const std::size_t now = passed.names.at(owner).size();
    passed.count = passed.count - before + now;
    passed.sizes.erase({before, owner});
    if (now > 0)
        passed.sizes.emplace(now, owner);
    else
        passed.names.erase(owner);
}

/// Of whoever has most its last name. It would be behind all others in their turns whatever came
/// later.
void PassportBook::drop_passed(OfWriter& of_writer, Passed& passed) {
    const auto [size, owner] = *passed.sizes.rbegin();
    std::set<About>& names = passed.names.at(owner);
    of_writer.erase(*names.rbegin());
    names.erase(std::prev(names.end()));
    resize(passed, owner, size);
}

/// Whatever comes later, the one that goes would have gone.
void PassportBook::drop_surplus(const Writer& writer, const About& about, const SchoolId& author) {
    OfWriter& of_writer = all_.at(writer);
    Passed& passed = passed_[writer];
    if (about.before) {
        const Owner owner{about.agreement, about.card, author};
        std::set<About>& names = passed.names[owner];
        const std::size_t before = names.size();
        names.insert(about);
        resize(passed, owner, before);
    }
    if (passed.count > limits::passports_passed_on_max)
        drop_passed(of_writer, passed);
    if (of_writer.size() - passed.count <= limits::passports_per_school_max)
        return;
    const auto last = std::find_if(of_writer.rbegin(), of_writer.rend(), [](const auto& each) {
        return !each.first.before;
    });
    of_writer.erase(std::next(last).base());
}

} // namespace staffroom::replica
