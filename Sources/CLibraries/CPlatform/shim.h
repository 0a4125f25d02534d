#pragma once
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <spawn.h>
#include <signal.h>
#include <pthread.h>

// Glibc declares these for GNU sources only, which its Swift module is not.
extern int pthread_setname_np(pthread_t thread, const char *name);
