/* Preloaded into a node by the acceptance tests: its wall clock reads SHIFT_CLOCK_S seconds off,
   its monotonic clock stays right. Not part of any program of ours. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

static long long shift_s(void) {
    const char* text = getenv("SHIFT_CLOCK_S");
    return text != NULL ? atoll(text) : 0;
}

int clock_gettime(clockid_t clock, struct timespec* out) {
    static int (*real)(clockid_t, struct timespec*);
    if (real == NULL)
        *(void**)&real = dlsym(RTLD_NEXT, "clock_gettime");
    const int code = real(clock, out);
    if (code == 0 && clock == CLOCK_REALTIME)
        out->tv_sec += shift_s();
    return code;
}

int gettimeofday(struct timeval* out, void* zone) {
    (void)zone;
    struct timespec now;
    const int code = clock_gettime(CLOCK_REALTIME, &now);
    out->tv_sec = now.tv_sec;
    out->tv_usec = now.tv_nsec / 1000;
    return code;
}

time_t time(time_t* out) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out != NULL)
        *out = now.tv_sec;
    return now.tv_sec;
}
