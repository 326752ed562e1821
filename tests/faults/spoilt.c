/* Loaded before libc: a clock that is wrong and a disk that is slow, as the two numbers in the file say that SPOILT names:
   seconds that the clock is ahead, microseconds that every write into a file and every wait for the disk takes longer.
   (libfaketime sets a clock, too; with it, each thread that waits for work waits up to 250 ms too long.) */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

static volatile int64_t *told;

static int64_t number(int which) {
    static int looked;
    if (!looked) {
        looked = 1;
        const char *name = getenv("SPOILT");
        int file = name ? open(name, O_RDONLY | O_CLOEXEC) : -1;
        void *mapped = file < 0 ? MAP_FAILED : mmap(0, 16, PROT_READ, MAP_SHARED, file, 0);
        if (mapped != MAP_FAILED)
            told = mapped;
        if (file >= 0)
            close(file);
    }
    return told ? told[which] : 0;
}

#define REAL(type, name, parameters)                                  \
    static type(*real) parameters;                                    \
    if (!real)                                                        \
        real = (type(*) parameters)dlsym(RTLD_NEXT, #name);

int clock_gettime(clockid_t clock, struct timespec *at) {
    REAL(int, clock_gettime, (clockid_t, struct timespec *))
    int failed = real(clock, at);
    if (!failed && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        at->tv_sec += number(0);
    return failed;
}

int gettimeofday(struct timeval *at, void *zone) {
    REAL(int, gettimeofday, (struct timeval *, void *))
    int failed = real(at, zone);
    if (!failed)
        at->tv_sec += number(0);
    return failed;
}

time_t time(time_t *at) {
    REAL(time_t, time, (time_t *))
    time_t now = real(NULL) + number(0);
    if (at)
        *at = now;
    return now;
}

#define LATE(type, name, parameters, arguments)                       \
    type name parameters {                                            \
        REAL(type, name, parameters)                                  \
        if (number(1))                                                \
            usleep(number(1));                                        \
        return real arguments;                                        \
    }

LATE(ssize_t, pwrite64, (int file, const void *from, size_t size, off64_t at), (file, from, size, at))
LATE(ssize_t, pwrite, (int file, const void *from, size_t size, off_t at), (file, from, size, at))
LATE(int, fsync, (int file), (file))
LATE(int, fdatasync, (int file), (file))
