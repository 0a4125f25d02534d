#pragma once
#include <libwebsockets.h>
#include <pthread.h>
#include <sys/socket.h>

// Declared by glibc only under _GNU_SOURCE.
extern int accept4(int fd, struct sockaddr *address, socklen_t *length, int flags);
extern int pthread_setname_np(pthread_t thread, const char *name);
