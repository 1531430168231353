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

} // namespace

void PassportBook::take(const SchoolId& writer, agreement::SignedStatement statement) {
    const auto passport = agreement::parse_passport(statement.bytes);
    if (!passport)
        return;
    // The attack: a member writes an honest passport down again with signatures in the name of many
    // schools, of coordinators too. They stand before the true ones, or make the whole too large to
    // be read. A last passport may be another network's, whose coordinators write nothing here.
    if (!passport->last)
        std::erase_if(statement.signatures, [&](const agreement::CoordinatorSignature& each) {
            return each.school != writer;
        });
    if (statement.signatures.empty())
        return;
    const About about{
        passport->agreement,
        passport->card,
        log::log_id(passport->descriptor),
        passport->last,
        passport->before};
    Kept kept{*passport, std::move(statement)};
    OfWriter& of_writer = all_[writer];
    const auto known = of_writer.find(about);
    if (known == of_writer.end())
        of_writer.emplace(about, std::move(kept));
    else if (is_better(kept, known->second))
        known->second = std::move(kept);
    else
        return;
    drop_surplus(writer, about);
    ++changes_;
    last_changes_ += about.last ? 1U : 0U;
}

/// Whatever comes later, the one that goes would have gone.
void PassportBook::drop_surplus(const SchoolId& writer, const About& about) {
    OfWriter& of_writer = all_.at(writer);
    std::set<About>& passed = passed_[writer];
    if (about.before)
        passed.insert(about);
    if (passed.size() > limits::passports_passed_on_max) {
        of_writer.erase(*passed.rbegin());
        passed.erase(std::prev(passed.end()));
    }
    if (of_writer.size() - passed.size() <= limits::passports_per_school_max)
        return;
    const auto last = std::find_if(of_writer.rbegin(), of_writer.rend(), [](const auto& each) {
        return !each.first.before;
    });
    of_writer.erase(std::next(last).base());
}

} // namespace staffroom::replica
