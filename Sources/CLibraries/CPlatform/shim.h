#pragma once
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <spawn.h>
#include <signal.h>
#include <pthread.h>

// Glibc declares these for GNU sources only, which its Swift module is not.
extern int pthread_setname_np(pthread_t thread, const char *name);

#include <sys/syscall.h>
#include <unistd.h>

// Declared for GNU sources only, as above: closes every descriptor from `from` on in the child.
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);

// Sets both limits of a resource for another process; the C library's function has a type that only GNU sources see.
static inline int cplatform_limit(pid_t process, int resource, unsigned long long value) {
    unsigned long long limits[2] = {value, value};
    return (int)syscall(SYS_prlimit64, process, resource, limits, (void *)0);
}

#include <malloc.h>

// Bytes in use on the heap, all arenas together; the C library's own structure is not imported into Swift's Glibc.
static inline size_t cplatform_heap_bytes(void) {
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

// Lets every descriptor from `from` on be closed by the next exec; the C library's function is for GNU sources only.
static inline int cplatform_close_from_on_exec(unsigned int from) {
    return (int)syscall(SYS_close_range, from, ~0U, 4U /* CLOSE_RANGE_CLOEXEC */);
}

// The wait status macros are not imported into Swift.
static inline int cplatform_exit_status(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : -1; }
static inline int cplatform_term_signal(int status) { return WIFSIGNALED(status) ? WTERMSIG(status) : 0; }
