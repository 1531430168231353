// libFuzzer's entry. $STAFFROOM_FUZZ_TARGET names the target; with --names the program prints all
// of its names, with --seeds DIR it writes the honest inputs of each below DIR/NAME.
#include "protocol/base/ensure.hpp"
#include "protocol/wire/codec_link.hpp"
#include "tests/fuzz/targets.hpp"

#include <sodium.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <span>

// libFuzzer's own changes, for the mutator below.
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t size_max);

namespace staffroom::fuzz {
namespace {

const Target* chosen = nullptr;

void write_seeds(const std::filesystem::path& folder) {
    for (const Target& target : targets()) {
        const std::filesystem::path own = folder / target.name;
        std::filesystem::create_directories(own);
        std::size_t number = 0;
        for (const Bytes& seed : target.seeds()) {
            std::ofstream file(own / ("seed-" + std::to_string(number++)), std::ios::binary);
            file << as_text(seed);
        }
    }
}

/// True when there is nothing to fuzz.
bool performed(std::span<char*> arguments) {
    if (arguments.size() > 1 && std::string_view(arguments[1]) == "--names") {
        for (const Target& target : targets())
            std::cout << target.name << '\n';
        return true;
    }
    if (arguments.size() > 2 && std::string_view(arguments[1]) == "--seeds") {
        write_seeds(arguments[2]);
        return true;
    }
    return false;
}

} // namespace
} // namespace staffroom::fuzz

extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments) {
    using namespace staffroom;
    if (sodium_init() < 0)
        return 1;
    wire::keep_protobuf_quiet();
    if (fuzz::performed({*arguments, static_cast<std::size_t>(*count)}))
        std::exit(0);
    const char* name = std::getenv("STAFFROOM_FUZZ_TARGET");
    fuzz::chosen = fuzz::find_target(name == nullptr ? "" : name);
    if (fuzz::chosen == nullptr) {
        std::cerr << "STAFFROOM_FUZZ_TARGET must be one of those that --names prints\n";
        std::exit(2);
    }
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    staffroom::fuzz::chosen->run({data, size});
    return 0;
}

/// Every second change is made whole again.
extern "C" std::size_t
LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t size_max, unsigned seed) {
    const std::size_t changed = LLVMFuzzerMutate(data, size, size_max);
    const auto repair = staffroom::fuzz::chosen->repair;
    if (repair == nullptr || seed % 2 == 0)
        return changed;
    staffroom::Bytes input = staffroom::to_bytes({data, changed});
    repair(input);
    const std::size_t length = std::min(input.size(), size_max);
    std::copy_n(input.begin(), length, data);
    return length;
}
