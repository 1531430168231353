#include "storage/files/disk_wait.hpp"

#include "protocol/base/ensure.hpp"

namespace staffroom::storage {
namespace {

thread_local bool is_disk_forbidden = false;

} // namespace

NoDiskWait::NoDiskWait() {
    is_disk_forbidden = true;
}

NoDiskWait::~NoDiskWait() {
    is_disk_forbidden = false;
}

void may_wait_for_disk() {
#ifndef NDEBUG
    ensure(!is_disk_forbidden);
#endif
}

} // namespace staffroom::storage
