#pragma once
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <spawn.h>
#include <signal.h>
