// The first start of a node: nobody has an account yet, so a code that only this machine shows
// (staffroomd prints it, `staffroom setup code` shows it) lets one browser make the first ones. The
// attack: whoever opens the page of a fresh server first becomes its lead. Not here: what the steps
// do (http/people/api_setup).
#pragma once

#include "node/accounts/accounts.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace staffroom::accounts {

/// 60 bits, guessed a few times a minute.
inline constexpr std::size_t setup_code_letters = 12;
inline constexpr std::size_t setup_sessions_max = 16;
inline constexpr std::chrono::hours setup_life{2};

/// The school as the first start left it, when the node made its folder itself: the words are kept
/// in memory until somebody has written them down.
struct FreshSchool {
    std::vector<std::string> phrase;
    std::array<std::size_t, 3> asked; // positions from 0, in order
    bool is_named = false;
    bool is_phrase_kept = false; // three of its words were typed
};

/// Browsers that have typed the code: hash of the cookie, and until when.
using SetupSessions = std::map<Digest, Instant>;

enum class SetupStep { code, school, accounts, network, done };
[[nodiscard]] std::string_view step_name(SetupStep step);

class Setup {
public:
    /// `code_file`: where the code stands while it is good, readable to this user alone.
    /// `sessions`: those of this process's life before.
    Setup(
        const Accounts& accounts,
        Random& random,
        std::filesystem::path code_file,
        std::optional<FreshSchool> fresh,
        SetupSessions sessions = {}
    );

    /// Whether somebody still has to set up this node.
    [[nodiscard]] bool is_needed() const;
    /// The step that is to be done next; `has_network`: the school is in one.
    [[nodiscard]] SetupStep step(bool is_known, bool has_network) const;

    /// The code, as it is typed: made where there is none yet. Errors: not_allowed (nothing is to
    /// be set up any more), io_error, disk_full.
    [[nodiscard]] Result<std::string> code();
    /// A cookie for whoever types it; letters of any size, dashes and spaces as they come. Errors:
    /// not_allowed (another code, or set up already).
    [[nodiscard]] Result<std::string> begin(std::string_view typed, Instant now);
    /// How long somebody at this address has to wait before typing again; zero counts as a try.
    [[nodiscard]] std::chrono::seconds wait(const std::string& address, Instant now);
    /// What changes by this cookie carry; nothing when it opens nothing. `signed_in`: whose session
    /// comes with it. The attack: somebody sits down at the browser from which its owner has signed
    /// out, and makes a lead. So once there is an account the cookie alone opens nothing.
    [[nodiscard]] std::optional<std::string>
    know(std::string_view cookie, const std::optional<PersonId>& signed_in, Instant now) const;
    /// The first account is made: the code opens nothing any more, and of all browsers that have
    /// typed it only this one goes on, while that person is signed in there.
    void note_first_account(std::string_view cookie, const PersonId& person);
    /// Ends what this cookie opens: its browser is signed out.
    void forget(std::string_view cookie);

    [[nodiscard]] const SetupSessions& sessions() const { return sessions_; }
    /// Null where `init` made the folder, or all of it is done.
    [[nodiscard]] FreshSchool* fresh() { return fresh_ ? &*fresh_ : nullptr; }
    [[nodiscard]] const FreshSchool* fresh() const { return fresh_ ? &*fresh_ : nullptr; }
    /// The words are written down: the machine forgets them.
    void forget_phrase();

private:
    const Accounts& accounts_;
    Random& random_;
    std::filesystem::path code_file_;
    std::optional<FreshSchool> fresh_;
    SetupSessions sessions_;
    std::optional<PersonId> first_person_; // who has made the first account by the code
    Throttle throttle_;
};

} // namespace staffroom::accounts
