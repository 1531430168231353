#include "storage/files/disk_wait.hpp"
#include "storage/files/posix_files.hpp"

#include <catch2/catch.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <optional>
#include <thread>

namespace staffroom::storage {
namespace {

/// Runs `work` in a process of its own; the signal that ended it, or 0.
int signal_of(const std::function<void()>& work) {
    const pid_t child = ::fork();
    if (child == 0) {
        static_cast<void>(::close(STDERR_FILENO));
        static_cast<void>(std::signal(SIGABRT, SIG_DFL));
        work();
        ::_exit(0);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

} // namespace

TEST_CASE("disk wait: a thread that may not wait ends at a lock and at the disk", "[storage]") {
    DiskMutex mutex;
    PosixFileSystem files;
    const auto take = [&mutex] {
        mutex.lock();
        mutex.unlock();
    };
    const auto read = [&files] { static_cast<void>(files.open("/dev/null", OpenMode::read)); };
#ifdef NDEBUG
    constexpr int expected = 0;
#else
    constexpr int expected = SIGABRT;
#endif
    for (const std::function<void()>& work : {std::function<void()>(take), {read}}) {
        CHECK(signal_of(work) == 0);
        CHECK(signal_of([&] {
                  const NoDiskWait here;
                  work();
              }) == expected);
        CHECK(signal_of([&] {
                  const NoDiskWait here;
                  std::thread(work).join();
              }) == 0);
        CHECK(signal_of([&] {
                  std::optional<NoDiskWait> here(std::in_place);
                  here.reset();
                  work();
              }) == 0);
    }
}

} // namespace staffroom::storage
