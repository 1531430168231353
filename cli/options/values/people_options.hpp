// The commands about people as values: the first start, accounts and tokens. See options.hpp.
#pragma once

#include <filesystem>
#include <string>

namespace staffroom::cli {

struct SetupCodeCommand {};
struct UsersAddCommand {
    std::string name;
    std::string role;
    std::string until; // YYYY-MM-DD
};
struct UsersListCommand {};
struct UsersImportCommand {
    std::filesystem::path file; // CSV
};
struct UsersRoleCommand {
    std::string name;
    std::string role;
    std::string until;
};
struct UsersResetCommand {
    std::string name;
};
struct UsersLeaveCommand {
    std::string name;
    std::string to;
};
struct UsersTextsCommand {
    std::string name;
    bool remove = false;
};
struct UsersSessionsCommand {
    std::string name;
    bool end = false;
};
struct TokensAddCommand {
    std::string name;
    std::string scope;
    std::string until;
};
struct TokensListCommand {};
struct TokensEndCommand {
    std::string id;
};

} // namespace staffroom::cli
