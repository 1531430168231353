// libFuzzer's entry: the target is chosen when this is compiled (FUZZ_TARGET).
#include "protocol/base/ensure.hpp"
#include "protocol/wire/codec_link.hpp"
#include "tests/fuzz/targets.hpp"

#include <sodium.h>

extern "C" int LLVMFuzzerInitialize(int*, char***) {
    staffroom::wire::keep_protobuf_quiet();
    return sodium_init() < 0 ? 1 : 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    for (const staffroom::fuzz::Target& target : staffroom::fuzz::targets()) {
        if (target.name == FUZZ_TARGET) {
            target.run({data, size});
            return 0;
        }
    }
    staffroom::ensure_failed("a target of that name", __FILE__, __LINE__);
}
