// Makes `Synchronization.Mutex` known to the thread sanitizer; preloaded by Scripts/sanitize.
//
// The mutex locks and unlocks with an atomic operation that the compiler puts into our own code, where the sanitizer sees
// it. Only when two threads meet at it does it call the Swift runtime, which is not instrumented, so that the sanitizer
// misses that one thread waited for the other. These functions stand in front of the runtime's and say so.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>

extern void __tsan_acquire(void *address) __attribute__((weak));
extern void __tsan_release(void *address) __attribute__((weak));

typedef void (*lock_slow)(uint32_t thread, __attribute__((swift_context)) void *handle) __attribute__((swiftcall));
typedef void (*unlock_slow)(__attribute__((swift_context)) void *handle) __attribute__((swiftcall));

static void *next(const char *name) {
    void *function = dlsym(RTLD_NEXT, name);
    if (function == NULL) { abort(); }
    return function;
}

// Synchronization._MutexHandle._lockSlow(UInt32)
__attribute__((swiftcall)) void lockSlow(uint32_t thread, __attribute__((swift_context)) void *handle)
    __asm__("$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF");
__attribute__((swiftcall)) void lockSlow(uint32_t thread, __attribute__((swift_context)) void *handle) {
    ((lock_slow)next("$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"))(thread, handle);
    if (__tsan_acquire != NULL) { __tsan_acquire(handle); }
}

// Synchronization._MutexHandle._unlockSlow()
__attribute__((swiftcall)) void unlockSlow(__attribute__((swift_context)) void *handle)
    __asm__("$s15Synchronization12_MutexHandleV11_unlockSlowyyF");
__attribute__((swiftcall)) void unlockSlow(__attribute__((swift_context)) void *handle) {
    if (__tsan_release != NULL) { __tsan_release(handle); }
    ((unlock_slow)next("$s15Synchronization12_MutexHandleV11_unlockSlowyyF"))(handle);
}
