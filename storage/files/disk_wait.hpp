// The check that only some threads wait for a disk. The network thread may not: while it waits for
// a slow disk, or for a lock that is held meanwhile, no neighbour and no page gets an answer. A
// mistake there shows only on a slow disk, so it is looked for on every disk: the process ends
// where assertions are on. Used by everything in storage that takes such a lock or calls the disk.
#pragma once

#include <mutex>

namespace staffroom::storage {

/// A guard: while it lives, its thread may not wait for a disk.
class NoDiskWait {
public:
    NoDiskWait();
    ~NoDiskWait();
    NoDiskWait(const NoDiskWait&) = delete;
    NoDiskWait& operator=(const NoDiskWait&) = delete;
    NoDiskWait(NoDiskWait&&) = delete;
    NoDiskWait& operator=(NoDiskWait&&) = delete;
};

/// Announces a call to the disk. Ends the process on a thread that may not wait, unless NDEBUG.
void may_wait_for_disk();

/// A mutex that a thread may hold while a disk works.
class DiskMutex {
public:
    void lock() {
        may_wait_for_disk();
        mutex_.lock();
    }
    void unlock() { mutex_.unlock(); }
    bool try_lock() { return mutex_.try_lock(); }

private:
    std::mutex mutex_;
};

} // namespace staffroom::storage
